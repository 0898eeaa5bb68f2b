"""Real Anki's review log, taken in with `srs log --import`."""

from contextlib import ExitStack
from pathlib import Path

import pytest

from srs.core.card_state import Learning, Relearning, Review, WithoutMemory
from srs.database import states
from tests.anki.conftest import Anki
from tests.machines import Machines, csv_file

COLUMNS = "id,cid,ease,ivl,lastIvl,factor,time,type"
KIND = {1: Learning, 2: Review, 3: Relearning}


def test_the_memory_and_the_interval_are_those_that_anki_has(anki: Anki, tmp_path: Path) -> None:
    names = [f"D{n}" for n in range(4)]
    answers = {"D0": "4", "D1": "33", "D2": "1323", "D3": "2"}
    steps = [f"add:{name}={name}" for name in names]
    steps += [f"answer:{name}={rating}" for name in names for rating in answers[name]]
    made = anki("fsrs", *steps)
    file = csv_file(tmp_path / "revlog.csv", made["log"], COLUMNS)
    with ExitStack() as stack:
        one = Machines(tmp_path, stack)["one"]
        done = one.import_log(file)
        assert (done.bad, done.counts.events) == ((), sum(map(len, answers.values())))
        known = states.get_all(one.collection.store.connection)
        for card in made["cards"]:
            state = known[f"{card['id']}/back"]
            assert isinstance(state.phase, KIND[card["type"]])
            assert not isinstance(state.phase, WithoutMemory)
            assert state.reps == card["reps"]
            memory = state.phase.memory
            assert memory.stability == pytest.approx(card["again_stability"], rel=1e-5)
            assert memory.difficulty == pytest.approx(card["again_difficulty"], rel=1e-5)
            if isinstance(state.phase, Review):
                assert state.phase.days == card["ivl"]
        assert one.import_log(file).counts.events == 0
