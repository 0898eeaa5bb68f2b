"""The figures of a period as one page of HTML, or as one chart in SVG: no script, and nothing that is fetched."""
