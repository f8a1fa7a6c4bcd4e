"""Write rejected rows as a CSV file that can be mended and imported again."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, BinaryIO

from c4f_graph.csv_cells import defused
from c4f_graph.imports.columns import REJECT_COLUMNS, columns

if TYPE_CHECKING:
    from pathlib import Path

    from c4f_graph.imports.catalogue_row import RejectedRowError


class RejectsWriter:
    """Writes UTF-8 with a byte order mark, by which spreadsheets know it, and semicolons."""

    def __init__(self, stream: BinaryIO) -> None:
        self._text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._text, delimiter=";", lineterminator="\r\n")
        self._names = {column.key: column.names[-1].rstrip("…") for column in columns()}
        self._names["profile"] = "Förderprofil"
        self._writer.writerow([*REJECT_COLUMNS, *self._names.values()])

    def write(self, path: Path, line: int, rejection: RejectedRowError, cells: list[str]) -> None:
        """Write a row with the place and the reason before its cells."""
        column = self._names.get(rejection.column, rejection.column)
        place = (path.name, str(line), column, rejection.value, rejection.reason)
        self._writer.writerow([defused(text) for text in (*place, *cells)])

    def finish(self) -> None:
        """Write what waits to be written, and leave the stream open."""
        self._text.flush()
        self._text.detach()
