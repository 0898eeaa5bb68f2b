"""Recovering rows from the pages of a damaged database (https://www.sqlite.org/fileformat2.html).

SQLite reaches a row through the pages above it, so one damaged page hides all intact pages below. Here every readable
page yields its rows, as with `sqlite3 .recover`, which belongs to the shell and not to Python's library. Nothing that a
page says is trusted: what makes no sense is skipped.
"""

import mmap
import struct
from collections.abc import Container, Iterator
from contextlib import ExitStack
from pathlib import Path

Value = None | int | float | str | bytes

_TABLE_LEAF, _INDEX_INTERIOR, _INDEX_LEAF = 13, 2, 10
_SIZES = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}  # bytes of an integer by its serial type
_MAX_ROW = 1 << 16  # bytes; an event has far fewer, and a chain of pages may be a cycle
_MAX_STRANGE = 3  # rows of another width, after which a page must be another table's


def recover_rows(database: Path, columns: Container[int]) -> Iterator[tuple[int | None, tuple[Value, ...]]]:
    """(rowid, values) of all readable rows of tables and indexes with one of these numbers of `columns`, unordered; rows of
    indexes have no rowid. Pages committed to the `-wal` file take precedence. Raises OSError.
    """
    with ExitStack() as stack:
        main = _bytes(stack, database)
        wal = _bytes(stack, database.with_name(f"{database.name}-wal"))
        yield from _Pages(main, wal).rows(columns)


def _bytes(stack: ExitStack, path: Path) -> bytes | mmap.mmap:
    if not path.exists() or not path.stat().st_size:
        return b""
    file = stack.enter_context(path.open("rb"))
    return stack.enter_context(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


class _Pages:
    def __init__(self, main: bytes | mmap.mmap, wal: bytes | mmap.mmap) -> None:
        self._main = main
        self._wal = wal
        self._size = _page_size(main, wal)
        self._usable = self._size - (main[20] if len(main) > 20 and main[:15] == b"SQLite format 3" else 0)
        self._committed = _frames(wal, self._size)
        self._count = max([len(main) // self._size, *self._committed])

    def rows(self, columns: Container[int]) -> Iterator[tuple[int | None, tuple[Value, ...]]]:
        for number in range(1, self._count + 1):
            page = self._page(number)
            try:
                kind, cells = _cells(page, 100 if number == 1 else 0)
            except (struct.error, IndexError):
                continue
            strange = 0
            for cell in cells:
                try:
                    row = self._row(page, kind, cell)
                except (struct.error, IndexError, ValueError):
                    continue
                if len(row[1]) in columns:
                    yield row
                elif (strange := strange + 1) > _MAX_STRANGE:  # a page holds the rows of one table
                    break

    def _page(self, number: int) -> bytes:
        if number in self._committed:
            start = self._committed[number]
            return self._wal[start : start + self._size]
        return self._main[(number - 1) * self._size : number * self._size]

    def _row(self, page: bytes, kind: int, cell: int) -> tuple[int | None, tuple[Value, ...]]:
        rowid = None
        if kind == _INDEX_INTERIOR:
            cell += 4  # the page below
        length, cell = _varint(page, cell)
        if kind == _TABLE_LEAF:
            rowid, cell = _varint(page, cell)
        return rowid, _values(self._payload(page, kind, cell, length))

    def _payload(self, page: bytes, kind: int, start: int, length: int) -> bytes:
        """The bytes of a row: what fits on the page, then the rest from a chain of overflow pages."""
        if length > _MAX_ROW:
            raise ValueError
        usable = self._usable
        most = usable - 35 if kind == _TABLE_LEAF else (usable - 12) * 64 // 255 - 23
        least = (usable - 12) * 32 // 255 - 23
        surplus = least + (length - least) % (usable - 4)
        local = length if length <= most else surplus if surplus <= most else least
        payload = page[start : start + local]
        (following,) = struct.unpack_from(">I", page, start + local) if local < length else (0,)
        while len(payload) < length:
            more = self._page(following) if 0 < following <= self._count else b""
            (following,) = struct.unpack_from(">I", more)
            payload += more[4 : min(usable, 4 + length - len(payload))]
        return payload


def _page_size(main: bytes | mmap.mmap, wal: bytes | mmap.mmap) -> int:
    """The page size in either file's header, or SQLite's default."""
    sizes = [struct.unpack_from(">H", main, 16)[0]] if len(main) >= 100 else []
    sizes += [struct.unpack_from(">I", wal, 8)[0]] if len(wal) >= 32 else []
    sizes = [65536 if size == 1 else size for size in sizes]
    return next((size for size in sizes if 512 <= size <= 65536 and not size & (size - 1)), 4096)


def _frames(wal: bytes | mmap.mmap, size: int) -> dict[int, int]:
    """The offset in the write-ahead log of each page's committed version."""
    committed: dict[int, int] = {}
    written: dict[int, int] = {}
    for start in range(32, len(wal) - size - 23, size + 24):
        number, total = struct.unpack_from(">II", wal, start)
        if wal[start + 8 : start + 16] != wal[16:24]:  # left over from before the log was restarted
            break
        written[number] = start + 24
        if total:  # the last page of a transaction
            committed |= written
            written = {}
    return committed


def _cells(page: bytes, header: int) -> tuple[int, tuple[int, ...]]:
    """A page's type, and the offset of each row if it has any."""
    kind, _, count = struct.unpack_from(">BHH", page, header)
    if kind not in {_TABLE_LEAF, _INDEX_INTERIOR, _INDEX_LEAF}:
        return kind, ()
    return kind, struct.unpack_from(f">{count}H", page, header + (12 if kind == _INDEX_INTERIOR else 8))


def _values(payload: bytes) -> tuple[Value, ...]:
    head, at = _varint(payload, 0)
    if not at <= head <= len(payload):
        raise ValueError
    values, data = [], head
    while at < head:
        serial, at = _varint(payload, at)
        value, data = _value(payload, serial, data)
        values.append(value)
    return tuple(values)


def _value(payload: bytes, serial: int, start: int) -> tuple[Value, int]:
    if serial in _SIZES:
        end = start + _SIZES[serial]
        return int.from_bytes(_slice(payload, start, end), "big", signed=True), end
    if serial == 7:
        return struct.unpack_from(">d", payload, start)[0], start + 8
    if serial in {0, 8, 9}:
        return (None if serial == 0 else serial - 8), start
    if serial < 12:
        raise ValueError
    end = start + (serial - 12) // 2
    raw = _slice(payload, start, end)
    return (raw.decode() if serial % 2 else raw), end


def _slice(payload: bytes, start: int, end: int) -> bytes:
    if end > len(payload):
        raise ValueError
    return payload[start:end]


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """A variable-length integer, and the offset of its end."""
    value = 0
    for place in range(8):
        byte = data[at + place]
        value = value << 7 | byte & 127
        if byte < 128:
            return value, at + place + 1
    value = value << 8 | data[at + 8]
    return (value - (1 << 64) if value >> 63 else value), at + 9
