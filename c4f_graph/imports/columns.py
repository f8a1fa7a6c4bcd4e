"""The columns of the funding catalogue, by the table `foerderkatalog.csv`, and a file's header.

The table has a line for each column, in the order in which they stand: our key for it, what it is
about, the property and the kind of value that it becomes, and the names that it has had. A name
that ends in an ellipsis stands for all that begin so.
"""

from __future__ import annotations

import csv
import difflib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from c4f_graph.errors import InputError, Location
from c4f_graph.namespaces import PREFIXES

if TYPE_CHECKING:
    from c4f_graph.imports.csv_records import Record

_TABLE = Path(__file__).with_name("foerderkatalog.csv")
REJECT_COLUMNS = ("file", "line", "column", "value", "reason")
"""What a file of rejected rows has before the columns of the catalogue."""
_OTHER_SEPARATORS = {",": "commas", "\t": "tabs", "|": "vertical bars"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the catalogue; `property` is an IRI, `names` begins with the oldest."""

    key: str
    of: str
    property: str
    value: str
    names: tuple[str, ...]

    def is_called(self, name: str) -> bool:
        """Tell whether a header's name is one of this column's, whatever its case and signs."""
        given = _letters(name)
        return any(
            given.startswith(_letters(known)) if known.endswith("…") else given == _letters(known)
            for known in self.names
        )


@dataclass(frozen=True, slots=True)
class Header:
    """How the rows of a file are read.

    Attributes:
        width: the number of cells in the header, with the trailing empty one.
        names: the names of the columns of the catalogue, as the file has them.
        rejected: the file is one of rejected rows, with `REJECT_COLUMNS` before the rest.
        unknown: columns whose names are not in the table, as sentences.
    """

    width: int
    names: tuple[str, ...]
    rejected: bool
    unknown: tuple[str, ...]


@cache
def columns() -> tuple[Column, ...]:
    """Give the table's columns in order."""
    with _TABLE.open(encoding="utf-8", newline="") as stream:
        return tuple(
            Column(
                row["key"],
                row["of"],
                _iri(row["property"]),
                row["value"],
                tuple(row["names"].split("|")),
            )
            for row in csv.DictReader(stream)
        )


def read_header(path: Path, record: Record) -> Header:
    """Match a file's header with the table, by name and position.

    Raises:
        InputError: another separator, or a column that is missing, moved, renamed or too many.
    """
    names = [cell.strip() for cell in record.cells]
    width = len(names)
    _check_separator(path, names)
    if names and not names[-1]:
        names.pop()
    rejected = tuple(names[: len(REJECT_COLUMNS)]) == REJECT_COLUMNS
    if rejected:
        del names[: len(REJECT_COLUMNS)]
    table = columns()
    unknown = []
    for index, (column, name) in enumerate(zip(table, names, strict=False)):
        if column.is_called(name):
            continue
        # One name may vary from export to export; another column's name tells that they moved.
        moved = any(other.is_called(name) for other in table)
        if column.key != "profile" or moved or len(names) != len(table):
            raise _other_column(path, column, name, index, names)
        unknown.append(
            f'column {index + 1}, "{name}", is not known; it is read as "{column.names[0]}", '
            "which stands there."
        )
    if len(names) < len(table):
        missing = table[len(names)]
        raise _header_error(
            path,
            f'the column "{missing.names[-1].rstrip("…")}" is missing: it should be number '
            f"{len(names) + 1}, and the header ends before it.",
            names,
            len(names),
        )
    if len(names) > len(table):
        raise _header_error(
            path,
            f'the column "{names[len(table)]}" is not known: the catalogue has {len(table)}.',
            names,
            len(table),
        )
    return Header(width, tuple(names), rejected, tuple(unknown))


def _check_separator(path: Path, names: list[str]) -> None:
    if len(names) > 1:
        return
    line = names[0] if names else ""
    for separator, name in _OTHER_SEPARATORS.items():
        position = line.find(separator)
        if position >= 0:
            raise InputError(
                f"the cells are separated by {name}, not by semicolons.",
                location=Location(path, 1, position + 1),
                hint="Save the file with semicolons.",
            )
    raise InputError(
        "this is no export of the funding catalogue: its first line is not the catalogue's header.",
        location=Location(path, 1, 1),
        hint=f'The header begins with "{columns()[0].names[0]};{columns()[1].names[0]}".',
    )


def _other_column(
    path: Path, column: Column, name: str, index: int, names: list[str]
) -> InputError:
    expected = " or ".join(f'"{known.rstrip("…")}"' for known in column.names)
    known = _nearest(name, names)
    nearest = f'; the nearest that the header lacks is "{known}"' if known else ""
    following = columns()[index + 1 : index + 2]
    if any(other.is_called(name) for other in following) and len(names) < len(columns()):
        problem = f'the column {expected} is missing: number {index + 1} is "{name}"'
    elif any(other.is_called(name) for other in columns()):
        problem = f'column {index + 1} is "{name}", where {expected} should stand'
    else:
        problem = (
            f'column {index + 1}, "{name}", is not known{nearest}: {expected} should stand here'
        )
    return _header_error(path, f"{problem}.", names, index)


def _header_error(path: Path, problem: str, names: list[str], index: int) -> InputError:
    # The names stand one after another, with a separator after each.
    column = sum(len(name) + 1 for name in names[:index]) + 1
    return InputError(
        problem,
        location=Location(path, 1, column),
        hint="Export the catalogue again with all columns, or name the column as it was.",
    )


def _nearest(name: str, names: list[str]) -> str | None:
    """Find the name most like this one, of a column that the header does not have."""
    known = {
        _letters(text): text.rstrip("…")
        for column in columns()
        if not any(column.is_called(other) for other in names)
        for text in column.names
    }
    found = difflib.get_close_matches(_letters(name), known, n=1, cutoff=0.6)
    return known[found[0]] if found else None


def _letters(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())


def _iri(name: str) -> str:
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local
