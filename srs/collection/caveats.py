"""What makes forecasts uncertain."""

from collections.abc import Iterator

from srs.collection import Collection
from srs.log.histories import read_histories
from srs.log.replay import current_parameters
from srs.scheduling.fit import calibration


def model_caveats(collection: Collection, now: int) -> Iterator[str]:
    """Sentences on where the model is off for this learner."""
    connection = collection.store.connection
    found = calibration(read_histories(connection, now).cards, current_parameters(connection).values)
    if found.is_off:
        hopeful = "too hopeful" if found.recalled < found.expected else "too cautious"
        yield (
            f"Of your last {found.reviews} reviews you recalled {100 * found.recalled:.0f} %, where FSRS expected"
            f" {100 * found.expected:.0f} %: these forecasts are {hopeful}. To fit FSRS to you: srs optimize"
        )
