"""What was recalled, and the rating that it suggests."""

from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.cli.kinds import KINDS
from srs.core.event import Rating
from srs.kinds.grading import Attempt, alternatives, compare, compare_any
from srs.kinds.note import Deck, Note

DECK = Deck("D", languages=(("ko", "ko-KR"), ("en", "en-US")))


def note(**fields: object) -> Note:
    return KINDS.note("n", DECK, fields, ())


QUIZ = note(quiz="?", choices=["a", "b", "c"], answer=["a", "b"])
MAPPING = note(question="?", principles=["ownership", "dive-deep"])
STAR = note(star="?", situation="s", task="t", action="a", result="r")


def wrong(typed: str, wanted: str) -> list[str]:
    marks = {"missing": "-", "extra": "+"}
    return [marks[word.kind] + word.text for word in compare(typed, wanted).words if word.kind != "same"]


@pytest.mark.parametrize(
    ("picked", "rating"),
    [({"a", "b"}, Rating.GOOD), ({"a"}, Rating.AGAIN), ({"a", "b", "c"}, Rating.AGAIN), ({"c"}, Rating.AGAIN)],
)
def test_only_exactly_the_right_choices_are_good(picked: set[str], rating: Rating) -> None:
    assert QUIZ.suggestion(Attempt(picked=frozenset(picked))) == rating


def test_choices_that_are_html_are_known_as_they_are_shown() -> None:
    html = note(quiz="?", choices=["<b>a</b> &amp; b", "c"], answer="<b>a</b> &amp; b", html=True)
    right = [option.text for option in html.face(html.cards()[0]).options if option.right]
    assert html.suggestion(Attempt(picked=frozenset(right))) == Rating.GOOD
    assert html.suggestion(Attempt(picked=frozenset(["c"]))) == Rating.AGAIN


@pytest.mark.parametrize(
    ("picked", "rating"),
    [
        ({"Ownership", "Dive Deep"}, Rating.GOOD),
        ({"Ownership"}, Rating.HARD),
        ({"Ownership", "Frugality"}, Rating.HARD),
        ({"Ownership", "Dive Deep", "Frugality"}, Rating.HARD),
        ({"Dive Deep"}, Rating.AGAIN),
    ],
)
def test_the_primary_principle_decides_between_hard_and_again(picked: set[str], rating: Rating) -> None:
    assert MAPPING.suggestion(Attempt(picked=frozenset(picked))) == rating


@pytest.mark.parametrize(
    ("parts", "rating"), [(0, Rating.AGAIN), (1, Rating.AGAIN), (2, Rating.HARD), (3, Rating.HARD), (4, Rating.GOOD)]
)
def test_a_story_is_rated_by_the_parts_recalled(parts: int, rating: Rating) -> None:
    assert STAR.suggestion(Attempt(recalled=tuple(n < parts for n in range(4)))) == rating


@pytest.mark.parametrize("asked", [QUIZ, MAPPING, STAR, note(front="f", back="b")])
def test_nothing_attempted_suggests_nothing(asked: Note) -> None:
    assert asked.suggestion(Attempt()) is None


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("i worked under a tight deadline", "I worked under a tight deadline."),
        ("It’s a problem I’d never seen", "It is a problem I had never seen."),
        ("I would change it", "I'd change it."),
        ("I can not, won't", "I cannot; I will not".replace("; I", ",")),
        ("we do not", "We don't"),
        ("마감이  촉박 했습니다", "마감이 촉박했습니다."),
        ("마감이", "마감이"),
        ("one-on-one", "one on one"),
        ("it was late - very", "it was late – very"),
    ],
)
def test_case_punctuation_spacing_and_contractions_do_not_count(typed: str, wanted: str) -> None:
    assert compare(typed, wanted).share == 1


SAME = [
    ("1.5", "1.5."),
    ("0.5", ".5"),
    ("1000", "1,000"),
    ("1,234,567.89", "1234567.89"),
    ("1’000", "1000"),
    ("10 000", "10000"),
    ("-5", "−5"),
    ("10–20 people", "10-20 people"),
    ("a != b", "a ≠ b"),
    ("a<=b", "a ≤ b"),
    ("10^2", "10²"),
    ("1/2", "½"),
    ("H2O", "H₂O"),
    ("3 x 4", "3 × 4"),
    ("50 %", "50%"),
    ("cause effect", "cause → effect"),
    ("cause -> effect", "cause → effect"),
    ("the US", "the U.S."),
    ("eg this", "e.g., this"),
    ("nodejs", "Node.js"),
    ("covid 19", "COVID-19"),
    ("«hello»", "“Hello!”"),
    ("hello", "¿Hello?"),
    ("하나, 둘", "하나·둘"),
    ("먹으면", "~먹으면"),
    ("습니다", "-습니다"),
    ("ｈｅｌｌｏ", "hello"),
    ("はい", "「はい。」"),
    ("हाँ", "हाँ।"),
    ("نعم", "نعم؟"),
    ("f x", "f(x)"),
    ("rock n roll", "rock 'n' roll"),
    ("❤ you", "❤️ you"),
    ("[]", "[]"),
    (normalize("NFD", "마감 É Ấ"), normalize("NFC", "마감 É Ấ")),
    (normalize("NFD", "क़लम"), normalize("NFC", "क़लम")),
]
OTHER = [
    ("15", "1.5"),
    ("1.5", "1,5"),
    ("15", "1,5"),
    ("1.000", "1000"),
    ("0125", "0,125"),
    ("1,00", "100"),
    ("5", "-5"),
    ("5", "(-5)"),
    ("x = 5", "x = -5"),
    ("53", "5-3"),
    ("1020", "10~20"),
    ("1230", "12:30"),
    ("12", "1/2"),
    ("12", "½"),
    ("102", "10²"),
    ("a = b", "a != b"),
    ("a = b", "a <= b"),
    ("a < b", "a > b"),
    ("a b", "a < b"),
    ("5", "5 €"),
    ("5 $", "5 €"),
    ("50", "50 %"),
    ("C", "C#"),
    ("C", "C++"),
    ("C++", "C#"),
    ("NET", ".NET"),
    ("args", "*args"),
    ("B", "B♭"),
    ("RD", "R&D"),
    ("[]", "{}"),
    ("!", "?"),
    ("कि", "की"),
    ("क", "कि"),
    ("น้ำ", "นำ"),
    ("มา", "ม้า"),
    ("كَتَبَ", "كتب"),
    ("كُتِبَ", "كَتَبَ"),
    ("שָׁלוֹם", "שלום"),
    ("cafe", "café"),
    ("마감", "마김"),
]


@pytest.mark.parametrize(("typed", "wanted"), SAME)
def test_style_does_not_count(typed: str, wanted: str) -> None:
    assert compare(typed, wanted).share == compare(wanted, typed).share == 1


@pytest.mark.parametrize(("typed", "wanted"), OTHER)
def test_signs_and_marks_that_carry_meaning_count(typed: str, wanted: str) -> None:
    assert compare(typed, wanted).share < 1
    assert compare(wanted, typed).share < 1


def test_another_verb_behind_a_contraction_counts() -> None:
    assert compare("I had change it", "I would change it").share < 1


def test_the_difference_is_shown_word_by_word() -> None:
    assert wrong("I worked in a deadline", "I worked under a tight deadline.") == ["+in", "-under", "-tight"]


def test_what_came_instead_stands_beside_what_was_wanted() -> None:
    assert wrong("저는 구성됀 제품 있습니다", "저는 구성된 제품팀에 있었습니다.") == [
        "+구성됀", "-구성된", "+제품", "-제품팀에", "+있습니다", "-있었습니다.",
    ]  # fmt: skip


def test_a_genitive_is_no_contraction() -> None:
    assert wrong("our client needs", "our client's needs") == ["+client", "-client's"]


@pytest.mark.parametrize(
    ("typed", "rating"),
    [
        ("마감이 촉박했습니다", Rating.GOOD),
        ("마감이 촉벅했습니다", Rating.HARD),
        ("일정이 바빴습니다", Rating.AGAIN),
        ("", Rating.AGAIN),
    ],
)
def test_one_wrong_vowel_is_no_wrong_syllable(typed: str, rating: Rating) -> None:
    phrase = note(phrase={"ko": "마감이 촉박했습니다.", "en": "The deadline was tight."})
    assert phrase.suggestion(Attempt(typed=compare(typed, "마감이 촉박했습니다."))) == rating


@given(st.text(), st.text())
def test_texts_agree_wholly_where_no_word_is_missing_or_extra(one: str, two: str) -> None:
    found = compare(one, two)
    assert 0 <= found.share <= 1
    assert (found.share == 1) is all(word.kind == "same" for word in found.words)
    assert compare(one, one).share == 1


@pytest.mark.parametrize(
    ("wanted", "typed", "rating"),
    [
        ("el agua (f.)", "el agua", Rating.GOOD),
        ("el agua (f.)", "EL AGUA (F.)", Rating.GOOD),
        ("el agua (f.)", "agua", Rating.AGAIN),
        ("(el) agua", "agua", Rating.GOOD),
        ("(el) agua", "el agua", Rating.GOOD),
        ("colour / color", "color", Rating.GOOD),
        ("colour / color", "colour / color", Rating.GOOD),
        ("colour / color", "cloor", Rating.AGAIN),
        ("the lift (BrE) / the elevator (AmE)", "the elevator", Rating.GOOD),
        ("1/2", "1", Rating.AGAIN),
        ("1/2", "1/2", Rating.GOOD),
        ("km/h", "km", Rating.AGAIN),
        ("O(n)", "O", Rating.AGAIN),
        ("O(n)", "O(n)", Rating.GOOD),
        ("sin(x)", "sin", Rating.AGAIN),
        ("colo(u)r", "color", Rating.GOOD),
        ("colo(u)r", "colour", Rating.GOOD),
    ],
)
def test_alternatives_and_what_stands_in_brackets_are_understood(wanted: str, typed: str, rating: Rating) -> None:
    assert compare_any(typed, wanted).suggestion is rating


@given(st.text(max_size=60))
def test_the_whole_of_what_is_wanted_is_always_good(wanted: str) -> None:
    if wanted.strip():
        assert compare_any(wanted, wanted).suggestion is Rating.GOOD


def test_many_alternatives_are_few() -> None:
    assert len(alternatives(" / ".join(f"({n}) x" for n in range(1000)))) <= 27


def test_a_megabyte_is_compared_up_to_its_first_letters() -> None:
    assert compare_any("a" * 1_000_000, "el agua (f.)").suggestion is Rating.AGAIN
