"""What a worker does: answer a query or a question, or write a graph, as bytes within limits."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from c4f_graph.engine import Rows, native_answer
from c4f_graph.errors import C4fError
from c4f_graph.export.answers import as_rows, write_csv, write_json, write_tsv
from c4f_graph.export.graph import serialize_to
from c4f_graph.web.descriptions import dataset_description, service_description
from c4f_graph.web.negotiation import ROW_FORMS, TRIPLE_FORMS, TRUTH_FORMS, Form, choose
from c4f_graph.web.problems import ProblemError, problem_of
from c4f_graph.web.resources import known, statements_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from c4f_graph.graph import ProgrammeGraph

_NATIVE = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "tsv": ox.QueryResultsFormat.TSV,
}
_QUOTED = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Ceiling:
    """How much an answer may hold."""

    rows: int
    length: int


@dataclass(frozen=True, slots=True)
class Done:
    """An answer that is ready to be sent.

    Attributes:
        content_type: its media type.
        body: its bytes.
        total: of how many rows it is a part, or None.
        status: the HTTP status.
        headers: what goes with it.
    """

    content_type: str
    body: bytes
    total: int | None = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


class _Bounded(io.BytesIO):
    """Takes no more bytes than an answer may have."""

    def __init__(self, length: int) -> None:
        super().__init__()
        self._left = length

    def write(self, part: Any) -> int:
        self._left -= len(part)
        if self._left < 0:
            raise ProblemError(
                400, "the answer is longer than this server gives.", "Add a LIMIT, or ask for less."
            )
        return super().write(part)


def run_job(graph: ProgrammeGraph, job: dict[str, Any], ceiling: Ceiling) -> Done:
    """Do a job.

    Args:
        graph: the graph.
        job: its kind as `do`, and what that kind needs.
        ceiling: how much the answer may hold.

    Raises:
        ProblemError: it cannot be done.
    """
    stream = _Bounded(ceiling.length)
    try:
        kind = job.pop("do")
        if kind == "query":
            return _query(graph, stream, ceiling, **job)
        if kind == "question":
            return _question(graph, stream, ceiling, **job)
        if kind == "description":
            return _description(graph, stream, **job)
        if kind == "known":
            return Done("text/plain", known(graph, job["name"]).encode())
        if kind == "page":
            # Templates are read only where pages are asked for.
            from c4f_graph.web.page_jobs import made

            return made(graph, **job)
        return _statements(graph, stream, **job)
    except C4fError as error:
        raise problem_of(error) from error


def _query(
    graph: ProgrammeGraph,
    stream: _Bounded,
    ceiling: Ceiling,
    *,
    text: str,
    default_graphs: Sequence[str],
    named_graphs: Sequence[str],
    accept: str,
    form: str | None,
) -> Done:
    with native_answer(
        graph.embedded, text, default_graphs=default_graphs, named_graphs=named_graphs
    ) as answer:
        if isinstance(answer, ox.QueryTriples):
            chosen = pick(accept, form, TRIPLE_FORMS)
            triples = set(_within(answer, ceiling))
            quads = (ox.Quad(*triple) for triple in triples)
            serialize_to(stream, quads, chosen.name, graph.paths.context)
            return Done(chosen.content_type, stream.getvalue())
        is_truth = isinstance(answer, ox.QueryBoolean)
        chosen = pick(accept, form, TRUTH_FORMS if is_truth else ROW_FORMS)
        native = _NATIVE.get(chosen.name)
        if native is not None:
            answer.serialize(stream, native)
            body = stream.getvalue()
            # A row takes at least one byte: most answers need not be counted.
            if len(body) > ceiling.rows:
                _check_rows(_rows_in(body, chosen.name, ceiling.rows), ceiling)
            return Done(chosen.content_type, body)
        if isinstance(answer, ox.QueryBoolean):
            raise AssertionError("the engine writes truth itself")
        # The engine's own CSV would hand formulas to a spreadsheet.
        columns = tuple(variable.value for variable in answer.variables)
        write_csv(stream, Rows(columns, list(_within((tuple(row) for row in answer), ceiling))))
        return Done(chosen.content_type, stream.getvalue())


def _question(
    graph: ProgrammeGraph,
    stream: _Bounded,
    ceiling: Ceiling,
    *,
    question: str,
    arguments: dict[str, str],
    offset: int,
    limit: int | None,
    form: str,
    content_type: str,
) -> Done:
    answer = as_rows(graph.stream_ask(question, arguments, timeout=None))
    rows = list(_within(answer.rows, ceiling))
    end = None if limit is None else offset + limit
    page = Rows(answer.columns, rows[offset:end])
    {"json": write_json, "csv": write_csv, "tsv": write_tsv}[form](stream, page)
    return Done(content_type, stream.getvalue(), len(rows))


def _statements(
    graph: ProgrammeGraph,
    stream: _Bounded,
    *,
    form: str,
    content_type: str,
    name: str | None = None,
    graph_name: str | None = None,
) -> Done:
    quads = statements_of(graph, name, graph_name)
    serialize_to(stream, quads, form, graph.paths.context)
    return Done(content_type, stream.getvalue())


def _description(
    graph: ProgrammeGraph, stream: _Bounded, *, of: str, root: str, form: str, content_type: str
) -> Done:
    describe = service_description if of == "service" else dataset_description
    serialize_to(stream, describe(graph, root), form, graph.paths.context)
    return Done(content_type, stream.getvalue())


def pick(accept: str, form: str | None, forms: tuple[Form, ...]) -> Form:
    """Choose the form that is asked for by name, else by an Accept header.

    Raises:
        ProblemError: there is none such.
    """
    chosen = (
        choose(accept, forms)
        if form is None
        else next((one for one in forms if form in {one.name, one.media_type}), None)
    )
    if chosen is None:
        offered = ", ".join(one.media_type for one in forms)
        wanted = f'the form "{form}"' if form is not None else "what Accept names"
        raise ProblemError(406, f"{wanted} is not given here.", f"Ask for one of {offered}.")
    return chosen


def _within(rows: Iterable[Any], ceiling: Ceiling) -> Iterator[Any]:
    for count, row in enumerate(rows, 1):
        _check_rows(count, ceiling)
        yield row


def _check_rows(count: int, ceiling: Ceiling) -> None:
    if count > ceiling.rows:
        raise ProblemError(
            400,
            f"the answer has more than {ceiling.rows:,} rows.",
            "Add a LIMIT and an OFFSET, or ask for less.",
        )


def _rows_in(body: bytes, form: str, enough: int) -> int:
    """Count the rows of an answer that the engine wrote; of up to `enough`, perhaps too many."""
    if form == "xml":
        return body.count(b"<result>")
    if form == "tsv":
        return body.count(b"\n") - 1
    most = body.count(b"},{") + 1
    if most <= enough:
        return most
    # Without the strings, only two rows of JSON have a comma between braces.
    return _QUOTED.sub(b"", body).count(b"},{") + 1
