"""Repairs a damaged database, and reports on stderr what was saved."""

from pathlib import Path
from shlex import quote

from srs.backup.repair import RepairResult, repair_database
from srs.cli.output import warn
from srs.core.errors import BackupError, StoreError
from srs.core.plural import plural


def repair(database: Path, error: StoreError, now: int) -> bool:
    """Whether the database that `error` calls damaged was repaired; False if it is not damaged, or not of srs. Raises
    StoreError.
    """
    try:
        result = repair_database(database, now)
    except BackupError:
        return False
    except StoreError:
        warn(f"the database {database} is damaged ({error.detail}).")
        raise
    report_repair(database, result)
    return True


def report_repair(database: Path, result: RepairResult) -> None:
    counts = result.counts
    parts = [f"{plural(counts.events, 'event')} read from it"]
    if result.used:
        parts.append(f"{counts.from_backups} more from its backups")
    if counts.lost:
        parts.append(f"{counts.lost} known to be lost")
    repaired = f"the damaged database {database} was repaired: {', '.join(parts)}"
    warn(f"{repaired}. The damaged file is kept as {result.damaged_copy}.")
    for backup in result.unreadable:
        warn(f"skipped the backup {backup.path}, which cannot be read.")
    for backup, events in result.unused:
        merge = f"srs merge {quote(str(backup.path))}"
        warn(f"{backup.path} has {plural(events, 'event')} that a restore replaced; to merge them: {merge}")
