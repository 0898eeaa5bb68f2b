"""The learner's settings, read from a file that may be wrong."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from srs.collection.settings_file import read
from srs.errors import BadInput
from srs.settings import Limits, Settings, shown

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
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


def test_without_a_file_all_is_as_it_comes(file: Path) -> None:
    assert read(file) == (Settings(), {})


def test_every_setting_is_read_with_its_line(file: Path) -> None:
    file.write_text(GOOD)
    found = read(file)
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
    )
    assert found.lines["new"] == 1
    assert found.lines["steps"] == 4
    assert found.lines.keys() == shown(Settings()).keys()


def test_what_is_shown_can_be_written_into_the_file(file: Path) -> None:
    file.write_text(GOOD)
    values = shown(read(file).settings)
    assert values["steps"] == ["90s", "10m", "1h"]
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
        'theme = "pink"',
        "gloss = 1",
        "colour = 3",
        "[limits]\nnew = 3",
    ],
)
def test_a_wrong_setting_is_named_with_its_line(file: Path, line: str) -> None:
    file.write_text(f"# first\n\n{line}\n")
    with pytest.raises(BadInput) as raised:
        read(file)
    assert raised.value.name.startswith(f"{file}:3: ")
    assert raised.value.expected


def test_a_file_that_is_no_toml_or_cannot_be_read_is_named(file: Path, tmp_path: Path) -> None:
    for data in (b"new = ", b"\xff\xfe", b"new = 1\nnew = 2"):
        file.write_bytes(data)
        with pytest.raises(BadInput, match=r"settings\.toml"):
            read(file)
    with pytest.raises(BadInput):
        read(tmp_path)


@settings(max_examples=200)
@given(st.text(max_size=60))
def test_any_text_is_read_or_named(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "s.toml"
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        try:
            assert isinstance(read(path).settings, Settings)
        except BadInput:
            return
