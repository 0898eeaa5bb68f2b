"""What the scripts of the templates do, in Chromium: front and back of a card, one after the other, as Anki shows them."""

import html
import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from srs.anki.write import write_package
from srs.cli.kinds import KINDS
from srs.kinds.note import Note
from tests.anki.conftest import Anki
from tests.anki.test_look import CSS, PLAY, dumped
from tests.anki.test_write import DECK, fresh, package

pytestmark = pytest.mark.check

HOSTILE = (
    "<img src=x onerror=\"document.title='ran'\"></li></ul><script>document.title='ran'</script>{{Front}} `$&` \\(x\\)"
)
WORDINGS = ["In other words?", "Tell me about it.", HOSTILE]
CHOICES = ["one", "two", "three", "four", HOSTILE]
ROUNDS = 12
# desktop: both sides in one page, the scripts run again; phones: a page for each side; the last keeps nothing at all
CLIENTS = ("one page", "a page each", "no storage")

# shows a side as Anki's window does, with the scripts made anew, and reads what can be seen of it
SHOW = """
const seen = [];
const show = (side) => {
  const root = document.getElementById("qa");
  root.innerHTML = side;
  root.querySelectorAll("script").forEach((old) => {
    const script = document.createElement("script");
    script.textContent = old.textContent;
    old.replaceWith(script);
  });
};
const read = (page) => ({
  question: page.querySelector(".question").innerText,
  choices: [...page.querySelectorAll(".choice")].map((c) => [c.dataset.letter, c.innerText, c.dataset.right !== undefined]),
  spoken: [...page.querySelectorAll(".spoken")].filter((label) => !label.hidden).map((label) => label.innerText).join(),
  text: page.querySelector("#qa").innerText,
  title: page.title,
});
"""
ONE_PAGE = """
for (const [front, back] of sides) {
  show(front); const first = read(document);
  show(back); seen.push([first, read(document)]);
}
done();
"""
PAGES = """
const frame = document.createElement("iframe");
document.body.append(frame);
const load = (side) => new Promise((loaded) => { frame.onload = () => loaded(read(frame.contentDocument)); frame.srcdoc = page(side); });
(async () => {
  for (const [front, back] of sides) { const first = await load(front); seen.push([first, await load(back)]); }
  done();
})();
"""


@pytest.fixture
def shown(tmp_path: Path, anki: Anki) -> Callable[..., list[Any]]:
    """Shows front and back of the first card of a note, a dozen times over; what was seen of both."""

    def run(note: Note, client: str) -> list[Any]:
        write_package(package(fresh(note)), tmp_path / "a.apkg")
        card = next(card for card in anki(f"import:{tmp_path / 'a.apkg'}")["cards"] if card["ord"] == 0)
        sides = [re.sub(r"\[anki:play:.:\d+\]", PLAY, card[side]) for side in ("question", "answer")]
        refuse = "<script>Object.defineProperty(window, 'sessionStorage', { get() { throw new Error() } })</script>"
        script = f"""
          const sides = Array({ROUNDS}).fill({json.dumps(sides)});
          const page = (side) => {json.dumps(refuse if client == "no storage" else "")}
            + "<!doctype html><style>" + {json.dumps(CSS)} + "</style><body class=card><div id=qa>" + side + "</div>";
          const done = () => {{ document.body.innerHTML = "<pre></pre>"; document.querySelector("pre").textContent = JSON.stringify(seen); }};
          {SHOW}{ONE_PAGE if client == "one page" else PAGES}"""
        script = script.replace("</", "<\\/")
        (tmp_path / "a.html").write_text(
            f"<!doctype html><style>{CSS}</style><body class=card><div id=qa></div><script>{script}</script>", "utf-8"
        )
        found: list[Any] = json.loads(
            html.unescape(dumped(tmp_path / "a.html").partition("<pre>")[2].partition("</pre>")[0])
        )
        assert len(found) == ROUNDS
        assert {side["title"] for both in found for side in both} == {""}, "no text of a field ran"
        return found

    return run


def note(kind: str, of: dict[str, Any]) -> Note:
    return KINDS.note(kind, DECK, of, [])


@pytest.mark.parametrize("kind", ["mapping", "star"])
@pytest.mark.parametrize("client", CLIENTS[:2])
def test_one_of_the_wordings_is_asked_and_the_back_shows_the_same(shown: Any, kind: str, client: str) -> None:
    of = {"question": "q?", "principles": ["ownership"]} if kind == "mapping" else {
        "star": "q?", "situation": "s", "task": "t", "action": "a", "result": "r"}  # fmt: skip
    found = shown(note(kind, of | {"wordings": WORDINGS}), client)
    asked = Counter(front["question"] for front, _ in found)
    assert len(asked) > 1, "a dozen times the same would be one in millions"
    assert asked.keys() <= {"q?", "In other words?", "Tell me about it.", HOSTILE.replace("`", "")}
    for front, back in found:
        assert back["question"] == front["question"]
        assert (front["spoken"] == "") is (front["question"] == "q?"), "the voice says the question as it is written"


@pytest.mark.parametrize("client", CLIENTS)
def test_choices_are_shuffled_and_the_back_has_the_order_of_the_front(shown: Any, client: str) -> None:
    found = shown(note("quiz", {"quiz": "q?", "choices": CHOICES, "answer": ["two", HOSTILE]}), client)
    plain = [choice.replace("`", "") for choice in CHOICES]
    orders = Counter(tuple(text for _, text, _ in front["choices"]) for front, _ in found)
    assert len(orders) > 1
    assert all(sorted(order) == sorted(plain) for order in orders)
    for front, back in found:
        assert [letter for letter, *_ in front["choices"]] == list("ABCDE")
        assert {text for _, text, right in front["choices"] if right} == {plain[1], plain[4]}
        if client == "no storage":  # as they are written, which is the least that is right
            assert [text for _, text, _ in back["choices"]] == plain
        else:
            assert back["choices"] == front["choices"]


def test_a_wording_of_another_card_does_not_follow_to_a_back_that_is_shown_alone(shown: Any) -> None:
    of = {"question": "q?", "principles": ["ownership"], "wordings": WORDINGS}
    for front, back in shown(note("mapping", of), "no storage"):
        assert back["question"] == "q?"
        assert front["text"]


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("40-50% in 2-3 minutes, well-known, 2024-01", "40-\u206050% in 2-\u20603 minutes, well-known, 2024-\u206001"),
        ("\\(1-2\\) is 3-4", "\\(1-2\\) is 3-4"),
    ],
)
def test_figures_do_not_break_at_their_hyphen_and_mathematics_stays(shown: Any, text: str, drawn: str) -> None:
    for front, back in shown(note("basic", {"front": text, "back": "b"}), "one page"):
        assert front["question"] == drawn
        assert drawn in back["text"]


def test_chromium_breaks_a_figure_at_its_hyphen_unless_a_word_joiner_follows(tmp_path: Path) -> None:
    """Which no style prevents without keeping all words on one line."""
    lines = """const counts = ["10-15", "10-\u206015"].map((figure) => {
      document.body.innerHTML = "<div style='width: 0'></div>";
      document.body.firstChild.textContent = figure;
      const range = document.createRange();
      range.selectNodeContents(document.body.firstChild);
      return new Set([...range.getClientRects()].map((box) => box.top)).size;
    });
    document.body.textContent = JSON.stringify(counts);"""
    (tmp_path / "a.html").write_text(f"<!doctype html><body><script>{lines}</script>", "utf-8")
    assert "[2,1]" in dumped(tmp_path / "a.html")
