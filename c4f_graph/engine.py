"""Ask a store, here or on a server: any SPARQL query, with bindings, a time limit, no way out."""

from __future__ import annotations

import contextlib
import difflib
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeAlias

import pyoxigraph as ox

from c4f_graph.errors import QueryError, RefusedQueryError
from c4f_graph.query_errors import told_in_our_words
from c4f_graph.sparql_text import (
    DatasetClause,
    dataset_clauses,
    is_grouped,
    place,
    projecting,
    query_form,
    service_calls,
    with_values,
)
from c4f_graph.time_limit import TimeLimit, ahead

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping, Sequence

    from c4f_graph.remote.store import RemoteStore

QuadStore: TypeAlias = "ox.Store | RemoteStore"
Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
DEFAULT_TIMEOUT = 60.0
_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Rows:
    """The answer of a SELECT query: column names, and rows of terms; None is unbound."""

    columns: tuple[str, ...]
    rows: list[tuple[Term | None, ...]]


@dataclass(frozen=True, slots=True)
class RowStream:
    """The answer of a SELECT query whose rows are still being found. It can be read once.

    Attributes:
        columns: their names.
        rows: the rows, as those of `Rows`; while they are read, what `stream_query` raises can
            come. Memory does not grow with their number.
        is_empty: whether there are none.
        limit: the time limit, which goes on while the rows are written.
    """

    columns: tuple[str, ...]
    rows: Iterator[tuple[Term | None, ...]]
    is_empty: bool
    limit: TimeLimit


@dataclass(frozen=True, slots=True)
class Triples:
    """The answer of a CONSTRUCT or DESCRIBE query, without repetitions, in a fixed order."""

    triples: list[ox.Triple]


@dataclass(frozen=True, slots=True)
class Truth:
    """The answer of an ASK query."""

    value: bool


Answer: TypeAlias = Rows | Triples | Truth
StreamedAnswer: TypeAlias = RowStream | Triples | Truth


def run_query(
    store: QuadStore,
    text: str,
    *,
    bindings: Mapping[str, Term] | None = None,
    timeout: float | None = DEFAULT_TIMEOUT,
    name: str = "query",
) -> Answer:
    """Run a query over a store's graphs, or over those of them that its FROM clauses name.

    Args:
        store: the store, here or on a server; its default graph is the union of its named graphs.
        text: a SELECT, ASK, CONSTRUCT or DESCRIBE query of SPARQL 1.1.
        bindings: variables, without `?`, to the terms that they stand for. They must stand in the
            outermost group of the query, and are not among the answer's columns.
        timeout: seconds after which the query is given up; None for no limit.
        name: what error messages call the query, such as its file.

    Raises:
        QueryError: ill-formed (with line and column), an update, SERVICE, FROM with a graph that is
            not in the store, or out of time.
        EndpointError: a server that cannot be reached, or does not answer as it should.
    """
    return collected(stream_query(store, text, bindings=bindings, timeout=timeout, name=name))


def stream_query(
    store: QuadStore,
    text: str,
    *,
    bindings: Mapping[str, Term] | None = None,
    timeout: float | None = DEFAULT_TIMEOUT,
    name: str = "query",
) -> StreamedAnswer:
    """Run a query as `run_query` does, but give the rows of a SELECT as they are found.

    Arguments and errors are those of `run_query`. The time limit also holds for whoever reads the
    rows.
    """
    services = () if isinstance(store, ox.Store) else store.endpoint.federate
    query_form(text, name, services)
    limit = TimeLimit(timeout, name)
    pieces = ahead(lambda: _pieces(store, text, dict(bindings or {}), name), limit)
    first = next(pieces)
    if isinstance(first, Rows):
        return RowStream(first.columns, _joined(first, pieces), not first.rows, limit)
    return first


@contextlib.contextmanager
def native_answer(
    store: ox.Store,
    text: str,
    *,
    default_graphs: Sequence[str] = (),
    named_graphs: Sequence[str] = (),
    name: str = "query",
) -> Iterator[ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples]:
    """Run a query over an embedded store, and give the engine's own answer, which it can write.

    There is no time limit. Errors while the answer is read, in the block, are told in the same way.

    Args:
        store: the store.
        text: as for `run_query`.
        default_graphs: IRIs of graphs that take the place of those in FROM.
        named_graphs: IRIs of graphs that take the place of those in FROM NAMED. Where any graph is
            given, the clauses of the query do not count (SPARQL 1.1 Protocol, section 2.1.4).
        name: as for `run_query`.

    Raises:
        QueryError, RefusedQueryError: as for `run_query`.
    """
    query_form(text, name)
    given = [
        *(DatasetClause(iri, False, 0) for iri in default_graphs),
        *(DatasetClause(iri, True, 0) for iri in named_graphs),
    ]
    with told_in_our_words(text, name):
        dataset = _dataset(store, given or dataset_clauses(text), text, name)
        yield _evaluated(dataset, text, {})


def collected(answer: Answer | RowStream) -> Answer:
    """Read a stream of rows to its end; any other answer stays as it is.

    Raises:
        QueryError: as for `stream_query`.
    """
    if isinstance(answer, RowStream):
        return Rows(answer.columns, list(answer.rows))
    return answer


def _joined(
    first: Rows, others: Generator[Answer, None, None]
) -> Iterator[tuple[Term | None, ...]]:
    yield from first.rows
    for piece in others:
        if isinstance(piece, Rows):
            yield from piece.rows


def _pieces(store: QuadStore, text: str, bound: Mapping[str, Term], name: str) -> Iterator[Answer]:
    """Evaluate a query: give the rows of a SELECT some at a time, any other answer as one."""
    with told_in_our_words(text, name):
        result = _evaluated(_dataset(store, dataset_clauses(text), text, name), text, bound)
        variables: list[ox.Variable] | None = getattr(result, "variables", None)
        if variables is not None:
            columns = tuple(variable.value for variable in variables)
            rows = (tuple(row) for row in result)
            piece = list(islice(rows, _AT_ONCE))
            # A SELECT without rows has columns nevertheless.
            yield _without(bound, Rows(columns, piece))
            while piece := list(islice(rows, _AT_ONCE)):
                yield _without(bound, Rows(columns, piece))
        elif isinstance(result, ox.QueryBoolean):
            yield Truth(bool(result))
        else:
            yield Triples(sorted(set(result), key=str))


def _evaluated(dataset: _Dataset, text: str, bound: Mapping[str, Term]) -> Any:
    if bound and isinstance(dataset.store, ox.Store) and is_grouped(text):
        # Oxigraph binds only what a row can give, and a group has no row for each solution.
        text, bound = with_values(text, bound), {}
    substitutions = {ox.Variable(key): value for key, value in bound.items()}
    if isinstance(dataset.store, ox.Store):
        return dataset.store.query(
            projecting(text, bound).rstrip(),
            default_graph=None if dataset.named is None else ox.DefaultGraph(),
            named_graphs=dataset.named,
            substitutions=substitutions,
        )
    return dataset.store.query(text, substitutions=substitutions)


@dataclass(frozen=True, slots=True)
class _Dataset:
    """What a query runs over: a store, and its graphs where the query names them."""

    store: QuadStore
    named: list[ox.NamedNode | ox.BlankNode] | None = None


def _dataset(store: QuadStore, clauses: Sequence[DatasetClause], text: str, name: str) -> _Dataset:
    """Give the dataset that FROM clauses describe, as SPARQL 1.1, section 13.2, has it.

    Oxigraph would give a triple that two of the graphs state twice, so they are merged beforehand.
    """
    if not clauses:
        return _Dataset(store)
    for call in service_calls(text):
        # The graphs are merged here, and nothing here reaches the network.
        raise QueryError(
            "FROM and SERVICE do not go together.",
            location=place(text, call.offset, name),
            hint="Write GRAPH in place of FROM.",
        )
    here = {graph.value for graph in store.named_graphs() if isinstance(graph, ox.NamedNode)}
    merged = ox.Store()
    named: list[ox.NamedNode | ox.BlankNode] = []
    for clause in clauses:
        if clause.iri not in here:
            near = difflib.get_close_matches(clause.iri, here, n=1)
            raise RefusedQueryError(
                f"FROM <{clause.iri}> is refused: the store has no such graph, and nothing outside "
                "it is read.",
                location=place(text, clause.offset, name),
                hint=f"Did you mean <{near[0]}>?" if near else "`c4f ask sources` lists them.",
            )
        graph = ox.NamedNode(clause.iri)
        if clause.is_named:
            named.append(graph)
        target = graph if clause.is_named else ox.DefaultGraph()
        merged.bulk_extend(
            ox.Quad(quad.subject, quad.predicate, quad.object, target)
            for quad in store.quads_for_pattern(None, None, None, graph)
        )
    return _Dataset(merged, named)


def _without(bound: Mapping[str, Term], rows: Rows) -> Rows:
    """Drop the columns that are there only because their variables were bound."""
    kept = [index for index, column in enumerate(rows.columns) if column not in bound]
    if len(kept) == len(rows.columns):
        return rows
    return Rows(
        tuple(rows.columns[index] for index in kept),
        [tuple(row[index] for index in kept) for row in rows.rows],
    )
