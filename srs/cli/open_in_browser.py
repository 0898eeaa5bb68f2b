import webbrowser

from srs.cli.output import warn


def open_in_browser(address: str) -> None:
    """Shows a page; where there is no browser, says where it is."""
    if not webbrowser.open(address):
        warn(f"no browser was found; open {address} in one.")
