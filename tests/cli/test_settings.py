"""Settings that make no sense: named, and as far as that is safe the program goes on without them."""

import os
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import pytest

from srs.core.files import file_lock
from tests.cli.conftest import Shell

READS = [["due"], ["next"], ["find"], ["log"], ["export", "out.apkg"], ["backup"], ["settings"], ["verify"]]
RECORDS = [
    ["answer", "one/back", "3"],
    ["review"],
    ["suspend", "one/back"],
    ["relink", "one", "two"],
    ["distinct", "one", "two"],
    ["changed", "one", "over"],
    ["log", "--import", "log.jsonl"],
    ["sync", "shared"],
]


@pytest.fixture
def file(srs: Shell) -> Path:
    srs.env["SRS_SETTINGS"] = str(srs.path / "mine.toml")
    (srs.path / "shared").mkdir()
    (srs.path / "log.jsonl").touch()
    return srs.path / "mine.toml"


def test_a_wrong_value_and_an_unknown_name_are_named_and_the_rest_holds(srs: Shell, file: Path) -> None:
    file.write_text('new = "many"\nnwe = 3\ngloss = true\n')
    told = (
        f'srs: {file}:1: new must be a number of cards from 0 to 10000, or "unlimited", not "many"; the default is used.\n'
        f"srs: {file}:2: there is no setting 'nwe' (did you mean new?); it is ignored.\n"
    )
    assert srs("due").err == told
    answered = srs("answer", "one/back", "3")
    assert (answered.status, answered.err) == (0, told)
    shown = srs("settings", "--json")
    rows = {row["name"]: (row["value"], row["line"]) for row in shown.json["settings"]}
    assert (rows["new"], rows["gloss"]) == ((20, None), (True, 3))
    assert shown.err == told


@pytest.mark.parametrize(
    "text", ['zone = "Mars/X"', 'rollover = "4am"', 'zome = "Asia/Seoul"', "new = ", "new = " + "[" * 3000]
)
def test_nothing_is_recorded_on_a_study_day_that_may_be_a_wrong_one(srs: Shell, file: Path, text: str) -> None:
    file.write_text(text)
    refused = srs("answer", "one/back", "3")
    assert (refused.status, refused.out) == (2, "")
    assert refused.err.count("\n") == 1
    assert str(file) in refused.err
    assert "nothing is recorded until this is corrected" in refused.err
    assert srs("log", "--json").json == []


def test_what_only_shows_goes_on_and_what_records_does_not(srs: Shell, file: Path) -> None:
    srs("answer", "one/back", "3")
    file.write_text('zone = "Mars/X"')
    before = srs("log", "--json").out
    for command in READS:
        result = srs(*command)
        assert result.status == 0, command
        assert result.err.endswith('zone must be a time zone, e.g. "Asia/Seoul", not "Mars/X"; the default is used.\n')
    for command in RECORDS:
        assert srs(*command).status == 2, command
    assert srs("undo").status == 0  # it is on no day
    file.unlink()
    assert srs("log", "--json").out == before.replace('"voided": false', '"voided": true')


def test_settings_that_cannot_be_read_are_named(srs: Shell, file: Path) -> None:
    file.mkdir()
    result = srs("due")
    assert result.status == 0
    assert result.err == f"srs: the settings {file} cannot be read: Is a directory; the defaults are used.\n"
    assert srs("--decks", "nowhere", "settings").err.startswith(f"srs: the settings {file} cannot be read")


@pytest.mark.parametrize("zone", ["KST-9", "", "EST5EDT,M3.2.0,M11.1.0"])
def test_a_rule_as_zone_holds_for_every_command(srs: Shell, zone: str) -> None:
    """All of them see the same study days, so the calendar in the database is written once."""
    srs.env["TZ"] = zone
    srs.env["SRS_NOW"] = "2026-03-08T05:30:00+00:00"
    day = {"KST-9": "2026-03-08", "": "2026-03-08"}.get(zone, "2026-03-07")
    assert srs("due", "--json").json["day"] == day
    assert srs("answer", "one/back", "good").status == 0
    assert srs("log", "--json").json[0]["day"] == day
    assert srs("export", "out.apkg").status == 0
    assert srs("anki", "pull", "out.apkg").status == 0
    assert srs("verify").out.endswith("no errors.\n")
    assert srs("rebuild").status == 0
    assert srs("check").status == 0


def test_a_zone_in_the_environment_that_is_none_is_named(srs: Shell) -> None:
    refused = srs("answer", "one/back", "good", TZ="Mars/Olympus")
    assert (refused.status, refused.out) == (2, "")
    assert refused.err == (
        "srs: TZ must be the name of a time zone, such as Asia/Seoul, or a rule, such as KST-9, not 'Mars/Olympus'.\n"
    )


def own_settings(srs: Shell, text: str) -> Path:
    file = srs.path / "settings.toml"
    file.write_text(text, "utf-8")
    srs.env["SRS_SETTINGS"] = str(file)
    return file


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("new", "10", "new = 10"),
        ("reviews", "unlimited", 'reviews = "unlimited"'),
        ("steps", "1m 5m", 'steps = ["1m", "5m"]'),
        ("steps", '["1m", "1d"]', 'steps = ["1m", "1d"]'),
        ("typing", "true", "typing = true"),
        ("desired_retention", "0.85", "desired_retention = 0.85"),
        ("zone", "Asia/Seoul", 'zone = "Asia/Seoul"'),
        ("packs", "interview", 'packs = ["interview"]'),
        ("easy_days", "saturday=half, sunday=none", 'easy_days = ["saturday=half", "sunday=none"]'),
        ("transcribe", "whisper {file}", 'transcribe = "whisper {file}"'),
        ("record", '["rec", "-q", "{file}"]', 'record = ["rec", "-q", "{file}"]'),
        ("easy_days", "sunday=none", 'easy_days = ["sunday=none"]'),
    ],
)
def test_a_setting_is_written_and_the_rest_of_the_file_stays(srs: Shell, name: str, text: str, line: str) -> None:
    file = own_settings(srs, "# mine\nlearn_ahead = '15m' # enough\n")
    done = srs("settings", name, text)
    assert (done.status, done.err) == (0, "")
    assert file.read_text("utf-8") == f"# mine\nlearn_ahead = '15m' # enough\n{line}\n"


def test_the_value_default_takes_a_setting_out(srs: Shell) -> None:
    file = own_settings(srs, "# mine\nnew = 3\ntyping = true\n")
    assert srs("settings", "new", "default").status == 0
    assert file.read_text("utf-8") == "# mine\ntyping = true\n"
    assert srs("settings", "--json", "new").json["settings"][0]["value"] == 20


def test_a_file_for_settings_is_made(srs: Shell) -> None:
    file = srs.path / "new" / "settings.toml"
    srs.env["SRS_SETTINGS"] = str(file)
    assert srs("settings", "new", "7").status == 0
    assert file.read_text("utf-8") == "new = 7\n"


@pytest.mark.parametrize(
    ("before", "name", "value", "said"),
    [
        ("", "new", "many", "new must be a number of cards from 0 to 10000"),
        ("", "newest", "3", "there is no setting 'newest'. Did you mean new?"),
        ("", "", "3", "there is no setting ''."),
        ("", "zone", "Mars/Phobos", "zone must be a time zone"),
        (
            "",
            "easy_days",
            "sunday",
            'easy_days must be weekdays with how much is studied on them, e.g. ["saturday=half"',
        ),
        ("new = [", "new", "3", "correct it in an editor first"),
        ("[new]\nx = 1\n", "zone", "Asia/Seoul", ""),
    ],
)
def test_a_wrong_value_or_a_broken_file_is_left_as_it_is(
    srs: Shell, before: str, name: str, value: str, said: str
) -> None:
    file = own_settings(srs, before)
    done = srs("settings", name, value)
    if said:
        assert (done.status in {1, 2}, said in done.err, file.read_text("utf-8")) == (True, True, before)
    else:
        assert before in file.read_text("utf-8")


def test_each_setting_says_what_it_means(srs: Shell) -> None:
    for row in srs("settings", "--json").json["settings"]:
        assert row["meaning"]
    assert max(map(len, srs("settings").out.splitlines()[1:])) <= 80


def test_a_settings_file_that_is_a_link_stays_one(srs: Shell) -> None:
    file = own_settings(srs, "# mine\n")
    link = srs.path / "link.toml"
    link.symlink_to(file)
    srs.env["SRS_SETTINGS"] = str(link)
    assert srs("settings", "new", "7").status == 0
    assert (link.is_symlink(), file.read_text("utf-8")) == (True, "# mine\nnew = 7\n")


def test_what_is_no_file_is_not_replaced_by_one(srs: Shell) -> None:
    pipe = srs.path / "pipe.toml"
    os.mkfifo(pipe)
    srs.env["SRS_SETTINGS"] = str(pipe)
    done = srs("settings", "new", "7")
    assert (done.status, "cannot be written: it is no file" in done.err, pipe.is_fifo()) == (1, True, True)


def test_two_changes_at_one_time_are_both_kept(srs: Shell) -> None:
    file = own_settings(srs, "")
    with ThreadPoolExecutor() as pool:
        with file_lock(file.parent, 1):
            change = pool.submit(srs.process, "settings", "new", "7")
            wait([change], timeout=1)  # without the lock it would be done
            file.write_text("reviews = 5\n", "utf-8")
            assert not change.done()
        assert change.result().status == 0
    assert file.read_text("utf-8") == "reviews = 5\nnew = 7\n"
