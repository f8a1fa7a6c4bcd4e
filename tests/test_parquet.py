"""Answers as Parquet: the type of each column, its meaning, and where none can be written."""

from __future__ import annotations

import datetime
import io
import math
import os
import subprocess
import tempfile
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from c4f_graph.engine import Rows, RowStream
from c4f_graph.errors import StoreError
from c4f_graph.export import parquet
from tests.process import COMMAND, PATIENCE, c4f, c4f_without, run

if TYPE_CHECKING:
    from pathlib import Path

    from c4f_graph import ProgrammeGraph

pytestmark = pytest.mark.usefixtures("store")
EVERYTHING = "SELECT ?s ?p ?o { ?s ?p ?o FILTER(isIRI(?s) && !isBlank(?o)) } ORDER BY ?s ?p ?o"
DAY = datetime.date


def column(graph: ProgrammeGraph, values: str) -> tuple[str, list[Any]]:
    """Give the type and the values of a column that has these terms of SPARQL."""
    answer = graph.query(
        f"PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\nSELECT ?x {{ VALUES ?x {{ {values} }} }}"
    )
    assert isinstance(answer, Rows)
    stream = io.BytesIO()
    parquet.write_parquet(stream, answer, {})
    table = pq.read_table(stream)
    return str(table.schema.field("x").type), table["x"].to_pylist()


@pytest.mark.parametrize(
    ("values", "kind", "expected"),
    [
        ("1 UNDEF -5", "int64", [1, None, -5]),
        ("999999999999999999", "int64", [999999999999999999]),
        ("1 12345678901234567890", "decimal128(38, 0)", [1, 12345678901234567890]),
        (f"{'9' * 38} 1", "decimal128(38, 0)", [int("9" * 38), 1]),
        (f"{'9' * 39} 1", "string", ["9" * 39, "1"]),
        ("1.50 15000000.00", "decimal128(38, 1)", [Decimal("1.5"), Decimal("15000000.0")]),
        ("1 -0.125", "decimal128(38, 3)", [Decimal("1.000"), Decimal("-0.125")]),
        (f"{'9' * 38} 0.5", "string", ["9" * 38, "0.5"]),
        ("true false UNDEF", "bool", [True, False, None]),
        (
            '"2020-02-29"^^xsd:date "0001-01-01"^^xsd:date',
            "date32[day]",
            [DAY(2020, 2, 29), DAY(1, 1, 1)],
        ),
        (
            '"2020-01-31"^^xsd:date "2020-01-31Z"^^xsd:date',
            "string",
            ["2020-01-31", "2020-01-31Z"],
        ),
        ('"2020-02-30"^^xsd:date', "string", ["2020-02-30"]),
        ('"2022-07"^^xsd:gYearMonth', "string", ["2022-07"]),
        ('1e3 "2.5"^^xsd:float "-INF"^^xsd:double', "double", [1000.0, 2.5, -math.inf]),
        ("1e0 1", "string", ["1", "1"]),
        ("1.5 true", "string", ["1.5", "true"]),
        ('"abc"^^xsd:integer 1', "string", ["abc", "1"]),
        ('"1" ""', "string", ["1", ""]),
        ('"Köln"@de "a\\nb"', "string", ["Köln", "a\nb"]),
        ("<http://example.org/x> 1", "string", ["http://example.org/x", "1"]),
        ("UNDEF UNDEF", "string", [None, None]),
    ],
)
def test_the_type_of_a_column_is_that_of_all_its_values(
    graph: ProgrammeGraph, values: str, kind: str, expected: list[Any]
) -> None:
    assert column(graph, values) == (kind, expected)


def test_not_a_number_is_a_double(graph: ProgrammeGraph) -> None:
    kind, (first, second) = column(graph, '"NaN"^^xsd:double 0.5e0')
    assert (kind, math.isnan(first), second) == ("double", True, 0.5)


def test_a_later_row_changes_the_type_of_the_whole_column(
    graph: ProgrammeGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "ROWS_AT_ONCE", 2)
    assert column(graph, "1 2 3 4 0.25") == ("decimal128(38, 2)", [1, 2, 3, 4, Decimal("0.25")])
    assert column(graph, '1 2 3 4 "x"') == ("string", ["1", "2", "3", "4", "x"])
    assert column(graph, 'true 2 3 4 "x"') == ("string", ["true", "2", "3", "4", "x"])


def test_rows_in_many_groups_are_those_of_csv_and_the_bytes_stay(
    graph: ProgrammeGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "ROWS_AT_ONCE", 1000)
    collected = graph.query(EVERYTHING)
    assert isinstance(collected, Rows)
    files = []
    for _ in range(2):
        rows = graph.stream_query(EVERYTHING)
        assert isinstance(rows, RowStream)
        stream = io.BytesIO()
        parquet.write_parquet(stream, rows, {})
        files.append(stream.getvalue())
    assert files[0] == files[1]
    assert pq.ParquetFile(io.BytesIO(files[0])).num_row_groups == -(-len(collected.rows) // 1000)
    table = pq.read_table(io.BytesIO(files[0]))
    expected = [tuple(getattr(term, "value", None) for term in row) for row in collected.rows]
    assert list(zip(*(table[name].to_pylist() for name in "spo"), strict=True)) == expected


def test_a_question_says_what_its_columns_mean(graph: ProgrammeGraph, tmp_path: Path) -> None:
    path = tmp_path / "answer.parquet"
    done = c4f("ask", "selection-funnel", "--format", "parquet", "-o", path)
    assert (done.code, done.out, done.err) == (0, "", "")
    table = pq.read_table(path)
    meanings = graph.question("selection-funnel").columns
    assert {field.name: field.metadata[b"description"].decode() for field in table.schema} == (
        meanings
    )
    assert table.schema.field("entries").type == pa.int64()
    assert table["entries"].to_pylist() == [137, 16, 7, 117, 15, 7, 254, 31, 14]
    assert str(table.schema.field("share_of_applications").type).startswith("decimal128(38, ")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ASK { ?s ?p ?o }", {"answer": [True]}),
        (
            "CONSTRUCT { <http://example.org/s> <http://example.org/p> 5 } WHERE {}",
            {
                "subject": ["http://example.org/s"],
                "predicate": ["http://example.org/p"],
                "object": [5],
            },
        ),
        ("SELECT ?s { ?s <http://example.org/no> ?o }", {"s": []}),
    ],
)
def test_any_answer_goes_to_a_redirected_stdout(text: str, expected: dict[str, Any]) -> None:
    done = subprocess.run(
        [*COMMAND, "query", "-", "--format", "parquet"],
        input=text.encode(),
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0
    assert done.stderr == (b"" if any(expected.values()) else b"c4f: no rows.\n")
    assert pq.read_table(io.BytesIO(done.stdout)).to_pydict() == expected


def test_an_answer_without_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "answer.parquet"
    done = c4f("query", "-", "--format", "parquet", "-o", path, stdin="SELECT * {}")
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        "c4f: the answer has no columns, and a Parquet file needs one. "
        "Name variables after SELECT.\n"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["ask", "clusters"],
        ["show", "SaxoCell"],
        ["history", "SaxoCell"],
        ["why", "SaxoCell", "seat"],
        ["match"],
    ],
)
def test_a_terminal_is_refused(arguments: list[str]) -> None:
    import pty

    ours, theirs = pty.openpty()
    done = subprocess.run(
        [*COMMAND, *arguments, "--format", "parquet"],
        stdout=theirs,
        stderr=subprocess.PIPE,
        timeout=PATIENCE,
        check=False,
    )
    os.close(theirs)
    os.close(ours)
    assert done.returncode == 2
    assert done.stderr.decode().endswith(
        "Error: Parquet is no text for a terminal: add -o FILE, or redirect.\n"
    )


@pytest.mark.parametrize("command", [["ask", "clusters"], ["query", "none.rq"], ["show", "x"]])
def test_without_pyarrow_the_message_says_how_to_install_it(command: list[str]) -> None:
    done = c4f_without("pyarrow", *command, "--format", "parquet")
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        "c4f: Parquet cannot be written: pyarrow is not installed. "
        "Install it with `pip install 'c4f-graph[parquet]'`, or take --format csv.\n"
    )


def test_a_temporary_folder_without_room_is_named(
    graph: ProgrammeGraph, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    answer = graph.ask("clusters")
    assert isinstance(answer, Rows)
    folder = tmp_path / "missing"
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    with pytest.raises(StoreError) as caught:
        parquet.write_parquet(io.BytesIO(), answer, {})
    assert str(caught.value) == (
        f"rows cannot be set aside in {folder}: No such file or directory. "
        "Make room there, or name another folder in the environment variable TMPDIR."
    )


def test_room_that_runs_out_leaves_nothing_behind(tmp_path: Path) -> None:
    # A limit on the size of files fails as a full disk does, in the middle of writing.
    limited = ["bash", "-c", 'ulimit -f 100 && exec "$@"', "-"]
    query = tmp_path / "all.rq"
    query.write_text("SELECT * { ?a ?b ?c . ?d ?e ?f }", encoding="utf-8")
    done = run([*limited, *COMMAND, "query", query, "--format", "parquet", "-o", tmp_path / "out"])
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        f"c4f: rows cannot be set aside in {tempfile.gettempdir()}: File too large. "
        "Make room there, or name another folder in the environment variable TMPDIR.\n"
    )
    assert [entry.name for entry in tmp_path.iterdir()] == ["all.rq"]
