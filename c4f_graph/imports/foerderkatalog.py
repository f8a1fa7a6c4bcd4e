"""Import exports of the federal funding catalogue (Förderkatalog) as one edition, as a stream.

Published at https://foerderportal.bund.de/foekat, exported by its search as `Suchliste.csv`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

from c4f_graph.csv_cells import restored
from c4f_graph.errors import InputError, Location
from c4f_graph.imports.account import Account
from c4f_graph.imports.background import read_background
from c4f_graph.imports.catalogue_graph import CatalogueGraph
from c4f_graph.imports.catalogue_row import (
    Cells,
    RejectedRowError,
    booking,
    check_width,
    funding_reference,
    read_cells,
    read_values,
)
from c4f_graph.imports.columns import REJECT_COLUMNS, read_header
from c4f_graph.imports.csv_records import Record, Records
from c4f_graph.imports.encoding import Inspected, inspect
from c4f_graph.imports.rejects import RejectsWriter
from c4f_graph.paths import corpus_paths

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Sequence
    from datetime import date
    from pathlib import Path

_REPORT_EVERY = 2_000


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of an import.

    Attributes:
        graph: the IRI of the edition, a named graph.
        statements: the statements that were written.
        account: every row that was read.
        notes: what a steward should look at, in sentences.
        summary: the account for a program, with what was read; `c4f import --summary` writes it.
    """

    graph: str
    statements: int
    account: Account
    notes: list[str]
    summary: dict[str, Any]


def import_foerderkatalog(
    files: Sequence[Path],
    as_of: date,
    output: BinaryIO,
    *,
    prefix: str = "",
    corpus: Path | None = None,
    rejects: BinaryIO | None = None,
    progress: Callable[[Path, float, int], None] = lambda _path, _share, _rows: None,
) -> Imported:
    """Read exports of the catalogue, and write the edition as N-Quads.

    Args:
        files: CSV files as exported, or rejected rows that were mended.
        as_of: the day on which they were exported.
        output: is given the edition as UTF-8.
        prefix: take only rows whose funding reference begins so.
        corpus: whose registry tells ministries, agencies and clusters; by default the project's.
        rejects: is given the rows that cannot be read, as CSV.
        progress: is told the file, the share of it that is read, and the rows of all so far.

    Raises:
        InputError: a file that is no such export, is cut off or damaged; what was written until
            then is to be thrown away.
    """
    inspected = [inspect(path) for path in files]
    graph = CatalogueGraph(as_of, read_background(corpus_paths(corpus)))
    output.write(graph.metadata(file.sha256 for file in inspected).encode())
    reading = _Reading(graph, output, prefix, RejectsWriter(rejects) if rejects else None, progress)
    for file in inspected:
        reading.read(file)
    reading.finish()
    account = reading.account
    notes = [
        *reading.notes,
        *_counted("no cluster is known in the registry for {}", graph.without_cluster),
        *_counted("no municipality key of eight digits: {}", graph.odd_keys),
        *_counted("no Land of that name: {}", graph.odd_states),
    ]
    if graph.variants:
        notes.append(
            f"{graph.variants:,} names differ from another of the same identifier in signs alone; "
            "both are kept"
        )
    summary = {
        "graph": graph.iri,
        "as_of": as_of.isoformat(),
        "prefix": prefix,
        "files": [
            {"name": file.path.name, "sha256": file.sha256, "encoding": file.encoding}
            for file in inspected
        ],
        "statements": graph.statements,
        **account.summary(),
        "notes": notes,
    }
    return Imported(graph.iri, graph.statements, account, notes, summary)


class _Reading:
    """The state of an import over all its files."""

    def __init__(
        self,
        graph: CatalogueGraph,
        output: BinaryIO,
        prefix: str,
        rejects: RejectsWriter | None,
        progress: Callable[[Path, float, int], None],
    ) -> None:
        self.account = Account()
        self.notes: list[str] = []
        self._graph = graph
        self._output = output
        self._prefix = "".join(prefix.split()).upper()
        self._rejects = rejects
        self._progress = progress
        self._rows_seen: set[bytes] = set()
        self._awards: dict[str, int] = {}

    def read(self, file: Inspected) -> None:
        """Read one file.

        Raises:
            InputError: it is no export of the catalogue, or cut off.
        """
        records = Records(file)
        rows = iter(records)
        header = read_header(file.path, next(rows))
        self.notes += [f"{file.path.name}: {sentence}" for sentence in header.unknown]
        if file.encoding not in {"utf-8", "utf-8-sig"}:
            name = {"cp1252": "Windows-1252"}.get(file.encoding, "ISO 8859-15")
            self.notes.append(f"{file.path.name} is read as {name}")
        before = self.account.rows_read
        for record in rows:
            if len(record.cells) == 1 and not record.cells[0].strip():
                continue
            _check_end(file.path, record, header.width)
            if header.rejected:
                record.cells = [restored(text) for text in record.cells[len(REJECT_COLUMNS) :]]
            self._account_for(file.path, record)
            if self.account.rows_read % _REPORT_EVERY == 0:
                self._progress(file.path, records.position / file.size, self.account.rows_read)
        if self.account.rows_read == before:
            raise InputError(
                f"{file.path} has a header and no rows.", hint="Export the catalogue again."
            )

    def finish(self) -> None:
        """Check the account and close the file of rejected rows."""
        self.account.check()
        if self._rejects is not None:
            self._rejects.finish()

    def _account_for(self, path: Path, record: Record) -> None:
        self.account.rows_read += 1
        try:
            reason = self._take(record)
        except RejectedRowError as rejection:
            self.account.rejected[rejection.reason] += 1
            if self._rejects is not None:
                self._rejects.write(path, record.line, rejection, record.cells)
        else:
            if reason is not None:
                self.account.set_aside[reason] += 1

    def _take(self, record: Record) -> str | None:
        """Take a row, or give the reason to set it aside.

        Raises:
            RejectedRowError: it cannot be read.
        """
        if record.unclosed is not None:
            index = min(record.unclosed, len(Cells._fields) - 1)
            raise RejectedRowError("unclosed_quote", Cells._fields[index], record.cells[index])
        check_width(record.cells)
        reference = funding_reference(record.cells[0])
        if not reference.startswith(self._prefix):
            return "outside_prefix"
        cells = read_cells(record.cells)
        if reason := booking(cells.theme) or self._repeated(cells):
            return reason
        values = read_values(cells, reference)
        number = self._awards.get(reference, 0) + 1
        self._awards[reference] = number
        if number > 1:
            self.account.further.append(reference)
        self.account.take(cells, values)
        self._output.write(self._graph.row(cells, values, number).encode())
        return None

    def _repeated(self, cells: Cells) -> str | None:
        """Tell whether the very same row was there before."""
        digest = hashlib.blake2b("\x1f".join(cells).encode(), digest_size=16).digest()
        if digest in self._rows_seen:
            return "duplicate"
        self._rows_seen.add(digest)
        return None


def _check_end(path: Path, record: Record, width: int) -> None:
    if record.cut_at is not None and len(record.cells) < width:
        raise InputError(
            f"the file is cut off: its last line has {len(record.cells)} cells and no line break, "
            f"the header has {width}.",
            location=Location(path, *record.cut_at),
            hint="Export the catalogue again.",
        )


def _counted(sentence: str, counts: Counter[str]) -> list[str]:
    if not counts:
        return []
    named = ", ".join(f"{name} ({count:,})" for name, count in sorted(counts.items())[:20])
    more = f" and {len(counts) - 20:,} more" if len(counts) > 20 else ""
    return [sentence.format(named + more)]
