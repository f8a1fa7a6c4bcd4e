"""What validation asks of a store: one small interface, and Oxigraph behind it."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Protocol

from pyoxigraph import (
    DefaultGraph,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    Store,
    Variable,
)

from c4f_graph.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pyoxigraph import BlankNode, Literal, QueryTriples, Triple

    from c4f_graph.shacl.terms import Term

Row = tuple["Term | None", ...]


class Engine(Protocol):
    """A store that answers SPARQL 1.1 queries over one graph."""

    def select(
        self, query: str, bindings: Mapping[str, Term] | None = None
    ) -> tuple[tuple[str, ...], Iterator[Row]]:
        """Return the variables of a SELECT query, without marks, and its rows.

        Args:
            query: the text.
            bindings: terms to which variables are bound beforehand.

        Raises:
            QueryError: the store cannot run the query.

        """

    def ask(self, query: str) -> bool:
        """Return the answer to an ASK query.

        Raises:
            QueryError: the store cannot run the query.

        """

    def with_graph(self, name: NamedNode, triples: Iterable[Triple]) -> Engine:
        """Return an engine over the same data that has one more named graph, apart from them."""


class OxigraphEngine:
    """Oxigraph, in memory or on disk.

    Up to 0.5.13 at least, Oxigraph's own union of graphs has a triple once for each graph that
    states it (oxigraph/oxigraph#1919). Sums and counts come out wrong, and a join of several
    patterns takes minutes where a few hundred sources say the same. The data graph is a set of
    triples (RDF 1.1, section 3): where several graphs have triples, this engine reads a copy in
    memory whose default graph is their merge. Build the store with such a default graph and pass
    `is_union=False` to do without the copy.

    Args:
        store: the data.
        is_union: whether the data graph is the merge of all graphs, or the default graph only.
    """

    def __init__(self, store: Store, is_union: bool = True) -> None:
        graphs = [*store.named_graphs()]
        has_default = any(True for _ in store.quads_for_pattern(None, None, None, DefaultGraph()))
        self._is_union = is_union and bool(graphs)
        if self._is_union and (has_default or len(graphs) > 1) and _union_repeats_triples():
            store = _merged(store)
            self._is_union = False
        self._store = store
        self._graphs: list[NamedNode | BlankNode | DefaultGraph] | None = None

    def select(
        self, query: str, bindings: Mapping[str, Term] | None = None
    ) -> tuple[tuple[str, ...], Iterator[Row]]:
        """Return the variables of a SELECT query and its rows, as they are found."""
        solutions = self._run(query, bindings)
        if not isinstance(solutions, QuerySolutions):
            raise QueryError("The query is no SELECT query.")
        return tuple(variable.value for variable in solutions.variables), self._rows(solutions)

    def ask(self, query: str) -> bool:
        """Return the answer to an ASK query."""
        answer = self._run(query, None)
        if not isinstance(answer, QueryBoolean):
            raise QueryError("The query is no ASK query.")
        return bool(answer)

    def with_graph(self, name: NamedNode, triples: Iterable[Triple]) -> OxigraphEngine:
        """Return an engine over a copy of the data that has one more named graph.

        The copy is in memory: this is for the few queries that read the shapes graph.
        """
        copy = Store()
        copy.bulk_extend(iter(self._store))
        engine = OxigraphEngine(copy, self._is_union)
        engine._graphs = [DefaultGraph(), *self._store.named_graphs()]
        copy.bulk_extend(Quad(each.subject, each.predicate, each.object, name) for each in triples)
        return engine

    def _run(
        self, query: str, bindings: Mapping[str, Term] | None
    ) -> QuerySolutions | QueryBoolean | QueryTriples:
        substitutions: dict[Variable, NamedNode | BlankNode | Literal | Triple] = {
            Variable(name): term for name, term in (bindings or {}).items()
        }
        graphs = self._graphs if self._is_union else None
        try:
            return self._store.query(
                query,
                use_default_graph_as_union=self._is_union and graphs is None,
                default_graph=graphs,
                substitutions=substitutions or None,
            )
        except (SyntaxError, ValueError, RuntimeError, OSError) as error:
            raise QueryError(f"The store cannot run a query: {error}.") from error

    def _rows(self, solutions: QuerySolutions) -> Iterator[Row]:
        try:
            for solution in solutions:
                yield tuple(solution)
        except (ValueError, RuntimeError, OSError) as error:
            raise QueryError(f"The store cannot run a query: {error}.") from error


@functools.cache
def _union_repeats_triples() -> bool:
    """Ask Oxigraph whether its union of two graphs that state the same has two triples."""
    store = Store()
    node = NamedNode("urn:c4f:node")
    for graph in (node, NamedNode("urn:c4f:other-graph")):
        store.add(Quad(node, node, node, graph))
    triples = store.query("SELECT * WHERE { ?s ?p ?o }", use_default_graph_as_union=True)
    return isinstance(triples, QuerySolutions) and len(list(triples)) > 1


def _merged(store: Store) -> Store:
    """Return a copy of a store whose default graph has the triples of all graphs."""
    merged = Store()
    merged.bulk_extend(quad for quad in store if not isinstance(quad.graph_name, DefaultGraph))
    merged.bulk_extend(Quad(quad.subject, quad.predicate, quad.object) for quad in store)
    return merged
