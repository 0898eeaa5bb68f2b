"""Anki's templates, filled with a note's fields."""

import pytest

from srs.anki.template import ANSWER_MARK, FRONT_MARK, TooLong, render

FIELDS = {"Front": "<b>f</b>", "Back": "a & b", "Empty": " <br> <div></div>", "Picture": "p &amp; q.png"}


def filled(template: str) -> str:
    return render(template, FIELDS.get, lambda name, filters: "|".join((*filters, FIELDS.get(name, "")))).fill()


@pytest.mark.parametrize(
    ("template", "html"),
    [
        ("{{Front}}", "<b>f</b>"),
        ("{{ Front }}{{hint:text:Back}}", "<b>f</b>hint|text|a & b"),
        ("{{#Front}}yes{{/Front}}{{^Front}}no{{/Front}}", "yes"),
        ("{{#Empty}}yes{{/Empty}}{{^Empty}}no{{/Empty}}", "no"),
        ("{{#Front}}a{{#Empty}}b{{/Empty}}c{{/Front}}d", "acd"),
        ("{{^Missing}}no{{/Missing}}{{Missing}}", "no"),
        ("{{#Empty}}not closed {{Front}}", ""),
        ("{{/Front}}a{{Front", "a{{Front"),
        ("<div class=x>{{Front}}</div><p>b", "<div><b>f</b></div><div>b"),
        ("<script>{{Front}}</script><style>x</style>a<hr>b", "a<div></div>b"),
        ("<font color=red><a href=x>a</a></font> &lt;b&gt; <b>c</b>", "a &lt;b&gt; c"),
        ('<img class=x src="{{Picture}}" onerror=y>', '<img src="p &amp; q.png">'),
        ("<table><tr><td>a</td><td>{{Front}}</td></tr></table>", "<div><div>a <b>f</b> </div></div>"),
        ("a{{! remark }}b<!-- {{Front}} -->c", "abc"),
        ("<blockquote>a</blockquote>b<hr/>c<noscript>d</noscript>", "<div>a</div>b<div></div>c"),
        ("\U000f0000{{Front}}", "<b>f</b>"),
    ],
)
def test_sections_fields_and_lines(template: str, html: str) -> None:
    assert filled(template) == html


def test_the_question_and_the_line_after_it_are_marked() -> None:
    made = render("{{FrontSide}}<hr id=answer>{{Back}}", FIELDS.get, lambda name, _: FIELDS[name])
    assert made.html.partition(ANSWER_MARK)[0] == FRONT_MARK
    assert made.fill() == "a & b"


def test_a_template_that_multiplies_fields_is_refused() -> None:
    with pytest.raises(TooLong):
        render("{{x}}" * 1000, lambda _: None, lambda _name, _filters: "x" * 1000).fill()
    with pytest.raises(TooLong):
        render("{{x}}" * 20_000, lambda _: None, lambda _name, _filters: "")
    with pytest.raises(TooLong):
        render("{{text:x}}" * 1000, lambda _: "x" * 1000, lambda _name, _filters: "")


def test_sections_nested_deeply_are_read() -> None:
    assert filled("{{#Front}}" * 900 + "x" + "{{/Front}}" * 900) == "x"


@pytest.mark.parametrize("template", ["x" * 1_000_001, "{{#Front}}" * 2_001])
def test_a_template_that_is_too_long_is_refused(template: str) -> None:
    with pytest.raises(TooLong):
        filled(template)
