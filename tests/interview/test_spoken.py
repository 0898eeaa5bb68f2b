"""Words, sentences, seconds, fillers and the language of a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srs.interview import spoken


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("800 ms", 2),
        ("800ms", 2),
        ("P99", 1),
        ("3x", 1),
        ("the 2nd try", 3),
        ("12,000 users, 2.5 %", 4),
        ("don’t stop", 2),
        ("a **bold** word", 3),
        ("- one\n- two", 2),
        ("1. one\n2. two", 2),
        ("v2.0", 1),
        ("… — !", 0),
        ("", 0),
        ("저는 서버를 고쳤습니다", 3),
    ],
)
def test_words_are_counted_as_one_says_them(text: str, count: int) -> None:
    assert len(spoken.words(text)) == count


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("I tested it. It broke!", ["I tested it.", "It broke!"]),
        ("It took 2.5 s on v2.0. Then I slept.", ["It took 2.5 s on v2.0.", "Then I slept."]),
        (
            "I asked others, e.g. Dr. Kim at 3 p.m. because he knew.",
            ["I asked others, e.g. Dr. Kim at 3 p.m. because he knew."],
        ),
        ("It fell to 320 ms. I learned from Ms. Kim.", ["It fell to 320 ms.", "I learned from Ms. Kim."]),
        ("I waited … and went on.", ["I waited … and went on."]),
        ("we failed. then we tried", ["we failed.", "then we tried"]),
        ("- I measured\n- I fixed it", ["I measured", "I fixed it"]),
        ("a line that is\nwrapped", ["a line that is wrapped"]),
        ("One line\nAnother line", ["One line", "Another line"]),
        ("...", []),
        ("", []),
    ],
)
def test_sentences_end_where_they_end(text: str, sentences: list[str]) -> None:
    assert spoken.sentences(text) == sentences


def test_a_transcript_without_full_stops_is_cut_where_a_thought_begins() -> None:
    said = "so i was on a team of five and we had a slow service " * 10
    found = spoken.sentences(said)
    assert len(found) >= 10
    assert max(len(spoken.words(sentence)) for sentence in found) <= spoken.LONGEST_SENTENCE
    assert " ".join(found).split() == said.split()


@given(st.text())
def test_no_word_gets_lost_between_sentences(text: str) -> None:
    assert [w for s in spoken.sentences(text) for w in s.split()] == [
        w for s in spoken.punctuated(text) for w in s.split()
    ]


def test_seconds_and_words_a_minute() -> None:
    assert spoken.seconds(140) == 60
    assert spoken.seconds(100, rate=120) == 50
    assert spoken.words_per_minute(70, 30) == 140
    assert spoken.words_per_minute(70, 0) == 0


@pytest.mark.parametrize(
    ("text", "fillers"),
    [
        ("Um, I was, uh, there um", {"um": 2, "uh": 1}),
        ("It was, like, slow and like I tried", {"like": 2}),
        ("It was slow, you know, and I mean it was kind of broken", {"you know": 1, "I mean": 1, "kind of": 1}),
        ("Basically we were late. Actually I knew.", {"basically": 1, "actually": 1}),
        ("So I tried. So it broke. So I fixed it.", {"so": 3}),
        ("So I tried. It broke, so I fixed it. So what.", {}),
        ("The ER was full. I like it, and it looks like a kind of bug. As you know, do you know what I mean?", {}),
        ("It was actually fast, so that users liked this sort of thing.", {}),
    ],
)
def test_only_clear_fillers_are_counted(text: str, fillers: dict[str, int]) -> None:
    assert spoken.fillers(text) == fillers


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("I rewrote the loader because it was slow.", "English"),
        ("저는 API 서버의 latency를 줄였습니다", "Korean"),
        ("저는 P99 latency를 Redis cache와 gRPC streaming으로 줄였습니다", "Korean"),
        (
            "Yo era el jefe de un equipo de cinco personas y teníamos que terminar todo en dos meses sin dinero",
            "another language",
        ),
        ("הייתי בצוות של חמישה", "another language"),
        ("サーバーを直しました", "another language"),
        ("800 … 🙂", ""),
        ("", ""),
    ],
)
def test_the_language_is_told_by_script_and_common_words(text: str, language: str) -> None:
    assert spoken.language(text) == language
