"""Answers larger than memory should hold: rows come as they are found, and are written so."""

from __future__ import annotations

import io
import subprocess
import threading
from itertools import count, islice
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from c4f_graph.cli.answers import put_answer
from c4f_graph.engine import Rows, RowStream, Truth, run_query, stream_query
from c4f_graph.errors import QueryError
from c4f_graph.export import answers
from c4f_graph.time_limit import TimeLimit, ahead
from tests.process import COMMAND, PATIENCE, c4f

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from c4f_graph import ProgrammeGraph

pytestmark = pytest.mark.usefixtures("store")
# Every statement with every other, three times over: who collects this first never begins to write.
BILLIONS = "SELECT ?a ?d ?g { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
PARTS = """
SELECT ?s ?p ?o ?missing {
  ?s ?p ?o FILTER(isIRI(?s)) OPTIONAL { ?s <http://example.org/no> ?missing }
}
ORDER BY ?s ?p ?o
"""
_NO_LIMIT = TimeLimit(None, "query")


def row_stream(graph: ProgrammeGraph, text: str) -> RowStream:
    answer = graph.stream_query(text)
    assert isinstance(answer, RowStream)
    return answer


def wait_for_the_end_of(threads: set[threading.Thread]) -> None:
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()


def test_a_stream_has_the_rows_that_the_query_has(graph: ProgrammeGraph) -> None:
    answer = graph.query(PARTS)
    stream = row_stream(graph, PARTS)
    assert isinstance(answer, Rows)
    assert stream.columns == answer.columns
    assert not stream.is_empty
    assert len(answer.rows) > 10_000
    assert list(stream.rows) == answer.rows
    assert list(stream.rows) == []


def test_a_stream_without_rows_has_columns_and_knows(graph: ProgrammeGraph) -> None:
    stream = row_stream(graph, "SELECT ?a ?b { ?a <http://example.org/no> ?b }")
    assert (stream.columns, stream.is_empty, list(stream.rows)) == (("a", "b"), True, [])


def test_bound_variables_are_no_columns_of_any_part(graph: ProgrammeGraph) -> None:
    bindings = {"p": ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")}
    stream = stream_query(graph.store, "SELECT ?s ?o { ?s ?p ?o }", bindings=bindings)
    assert isinstance(stream, RowStream)
    assert stream.columns == ("s", "o")
    lengths = [len(row) for row in stream.rows]
    assert len(lengths) > 1000
    assert set(lengths) == {2}


def test_other_answers_are_whole(graph: ProgrammeGraph) -> None:
    assert graph.stream_query("ASK { ?s ?p ?o }") == Truth(True)
    assert graph.stream_query("DESCRIBE <https://w3id.org/c4f/id/round/1>") == graph.query(
        "DESCRIBE <https://w3id.org/c4f/id/round/1>"
    )


def test_rows_come_before_all_are_found_and_the_thread_ends_with_the_reader(
    graph: ProgrammeGraph,
) -> None:
    before = set(threading.enumerate())
    stream = row_stream(graph, BILLIONS)
    threads = set(threading.enumerate()) - before
    assert len(threads) == 1
    assert len(list(islice(stream.rows, 20_000))) == 20_000
    del stream
    wait_for_the_end_of(threads)


def test_the_thread_stays_only_a_little_ahead() -> None:
    made: list[int] = []

    def produce() -> Iterator[int]:
        for number in count():
            made.append(number)
            yield number

    before = set(threading.enumerate())
    numbers = ahead(produce, _NO_LIMIT)
    assert list(islice(numbers, 1000)) == list(range(1000))
    assert len(made) < 1010
    threads = set(threading.enumerate()) - before
    numbers.close()
    wait_for_the_end_of(threads)


def test_an_error_after_the_first_rows_reaches_the_reader() -> None:
    def produce() -> Iterator[int]:
        yield 1
        raise QueryError("the store has gone.")

    numbers = ahead(produce, _NO_LIMIT)
    assert next(numbers) == 1
    with pytest.raises(QueryError, match=r"the store has gone\."):
        next(numbers)


def test_the_time_limit_goes_on_while_rows_are_read(graph: ProgrammeGraph) -> None:
    stream = stream_query(graph.store, BILLIONS, timeout=0.2, name="all.rq")
    assert isinstance(stream, RowStream)
    with pytest.raises(QueryError) as caught:
        answers.write_csv(io.BytesIO(), stream)
    assert str(caught.value) == (
        "all.rq: no answer within 0.2 seconds. Ask for less, or give it longer with --timeout."
    )
    with pytest.raises(QueryError, match=r"no answer within 0\.2 seconds"):
        stream.limit.left()


def test_the_limit_holds_for_a_query_that_is_collected(graph: ProgrammeGraph) -> None:
    with pytest.raises(QueryError, match=r"no answer within 0\.2 seconds"):
        run_query(graph.store, BILLIONS, timeout=0.2)


@pytest.mark.parametrize("form", ["csv", "tsv", "json"])
def test_a_reader_of_stdout_gets_rows_before_the_query_ends_and_may_leave(form: str) -> None:
    with subprocess.Popen(
        [*COMMAND, "query", "-", "--format", form, "--timeout", str(PATIENCE)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(BILLIONS.encode())
        process.stdin.close()
        lines = [process.stdout.readline() for _ in range(5000)]
        assert all(line.endswith(b"\n") for line in lines)
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(PATIENCE) == 0


@pytest.mark.parametrize("form", ["csv", "json", "parquet"])
def test_out_of_time_while_writing_leaves_the_file_as_it_was(tmp_path: Path, form: str) -> None:
    path = tmp_path / "answer"
    path.write_text("what was there before", encoding="utf-8")
    done = c4f("query", "-", "--format", form, "--timeout", "1", "-o", path, stdin=BILLIONS)
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        "c4f: stdin: no answer within 1 seconds. Ask for less, or give it longer with --timeout.\n"
    )
    assert path.read_text(encoding="utf-8") == "what was there before"
    assert [entry.name for entry in tmp_path.iterdir()] == ["answer"]


@pytest.mark.parametrize("form", ["csv", "ttl", "parquet", "table"])
def test_the_limit_holds_to_the_last_byte(graph: ProgrammeGraph, tmp_path: Path, form: str) -> None:
    # The rows are all there when the limit passes, but they are not written yet.
    limit = TimeLimit(0, "late.rq")
    stream = RowStream(("x",), iter([(ox.Literal(1),)]), is_empty=False, limit=limit)
    with pytest.raises(QueryError, match=r"^late\.rq: no answer within 0 seconds\."):
        put_answer(graph, stream, form, tmp_path / "answer", name="late", title="late")
    assert list(tmp_path.iterdir()) == []
