"""The learner's settings, read from a file that may be wrong."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from srs.cli.sentences import skipped_setting
from srs.collection.settings_file import SettingsFile, read_settings_file
from srs.core.settings import Limits, Settings, setting_values

GOOD = """\
new = 5
reviews = "unlimited"
# a remark
steps = ["90s", "10m", "1h"]
relearning_steps = []
desired_retention = 0.92
rollover = "05:30"
zone = "Asia/Seoul"
leech_lapses = 6
suspend_leeches = true
learn_ahead = "30m"
maximum_interval = 180
theme = "light"
gloss = true
typing = true
autoplay = true
space_is_good = false
anki_sync = "server"
anki_server = "http://127.0.0.1:8080/"
packs = ["interview"]
record = ["arecord", "-q", "{file}"]
transcribe = "whisper --model 'small en' {file}"
easy_days = ["saturday=half", "sunday=none", "monday=full"]
"""

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


def test_without_a_file_all_is_as_it_comes(file: Path) -> None:
    assert read_settings_file(file) == SettingsFile(Settings(), {})


def test_every_setting_is_read_with_its_line(file: Path) -> None:
    file.write_text(GOOD)
    found = read_settings_file(file)
    assert found.settings == Settings(
        zone="Asia/Seoul",
        rollover=330,
        limits=Limits(new=5),
        learning_steps=(90, 600, 3600),
        relearning_steps=(),
        desired_retention=0.92,
        leech_lapses=6,
        suspend_leeches=True,
        learn_ahead=1800,
        maximum_interval=180,
        theme="light",
        gloss=True,
        typing=True,
        autoplay=True,
        space_is_good=False,
        anki_sync="server",
        anki_server="http://127.0.0.1:8080/",
        packs=("interview",),
        record=("arecord", "-q", "{file}"),
        transcribe=("whisper", "--model", "small en", "{file}"),
        easy_days=(1.0, 1.0, 1.0, 1.0, 1.0, 0.5, 0.0),
    )
    assert found.lines["new"] == 1
    assert found.lines["steps"] == 4
    assert found.lines.keys() == setting_values(Settings()).keys()


def test_what_is_shown_can_be_written_into_the_file(file: Path) -> None:
    file.write_text(GOOD)
    values = setting_values(read_settings_file(file).settings)
    assert values["steps"] == ["90s", "10m", "1h"]
    assert values["easy_days"] == ["saturday=half", "sunday=none"]
    assert (values["rollover"], values["reviews"], values["new"]) == ("05:30", "unlimited", 5)


@pytest.mark.parametrize(
    "line",
    [
        "new = -1",
        "new = true",
        "new = 1.5",
        'new = "many"',
        "reviews = 10001",
        'steps = "1m"',
        'steps = ["1y"]',
        'steps = ["2d"]',
        'steps = ["0m"]',
        "steps = [1]",
        "desired_retention = 0.5",
        "desired_retention = nan",
        'rollover = "24:00"',
        "rollover = 4",
        'zone = "Mars/X"',
        'zone = "../../etc/passwd"',
        'zone = "America"',
        'zone = ""',
        "zone = 9",
        "leech_lapses = 1",
        "learn_ahead = 20",
        'learn_ahead = "0m"',
        "maximum_interval = 0",
        'easy_days = "saturday"',
        'easy_days = ["saturday"]',
        'easy_days = ["saturday=some"]',
        'easy_days = ["holiday=none"]',
        "easy_days = {saturday = 'half'}",
        f"easy_days = {[f'{day}=none' for day in WEEKDAYS]}",
        'theme = "pink"',
        "gloss = 1",
        "colour = 3",
        "[limits]\nnew = 3",
    ],
)
def test_a_wrong_setting_is_named_with_its_line_and_the_default_holds(file: Path, line: str) -> None:
    file.write_text(f"gloss = true\n\n{line}\n" if not line.startswith("gloss") else f"typing = true\n\n{line}\n")
    found = read_settings_file(file)
    (wrong,) = found.errors
    assert (wrong.path, wrong.line) == (file, 3)
    assert len(found.lines) == 1
    assert found.settings in [Settings(gloss=True), Settings(typing=True)]
    assert bool(found.day_error) == (wrong.name in {"zone", "rollover"})


def test_a_setting_that_there_is_not_is_named_with_the_nearest(file: Path) -> None:
    file.write_text("retention = 0.9\ncolour = 3\n")
    near, far = read_settings_file(file).errors
    assert (near.problem, near.detail, far.problem, far.detail) == ("no-setting", "desired_retention", "no-setting", "")
    assert read_settings_file(file).day_error is None


@pytest.mark.parametrize("line", ['zome = "Asia/Seoul"', 'Zone = "Asia/Seoul"', 'rolover = "05:00"'])
def test_a_name_that_may_mean_the_study_day_leaves_the_day_open(file: Path, line: str) -> None:
    file.write_text(line)
    assert read_settings_file(file).day_error


HOSTILE = {
    "brackets": "new = " + "[" * 3000 + "]" * 3000,
    "digits": "new = " + "9" * 5000,
    "hex": "new = 0x" + "f" * 5000,
    "dots": "new" + ".a" * 3000 + " = 1",
    "dots of an unknown one": "b" + ".a" * 3000 + " = 1",
    "tables": "[steps" + ".a" * 3000 + "]\nb = 1",
    "a long text": f'theme = "{"x" * 5000}"',
    "a long name": "x" * 5000 + " = 1",
    "a long file": "#" * 70_000,
    "exponents": "desired_retention = 1e99999",
    "a zone as long as no file": f'zone = "{"x" * 5000}"',
    "cut off": "new = ",
    "twice": "new = 1\nnew = 2",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_what_no_settings_look_like_is_named_briefly(file: Path, text: str) -> None:
    file.write_text(text)
    (wrong,) = read_settings_file(file).errors
    assert wrong.path == file
    assert len(wrong.value) < 100
    assert len(skipped_setting(wrong)) < 600


def test_a_file_that_cannot_be_read_leaves_the_study_day_open(file: Path, tmp_path: Path) -> None:
    file.write_bytes(b"\xff\xfe")
    for place in (file, tmp_path, tmp_path / ("x" * 300), Path("/dev/zero")):
        (wrong,) = read_settings_file(place).errors
        assert wrong.line == 0
        assert read_settings_file(place).day_error
    assert read_settings_file(Path("/dev/null")) == SettingsFile(Settings(), {})


@settings(max_examples=200)
@given(st.text(max_size=60))
def test_any_text_is_read_or_named(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "s.toml"
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        found = read_settings_file(path)
        assert isinstance(found.settings, Settings)
        assert all(skipped_setting(wrong) for wrong in found.errors)
