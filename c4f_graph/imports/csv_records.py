r"""Read the records of a CSV file whose text cells are the formulas `="…"` of a spreadsheet.

The csv module cannot: a cell that begins with `=` is plain for it, so it would end at a semicolon
or a line break inside the quotes. A cell is one of `="…"`, `"…"`, both with `""` for a quote, or
plain.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from c4f_graph.errors import InputError, Location

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from c4f_graph.imports.encoding import Inspected

_QUOTED = r'"((?:[^"]++|"")*+)"'
# The last alternative is a cell with a quote that neither opens nor closes it as it should.
_CELLS = re.compile(rf'(?:={_QUOTED}|{_QUOTED}|([^;"]*+)|([^;]*+));')
_OPEN = re.compile(r'=?"(?:[^"]++|"")*+\Z')
_STAYS_OPEN = re.compile(r'(?:[^"]++|"")*+\Z')
_FORMULA = re.compile(rf"={_QUOTED}\Z")
_LONGEST_RECORD = 1 << 18


@dataclass(slots=True)
class Record:
    """One record of the file.

    Attributes:
        line: the line on which it begins, from 1.
        cells: their texts, without quotes.
        unclosed: the index of a cell whose quote is not closed; else None.
        cut_at: line and column of the file's end, where no line break ends the record; else None.
    """

    line: int
    cells: list[str]
    unclosed: int | None = None
    cut_at: tuple[int, int] | None = None


class Records:
    """The records of a file, as a stream."""

    def __init__(self, file: Inspected) -> None:
        self._file = file
        self._stream: TextIO | None = None

    @property
    def position(self) -> int:
        """The bytes of the file that were read so far."""
        return 0 if self._stream is None else self._stream.buffer.tell()

    def __iter__(self) -> Iterator[Record]:
        """Yield the records in file order.

        Raises:
            InputError: a quote that is never closed, with line and column.
        """
        # Universal newlines would change a lone carriage return inside a cell.
        with self._file.path.open(encoding=self._file.encoding, newline="\n") as self._stream:
            lines = _Lines(self._stream, self._file.path)
            while (raw := lines.take()) is not None:
                yield _record(lines, raw)
        self._stream = None


class _Lines:
    """The lines of a file, of which one can look at those that follow."""

    def __init__(self, stream: TextIO, path: Path) -> None:
        self._stream = stream
        self._ahead: list[str] = []
        self.path = path
        self.number = 0

    def take(self) -> str | None:
        """Give the next line, or None at the end."""
        line = self._ahead.pop(0) if self._ahead else self._stream.readline()
        self.number += bool(line)
        return line or None

    def following(self) -> Iterator[str]:
        """Yield the lines after this one, and leave them to be taken."""
        index = 0
        while True:
            if index == len(self._ahead):
                line = self._stream.readline()
                if not line:
                    return
                self._ahead.append(line)
            yield self._ahead[index]
            index += 1

    def skip(self, count: int) -> None:
        """Leave out the next lines."""
        del self._ahead[:count]
        self.number += count


def _record(lines: _Lines, raw: str) -> Record:
    number = lines.number
    text = raw.rstrip("\r\n")
    found = _CELLS.findall(text + ";")
    cells = [formula or quoted or plain or other for formula, quoted, plain, other in found]
    if '"' not in "".join(cells):
        return Record(number, cells, cut_at=_cut(number, raw))
    start = _open_cell(text)
    if start is None:
        return Record(number, _with_quotes(found), cut_at=_cut(number, raw))
    return _joined(lines, raw, start) or Record(
        number, _with_quotes(found), _index(text, start), _cut(number, raw)
    )


def _joined(lines: _Lines, raw: str, start: int) -> Record | None:
    """Join a line with those after it until its open cell is closed; None for a lone quote.

    Raises:
        InputError: the cell goes on to the end of the file, or for too long.
    """
    place = Location(lines.path, lines.number, start + 1)
    parts, size, opened = [raw], len(raw), start
    for count, line in enumerate(lines.following(), start=1):
        parts.append(line)
        size += len(line)
        if size > _LONGEST_RECORD:
            raise InputError(
                f"this cell has more than {_LONGEST_RECORD:,} characters, or its quote is not "
                "closed.",
                location=place,
                hint="Export the catalogue again, or mend the cell.",
            )
        if _STAYS_OPEN.match(line):
            continue
        text = "".join(parts).rstrip("\r\n")
        still = _open_cell(text)
        found = _CELLS.findall(text + ";")
        if found[_index(text, opened)][3] and still != opened:
            # The quote met one that does not close it.
            return None
        if still is None:
            number = lines.number
            lines.skip(count)
            return Record(number, _with_quotes(found), cut_at=_cut(lines.number, line))
        opened = still
    raise InputError(
        "the quote that opens this cell is never closed: the file is cut off.",
        location=place,
        hint="Export the catalogue again, or close the quote.",
    )


def _cut(number: int, line: str) -> tuple[int, int] | None:
    return None if line.endswith("\n") else (number, len(line) + 1)


def _open_cell(text: str) -> int | None:
    """Find where a cell begins whose quote is not closed by the end of the text."""
    for match in _CELLS.finditer(text + ";"):
        if match[4] and _OPEN.match(text, match.start()):
            return match.start()
    return None


def _index(text: str, start: int) -> int:
    """Count the cells before the place where one begins."""
    return len(_CELLS.findall(text[:start]))


def _with_quotes(found: list[tuple[str, str, str, str]]) -> list[str]:
    cells = []
    for formula, quoted, plain, other in found:
        if formula:
            cells.append(formula.replace('""', '"'))
        elif quoted:
            text = quoted.replace('""', '"')
            # A spreadsheet that saved the file again has put the formula itself into quotes.
            saved_again = _FORMULA.match(text)
            cells.append(saved_again[1].replace('""', '"') if saved_again else text)
        else:
            cells.append(plain or other)
    return cells
