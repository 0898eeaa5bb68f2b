"""Packages of real Anki with bytes changed anywhere: refused with a reason, or read; never anything else."""

import random  # noqa: TID251 - seeded
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from srs.anki.import_decks import import_decks
from srs.anki.package import zstd_module
from srs.cli.kinds import KINDS
from srs.core.errors import PackageError
from srs.deckfile import parse


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The databases of an old and of a current package."""
    pytest.importorskip("anki")
    folder = tmp_path_factory.mktemp("fuzz")
    script = Path(__file__).with_name("third_party_packages.py")
    subprocess.run([sys.executable, str(script), str(folder / "real.anki2"), str(folder)], check=True, timeout=120)
    with zipfile.ZipFile(folder / "old.apkg") as old, zipfile.ZipFile(folder / "new.apkg") as new:
        return {"old": old.read("collection.anki21"), "new": zstd_module().decompress(new.read("collection.anki21b"))}


def changed(data: bytes, seed: int) -> bytes:
    """With bits turned, pieces cut out, doubled or zeroed; most often within the text."""
    chance = random.Random(seed)
    whole = bytearray(data)
    for _ in range(chance.choice([1, 3, 20, 200])):
        at = chance.randrange(100, len(whole) - 64)
        match chance.randrange(4):
            case 0:
                whole[at] ^= 1 << chance.randrange(8)
            case 1:
                whole[at : at + 32] = bytes(32)
            case 2:
                whole[at : at + 16] = whole[at + 16 : at + 32]
            case _:
                whole[at] = chance.choice(b"\x00\x1f<>&{}\"'\\\xff:")
    return bytes(whole)


def survives(folder: Path, data: bytes) -> bool:
    """Whether anything was adopted."""
    (folder / "a.anki2").write_bytes(data)
    try:
        done = import_decks(folder / "mine", folder / "a.anki2", KINDS)
    except PackageError:
        assert not (folder / "mine").exists()
        return False
    for path in (folder / "mine").glob("*.yaml"):
        assert parse(path.read_bytes(), path.name, KINDS).good
    shutil.rmtree(folder / "mine", ignore_errors=True)
    return bool(done.plan.files)


@pytest.mark.parametrize("which", ["old", "new"])
def test_a_changed_database_is_refused_or_read(tmp_path: Path, packages: dict[str, bytes], which: str) -> None:
    done = [survives(tmp_path, changed(packages[which], seed)) for seed in range(60)]
    assert any(done)


@pytest.mark.slow
@pytest.mark.parametrize("which", ["old", "new"])
def test_thousands_of_changed_databases_are_refused_or_read(
    tmp_path: Path, packages: dict[str, bytes], which: str
) -> None:
    done = [survives(tmp_path, changed(packages[which], seed)) for seed in range(1000, 4000)]
    assert any(done)
    assert not all(done)
