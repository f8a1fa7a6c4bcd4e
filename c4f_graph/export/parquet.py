"""Write an answer as Apache Parquet (https://parquet.apache.org/docs/file-format/).

A file has one type for each column, which only the last row settles: the rows are set aside on disk
as texts, and become values once all are seen.
"""

from __future__ import annotations

import datetime
import re
import shutil
from functools import partial
from itertools import islice
from typing import IO, TYPE_CHECKING, Any

import pyoxigraph as ox

from c4f_graph.engine import RowStream
from c4f_graph.errors import InputError, QueryError
from c4f_graph.export.names import plain
from c4f_graph.files import set_aside
from c4f_graph.namespaces import XSD

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import BinaryIO

    from c4f_graph.engine import Rows, Term

ROWS_AT_ONCE = 1 << 16
"""How many rows are in memory at once: a row group of the file."""
_INT64_DIGITS = 18
_DECIMAL128_DIGITS = 38
_INTEGER = re.compile(r"-?\d+", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)
_DOUBLE = re.compile(rf"{_DECIMAL.pattern}([eE][+-]?\d+)?|[+-]?INF|NaN", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def need_pyarrow() -> None:
    """Make sure that Parquet can be written.

    Raises:
        InputError: pyarrow is not installed.
    """
    try:
        import pyarrow  # noqa: F401
    except ImportError as error:
        raise InputError(
            "Parquet cannot be written: pyarrow is not installed.",
            hint="Install it with `pip install 'c4f-graph[parquet]'`, or take --format csv.",
        ) from error


def write_parquet(
    stream: BinaryIO, rows: Rows | RowStream, descriptions: Mapping[str, str]
) -> None:
    """Write rows as one Parquet file. The same rows and the same pyarrow give the same bytes.

    A column whose values all are `xsd:integer` is int64, `xsd:decimal` (also with integers)
    decimal128 with as many digits after the point as are needed, `xsd:boolean` bool, `xsd:date`
    date32, `xsd:double` and `xsd:float` double. Any other column is string and has what CSV has;
    so is one with a value that such a type cannot hold. Unbound is null.

    Args:
        stream: is given the file once it is complete.
        rows: the answer.
        descriptions: what a column means, by its name; kept in the column's metadata.

    Raises:
        InputError: pyarrow is not installed.
        QueryError: the answer has no columns, or the time limit has passed.
        StoreError: the temporary folder has no room.
    """
    need_pyarrow()
    if not rows.columns:
        raise QueryError(
            "the answer has no columns, and a Parquet file needs one.",
            hint="Name variables after SELECT.",
        )
    columns = [_Column() for _ in rows.columns]
    what = "rows cannot be set aside"
    with (
        set_aside(partial(_write_texts, rows, columns), what) as texts,
        set_aside(partial(_write_values, texts, rows, columns, descriptions), what) as file,
    ):
        shutil.copyfileobj(file, stream)


class _Column:
    """What the values of a column have been so far, from which its type follows."""

    def __init__(self) -> None:
        self._kinds: set[str] = set()
        self._digits_before = 0
        self._digits_after = 0

    def texts(self, terms: Sequence[Term | None]) -> list[str | None]:
        """Take note of values, and give their texts."""
        if "text" not in self._kinds:
            by_datatype: dict[str, list[str]] = {}
            for term in terms:
                if term is not None:
                    datatype = term.datatype.value if isinstance(term, ox.Literal) else ""
                    by_datatype.setdefault(datatype, []).append(plain(term))
            for datatype, texts in by_datatype.items():
                self._note(datatype, texts)
        return [None if term is None else plain(term) for term in terms]

    def _note(self, datatype: str, texts: list[str]) -> None:
        kind, is_good = _KINDS.get(datatype, ("text", str))
        self._kinds.add(kind if all(map(is_good, texts)) else "text")
        if kind in {"integer", "decimal"}:
            for text in texts:
                before, _, after = text.lstrip("+-").partition(".")
                self._digits_before = max(self._digits_before, len(before))
                self._digits_after = max(self._digits_after, len(after))

    def type(self) -> Any:
        """Give the type of Arrow that holds all values."""
        import pyarrow as pa

        if self._kinds == {"integer"} and self._digits_before <= _INT64_DIGITS:
            return pa.int64()
        if self._kinds and self._kinds <= {"integer", "decimal"}:
            if self._digits_before + self._digits_after <= _DECIMAL128_DIGITS:
                return pa.decimal128(_DECIMAL128_DIGITS, self._digits_after)
            return pa.string()
        types = {"boolean": pa.bool_(), "date": pa.date32(), "double": pa.float64()}
        kind = next(iter(self._kinds)) if len(self._kinds) == 1 else "text"
        return types.get(kind, pa.string())


def _is_day(text: str) -> bool:
    if not _DAY.fullmatch(text):
        return False
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True


# By datatype: the kind of value, and whether it is written as one. Anything else is a text.
_KINDS: dict[str, tuple[str, Callable[[str], object]]] = {
    f"{XSD}boolean": ("boolean", {"true", "false", "0", "1"}.__contains__),
    f"{XSD}integer": ("integer", _INTEGER.fullmatch),
    f"{XSD}decimal": ("decimal", _DECIMAL.fullmatch),
    f"{XSD}double": ("double", _DOUBLE.fullmatch),
    f"{XSD}float": ("double", _DOUBLE.fullmatch),
    f"{XSD}date": ("date", _is_day),
}


def _write_texts(rows: Rows | RowStream, columns: list[_Column], file: IO[bytes]) -> None:
    import pyarrow as pa

    schema = pa.schema([pa.field(name, pa.string()) for name in rows.columns])
    left = iter(rows.rows)
    with pa.ipc.new_stream(file, schema) as writer:
        while batch := list(islice(left, ROWS_AT_ONCE)):
            texts = [
                column.texts(terms)
                for column, terms in zip(columns, zip(*batch, strict=True), strict=True)
            ]
            arrays = [pa.array(column, pa.string()) for column in texts]
            writer.write_batch(pa.record_batch(arrays, schema=schema))


def _write_values(
    texts: IO[bytes],
    rows: Rows | RowStream,
    columns: list[_Column],
    descriptions: Mapping[str, str],
    file: IO[bytes],
) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema(
        [
            pa.field(
                name,
                column.type(),
                metadata={"description": descriptions[name]} if name in descriptions else None,
            )
            for name, column in zip(rows.columns, columns, strict=True)
        ]
    )
    with (
        pa.ipc.open_stream(texts) as batches,
        pq.ParquetWriter(file, schema, compression="zstd") as writer,
    ):
        for batch in batches:
            if isinstance(rows, RowStream):
                rows.limit.left()
            arrays = [
                array.cast(field.type) for array, field in zip(batch.columns, schema, strict=True)
            ]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
