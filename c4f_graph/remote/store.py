"""A store on a server, with those methods of `pyoxigraph.Store` that reading a graph needs."""

from __future__ import annotations

from itertools import compress
from typing import TYPE_CHECKING, Any, Protocol

import pyoxigraph as ox
from SPARQLWrapper import POST, SELECT, SPARQLWrapper

from c4f_graph.errors import EndpointError
from c4f_graph.remote.dialects import (
    HIDDEN,
    JSON,
    N_TRIPLES,
    TURTLE,
    XML,
    Body,
    Dialect,
)
from c4f_graph.remote.engines import dialect_of
from c4f_graph.remote.http import Answer, Connection
from c4f_graph.sparql_text import query_form, with_values, without_services

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from c4f_graph.remote.endpoint import Endpoint

Node = ox.NamedNode | ox.BlankNode
Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
_ROWS = {JSON: ox.QueryResultsFormat.JSON, XML: ox.QueryResultsFormat.XML}
_TRIPLES = {N_TRIPLES: ox.RdfFormat.N_TRIPLES, TURTLE: ox.RdfFormat.TURTLE}


class Received(Body, Protocol):
    """An answer that is being read; `error` is what went wrong, which a parser may have hidden."""

    headers: Mapping[str, str]
    error: EndpointError | None

    def close(self) -> None:
        """End it, whether or not it was read to its end."""


class RemoteSolutions:
    """The rows of a SELECT query, read as the server sends them.

    Attributes:
        variables: the columns.
    """

    def __init__(self, solutions: ox.QuerySolutions, answer: Received, limit: int | None) -> None:
        hidden = [variable.value.startswith(HIDDEN) for variable in solutions.variables]
        self.variables = [*compress(solutions.variables, [not each for each in hidden])]
        self._shown = [index for index, each in enumerate(hidden) if not each]
        self._solutions = solutions
        self._answer = answer
        self._limit = limit

    def __iter__(self) -> Iterator[tuple[Term | None, ...]]:
        count = 0
        try:
            for solution in _guarded(self._solutions, self._answer):
                count += 1
                yield tuple(solution[index] for index in self._shown)
        finally:
            self._answer.close()
        if self._limit is not None and count >= self._limit:
            raise EndpointError(
                f"the server gives {self._limit:,} rows at most, and cut the answer off there.",
                hint="Ask for less, or raise the server's limit.",
            )


class RemoteTriples:
    """The triples of a CONSTRUCT or DESCRIBE query, read as the server sends them."""

    def __init__(self, quads: Iterator[ox.Quad], answer: Received) -> None:
        self._quads = quads
        self._answer = answer

    def __iter__(self) -> Iterator[ox.Triple]:
        try:
            for quad in _guarded(self._quads, self._answer):
                yield quad.triple
        finally:
            self._answer.close()


class RemoteStore:
    """The graph behind an endpoint, for reading.

    Args:
        endpoint: its addresses, and who we are.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self.connection = Connection(endpoint.credentials)
        self._dialect: Dialect | None = None

    @property
    def dialect(self) -> Dialect:
        """What engine it is. The server is asked once.

        Raises:
            EndpointError: as for `query`.
        """
        if self._dialect is None:
            answer = self._send("ASK {}", (JSON,), {})
            answer.close()
            self._dialect = dialect_of(answer.headers.get("Server", ""))
        return self._dialect

    def query(
        self,
        query: str,
        *,
        substitutions: Mapping[ox.Variable, Term] | None = None,
        own: bool = False,
    ) -> RemoteSolutions | RemoteTriples | ox.QueryBoolean:
        """Ask a query of SPARQL 1.1.

        Args:
            query: the text.
            substitutions: variables of its outermost group to the terms they stand for.
            own: the graphs of our own are in sight, and the default graph is the engine's.

        Raises:
            SyntaxError: ill-formed; the message is Oxigraph's, with line and column.
            EndpointError: the server cannot be reached, or does not answer as it should.
        """
        terms = {variable.value: term for variable, term in (substitutions or {}).items()}
        text = with_values(query, terms)
        _refuse_ill_formed(text)
        form = query_form(text, services=self.endpoint.federate)
        dialect = self.dialect
        media = dialect.rows_as
        if form in {"CONSTRUCT", "DESCRIBE"}:
            media = dialect.triples_as
        elif form == "ASK":
            media = JSON
        if own:
            answer = self._send(text, (media,), {})
        else:
            answer = self._send(dialect.query_text(text), (media,), dialect.parameters())
        body = dialect.body(answer)
        if form in {"CONSTRUCT", "DESCRIBE"}:
            return RemoteTriples(_parsed(body, answer, _TRIPLES[media]), answer)
        with _Guard(answer):
            results = ox.parse_query_results(_file(body), format=_ROWS[media])
        if isinstance(results, ox.QueryBoolean):
            answer.close()
            return results
        if not isinstance(results, ox.QuerySolutions):
            raise AssertionError("query results are rows or a truth value")
        return RemoteSolutions(results, answer, dialect.row_limit(answer.headers))

    def quads_for_pattern(
        self,
        subject: Node | ox.Triple | None,
        predicate: ox.NamedNode | None,
        object: Term | None,  # noqa: A002 (as pyoxigraph calls it)
        graph_name: Node | ox.DefaultGraph | None = None,
    ) -> Iterator[ox.Quad]:
        """Give the statements with these terms, where None stands for any, as they come.

        Raises:
            EndpointError: as for `query`.
        """
        terms = {"s": subject, "p": predicate, "o": object}
        known = {name: term for name, term in terms.items() if term is not None}
        pattern = " ".join(str(terms[name] or f"?{name}") for name in terms)
        merged = f"{{ {pattern} }}"
        named = f"{{ GRAPH ?g {{ {pattern} }} }}"
        if isinstance(graph_name, ox.DefaultGraph):
            where = merged
        elif graph_name is not None:
            known["g"] = graph_name
            where = f"{{ GRAPH {graph_name} {{ {pattern} }} }}"
        else:
            where = f"{merged} UNION {named}"
        solutions = self.query(f"SELECT ?s ?p ?o ?g WHERE {{ {where} }}")
        if not isinstance(solutions, RemoteSolutions):
            raise AssertionError("a SELECT query gives rows")
        for row in solutions:
            s, p, o, g = (known.get(name, term) for name, term in zip("spog", row, strict=True))
            yield ox.Quad(s, p, o, g or ox.DefaultGraph())  # type: ignore[arg-type]

    def named_graphs(self) -> Iterator[Node]:
        """Give the names of the graphs.

        Raises:
            EndpointError: as for `query`.
        """
        solutions = self.query("SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g")
        if not isinstance(solutions, RemoteSolutions):
            raise AssertionError("a SELECT query gives rows")
        for (graph,) in solutions:
            if isinstance(graph, ox.NamedNode | ox.BlankNode):
                yield graph

    def _send(self, text: str, media: tuple[str, ...], parameters: Mapping[str, str]) -> Received:
        request = _Protocol(self.endpoint.query, self.connection)
        request.setMethod(POST)
        request.setOnlyConneg(True)
        request.setQuery(text)
        # It looks for the form of a query in its comments too, and finds updates there.
        request.queryType = SELECT
        for name, value in parameters.items():
            request.addParameter(name, value)
        return request.answer(media)


class _Protocol(SPARQLWrapper):
    """SPARQLWrapper makes the request; our connection sends it, as it is kept and streams."""

    def __init__(self, address: str, connection: Connection) -> None:
        super().__init__(address)
        self._connection = connection

    def answer(self, media: tuple[str, ...]) -> Answer:
        request = self._createRequest()
        headers = {
            name: value
            for name, value in request.header_items()
            if name.lower() not in {"accept", "user-agent"}
        }
        if not isinstance(request.data, bytes):
            raise AssertionError("a request by POST has a body")
        return self._connection.send(
            request.get_method(), request.full_url, accept=media, headers=headers, data=request.data
        )


class _Guard:
    """Turns what a parser says of an answer that is no answer into an error about the server."""

    def __init__(self, answer: Received) -> None:
        self._answer = answer

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        if isinstance(error, SyntaxError | ValueError | OSError) or (
            error is not None and self._answer.error is not None
        ):
            self._answer.close()
            raise self._answer.error or EndpointError(
                f"the server's answer is ill-formed, or was cut off: {error}.",
                hint="Nothing was taken from it; ask again, or ask whoever keeps the server.",
            ) from error


def _guarded(items: Any, answer: Received) -> Iterator[Any]:
    iterator = iter(items)
    while True:
        with _Guard(answer):
            try:
                item = next(iterator)
            except StopIteration:
                return
        yield item


def _parsed(body: Body, answer: Received, form: ox.RdfFormat) -> Iterator[ox.Quad]:
    with _Guard(answer):
        return ox.parse(_file(body), format=form)


def _file(body: Body) -> Any:
    """Pass for a file: a parser reads anything that has `read`, which its type does not say."""
    return body


def _refuse_ill_formed(text: str) -> None:
    """Let Oxigraph's parser look at a query before it travels.

    Raises:
        SyntaxError: ill-formed.
    """
    ox.Store().query(without_services(text))
