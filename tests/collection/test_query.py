"""The language in which cards are chosen."""

import re
from contextlib import suppress
from datetime import date, timedelta
from itertools import product
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.cli.kinds import KINDS
from srs.collection.query import CardInfo, matcher, parse, quoted, terms
from srs.collection.query.terms import And, Is, Named, Not, OfKind, Or, Property, Query, Rated, Since, Text
from srs.core.card_state import UNSEEN, CardState, Learning, Memory, Review, Scheduled
from srs.core.errors import QueryError

TODAY = date(2026, 3, 2)
ENDS = 1_772_478_000_000  # 2026-03-03T04:00+09:00
MEMORY = Memory(4.5, 6.0)
REVIEW = CardState(phase=Review(MEMORY, 0, date(2026, 2, 25), 5, TODAY), reps=3, lapses=8)
LEARNING = CardState(phase=Learning(MEMORY, 0, TODAY, 0, 60), reps=1)


def subject(state: CardState = UNSEEN, *, failed: bool = False) -> CardInfo:
    return CardInfo(
        "Interview::STAR",
        ("star", "lead::hard"),
        "star",
        'a tight deadline\n촉박 (f_1) 5" 12:30 or',
        state,
        TODAY,
        ENDS,
        8,
        failed,
        added=TODAY - timedelta(6),
        edited=TODAY,
        rated={1: TODAY - timedelta(2), 3: TODAY - timedelta(9)},
    )


def matches(query: str, given: CardInfo) -> bool:
    return matcher(parse(query, KINDS))(given)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "tight DEADLINE",
        '"tight deadline"',
        "촉박",
        normalize("NFD", "촉박"),
        "-loose",
        "dead*",
        "t*t d*ine",
        "tight*촉박",
        "t_ght",
        "d______e",
        "-d_______e",
        "****",
        r"f\_1",
        r"-\*",
        '"(f_1)"',
        r"\(f_1\)",
        r"5\"",
        "12:30",
        '"or"',
        "-http://x",
        "deck:interview",
        'deck:"Interview::STAR"',
        '"deck:interview::star"',
        "-deck:Inter",
        "deck:Inter*",
        "deck:*star",
        "-deck:*sta",
        "deck:i*:*r",
        "deck:inter____",
        "tag:star",
        "tag:lead",
        "tag:l*",
        "tag:*hard",
        "-tag:sta",
        "kind:star",
        "DECK:interview kind:STAR -tag:x tight",
        "is:new",
        "-is:due",
        "-is:leech",
        "prop:reps=0",
        "-prop:stability>0",
        "loose or tight",
        "tight OR loose",
        "(loose or tight) and deadline",
        "tight (kind:quiz OR (deck:Interview -(tag:x)))",
        "-(loose or -tight)",
        "loose nothing or tight deadline",
        "added:7 edited:1",
        "-added:6",
        "rated:3 rated:3:1 rated:10:3",
        "-rated:2 -rated:9:3 -rated:99:2",
    ],
)
def test_a_new_card_matches(query: str) -> None:
    assert matches(query, subject())
    if query:
        assert not matches(f"-({query})", subject())


@pytest.mark.parametrize(
    ("query", "state"),
    [
        ("is:due is:review is:leech prop:stability<5 prop:stability>=4.5 prop:interval=5 prop:due<=0", REVIEW),
        ("is:due is:learning prop:lapses=0 prop:difficulty!=5 -is:review -prop:due<9", LEARNING),
        ("-is:due is:learning", CardState(phase=Learning(MEMORY, ENDS - 86_400_000, TODAY, 0, 86_400))),
        ("is:due is:review -prop:stability>0 -prop:difficulty>0 prop:due=0", CardState(phase=Scheduled(3, TODAY))),
        ("is:suspended -is:due", CardState(phase=REVIEW.phase, suspended=True)),
        ("is:buried -is:due", CardState(phase=REVIEW.phase, buried=TODAY)),
        ("is:flagged", CardState(flagged=True)),
    ],
)
def test_the_state_of_a_card_is_asked_for(query: str, state: CardState) -> None:
    assert matches(query, subject(state))


def test_a_card_that_failed_today() -> None:
    assert matches("is:failed", subject(failed=True))
    assert not matches("is:failed", subject())


def test_or_binds_less_than_what_stands_side_by_side() -> None:
    assert parse("a b or -c D", KINDS) == Or((And((Text("a"), Text("b"))), And((Not(Text("c")), Text("D")))))
    assert parse("a (b or c)", KINDS) == And((Text("a"), Or((Text("b"), Text("c")))))


def test_terms_become_values() -> None:
    assert list(terms(parse('deck:A tag:"b c" or -(kind:quiz is:due) prop:due<=-1.5 added:3 edited:4 rated:5:1', KINDS))) == [
        Named("deck", "A"), Named("tag", "b c"), OfKind("quiz"), Is("due"), Property("due", "<=", -1.5),
        Since("added", 3), Since("edited", 4), Rated(5, 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "character", "problem"),
    [
        ("is:nonsense", 1, "'is:' takes one of due, new"),
        ("a is:lerning", 3, "not 'lerning' (did you mean is:learning?)"),
        ("is:", 1, "'is:' needs a value right after it"),
        ("deck: A", 1, "'deck:' needs a value right after it"),
        ("prop:stability", 1, "prop:stability<5"),
        ("prop:stabilty<3", 1, "did you mean stability?"),
        ("prop:colour<3", 1, "the properties are stability"),
        ("prop:stability<<3", 1, "not 'stability<<3'"),
        ("prop:reps<x", 1, "not 'reps<x'"),
        ("kind:quizz", 1, "did you mean kind:quiz?"),
        ("root kidn:quiz", 6, "unknown key 'kidn:' (did you mean kind:?)"),
        ("added:0", 1, "number of days from 1"),
        ("added:1:1", 1, "number of days"),
        ("rated:7:5", 1, "rating from 1 to 4"),
        ("rated:again", 1, "number of days"),
        ("a (b", 3, "'(' has no matching ')'"),
        ("a b)", 4, "')' has no matching '('"),
        ("a () b", 3, "'(' needs a term after it"),
        ("a or", 3, "'or' needs a term on both sides"),
        ("OR a", 1, "'OR' needs a term on both sides"),
        ("a or or b", 6, "'or' needs a term on both sides"),
        ("a and ) b", 3, "'and' needs a term on both sides"),
        ('a "b c', 3, 'missing closing quote: "b c'),
        ('deck:"b', 6, 'missing closing quote: "b'),
        ("a - b", 3, "'-' must stand right before the term"),
        ("--tag geo", 1, "'-' must stand right before the term"),
        ("(" * 100_000, 51, "nested more than 50 levels"),
        ("-(" * 100_000, 102, "nested more than 50 levels"),
        ('"' + "x" * 100_000, 1, 'missing closing quote: "' + "x" * 38 + "…"),
    ],
)
def test_a_query_with_an_error_is_refused_with_its_place(query: str, character: int, problem: str) -> None:
    with pytest.raises(QueryError) as raised:
        parse(query, KINDS)
    assert raised.value.character == character
    assert problem in raised.value.problem


@pytest.mark.parametrize("text", ["tight", 'a "b" c', r"a\b*_c", "or", "-x", "(", "deck:x", "\\"])
def test_a_quoted_value_means_nothing_but_itself(text: str) -> None:
    query = parse(f"tag:{quoted(text)}", KINDS)
    assert matcher(query)(subject()._replace(tags=(text,)))
    assert not matcher(query)(subject()._replace(tags=(f"{text}x",)))


def test_many_asterisks_take_no_longer_than_few() -> None:
    """With backtracking, each of them would multiply the time."""
    query = "*".join("ab" * 25) + "*x"
    assert not matches(query, subject()._replace(text="ab" * 5000))
    assert not matches(f"deck:{query}", subject()._replace(deck="ab" * 5000))
    assert matches("*" * 100_000, subject())


@given(st.text() | st.text('abor()-"*_\\: deckis'))
def test_any_text_is_a_query_or_named(text: str) -> None:
    with suppress(QueryError):
        assert matches(text, subject()) in {True, False}


WORDS = st.text("ab*_", min_size=1, max_size=4)
LEAVES = st.one_of(WORDS.map(Text), st.builds(Named, st.sampled_from(["deck", "tag"]), WORDS), st.just(OfKind("quiz")))


def queries(terms: st.SearchStrategy[Query], most: int) -> st.SearchStrategy[Query]:
    """Queries of at most so many terms."""
    return st.recursive(
        terms,
        lambda parts: st.one_of(
            parts.map(Not),
            st.lists(parts, min_size=2, max_size=3).map(lambda some: And(tuple(some))),
            st.lists(parts, min_size=2, max_size=3).map(lambda some: Or(tuple(some))),
        ),
        max_leaves=most,
    )


QUERIES = queries(LEAVES, 6)


def written(query: Query) -> str:
    match query:
        case Text(pattern):
            return f'"{pattern}"'
        case Named(what, pattern):
            return f"{what}:{pattern}"
        case OfKind(kind):
            return f"kind:{kind}"
        case Not(part):
            return f"-({written(part)})"
        case And(parts):
            return f"({' '.join(map(written, parts))})"
        case Or(parts):
            return f"({' OR '.join(map(written, parts))})"
    raise AssertionError(query)


def naive(query: Query, given: CardInfo) -> bool:
    """Tries every text that a pattern may mean, as far as the subjects' texts are long."""
    match query:
        case Text(pattern):
            return any(one in given.text for one in spelled(pattern))
        case Named(what, pattern):
            names = [given.deck] if what == "deck" else given.tags
            levels = {"::".join(name.split("::")[: n + 1]) for name in names for n in range(3)}
            return bool(levels & spelled(pattern))
        case OfKind(kind):
            return given.kind == kind
        case Not(part):
            return not naive(part, given)
        case And(parts):
            return all(naive(part, given) for part in parts)
        case Or(parts):
            return any(naive(part, given) for part in parts)
    raise AssertionError(query)


RUNS = {"".join(letters) for size in range(5) for letters in product("ab:", repeat=size)}


def spelled(pattern: str) -> set[str]:
    found = {""}
    for sign in re.sub(r"\*+", "*", pattern):
        more = RUNS if sign == "*" else set("ab:") if sign == "_" else {sign}
        found = {one + other for one in found for other in more if len(one + other) <= 4}
    return found


NAMES = st.sampled_from(["a", "ab", "a::b", "b::b", "bab"])


@given(QUERIES, NAMES, st.lists(NAMES, max_size=2), st.sampled_from(["quiz", "star"]), st.text("ab", max_size=4))
def test_a_query_says_what_trying_everything_says(
    query: Query, deck: str, tags: list[str], kind: str, text: str
) -> None:
    given = subject()._replace(deck=deck, tags=tuple(tags), kind=kind, text=text)
    assert matcher(parse(written(query), KINDS))(given) is naive(query, given)
