"""An answer with the sources of each row: the named graphs that state what made it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.engine import DEFAULT_TIMEOUT, Answer, Rows, Term, Triples, Truth
from c4f_graph.evidence.matches import Existence, Statement
from c4f_graph.evidence.tracing import Tracer
from c4f_graph.evidence.trust import TrustOrder
from c4f_graph.sparql_text import dataset_clauses

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from c4f_graph.engine import QuadStore
    from c4f_graph.evidence.matches import Evidence
    from c4f_graph.evidence.trust import GraphName


class SourcedRows:
    """Rows, each with its sources.

    Attributes:
        rows: those of a SELECT, or the triples of a CONSTRUCT.
        sources: for each row the graphs that state what made it, by the trust order.
    """

    def __init__(
        self,
        rows: Rows,
        found: list[set[int]],
        evidence: list[Evidence],
        graphs: list[frozenset[GraphName]],
        order: TrustOrder,
    ) -> None:
        self.rows = rows
        self._found = found
        self._evidence = evidence
        self._graphs = graphs
        sorted_sets: dict[frozenset[GraphName], tuple[GraphName, ...]] = {}
        self.sources = []
        for numbers in found:
            named = frozenset().union(*(graphs[number] for number in numbers))
            if named not in sorted_sets:
                sorted_sets[named] = order.sort(named)
            self.sources.append(sorted_sets[named])

    def statements(self, row: int) -> set[ox.Quad]:
        """Give the statements that made a row, each once for each graph that states it.

        Args:
            row: its place, counted from 0.
        """
        return {
            ox.Quad(one.subject, one.predicate, one.object, graph)
            for number in self._found[row]
            for one in [self._evidence[number]]
            if isinstance(one, Statement)
            for graph in self._graphs[number]
        }


def with_sources(
    store: QuadStore,
    text: str,
    answer: Answer,
    *,
    bindings: Mapping[str, Term] | None = None,
    timeout: float | None = DEFAULT_TIMEOUT,
    name: str = "query",
) -> SourcedRows:
    """Find the sources of each row of an answer.

    They are those of all statements that matched a pattern of the query in any of the solutions
    that made the row: of an aggregate, of all that went in. Rows that are alike have the sources
    of each other. What must not be there (FILTER NOT EXISTS, MINUS) has none.

    Args:
        store: the store that gave the answer.
        text: the query that it answers.
        answer: its answer.
        bindings: those that it was asked with; see `run_query`.
        timeout: seconds; None for no limit.
        name: what error messages call the query.

    Raises:
        QueryError: an ASK or DESCRIBE, something whose sources cannot be traced, or out of time.
    """
    tracer = Tracer(store, text, bindings or {}, timeout, name)
    if isinstance(answer, Truth):
        raise AssertionError("the reader refuses an ASK query")
    found = tracer.trace(answer)
    if isinstance(answer, Triples):
        triples = [(triple.subject, triple.predicate, triple.object) for triple in answer.triples]
        answer = Rows(("subject", "predicate", "object"), [*triples])
    clauses = dataset_clauses(text)
    merged = {clause.iri for clause in clauses if not clause.is_named} if clauses else None
    for numbers in found:
        for statement in _mentions(store, [tracer.evidence[number] for number in numbers]):
            numbers.add(tracer.number(statement))
    graphs = [_graphs(store, evidence, merged) for evidence in tracer.evidence]
    return SourcedRows(answer, found, tracer.evidence, graphs, TrustOrder(store))


def _graphs(store: QuadStore, evidence: Evidence, merged: set[str] | None) -> frozenset[GraphName]:
    """Give the named graphs in which the query sees a statement."""
    if evidence.graph is not None:
        return frozenset({evidence.graph})
    if not isinstance(evidence, Statement):
        return frozenset()
    quads = store.quads_for_pattern(evidence.subject, evidence.predicate, evidence.object, None)
    return frozenset(
        quad.graph_name
        for quad in quads
        if not isinstance(quad.graph_name, ox.DefaultGraph)
        and (merged is None or quad.graph_name.value in merged)
    )


def _mentions(store: QuadStore, evidence: list[Evidence]) -> Iterator[Statement]:
    """Yield the statements by which a node is there that a path without a step leads to.

    Such a path matches each node of the graph. Nothing more is needed where another pattern
    mentions the node.
    """
    mentioned = {
        (term, graph)
        for one in evidence
        if isinstance(one, Statement)
        for term in (one.subject, one.object)
        for graph in (None, one.graph)
    }
    for one in evidence:
        if not isinstance(one, Existence) or one.node is None:
            continue
        if (one.node, one.graph) in mentioned:
            continue
        where = one.graph or ox.DefaultGraph()
        quads = [*store.quads_for_pattern(None, None, one.node, where)]
        if isinstance(one.node, ox.NamedNode | ox.BlankNode):
            quads += store.quads_for_pattern(one.node, None, None, where)
        for quad in quads:
            if isinstance(quad.subject, ox.Triple):
                raise AssertionError("a quoted triple is not a subject of SPARQL 1.1")
            yield Statement(quad.subject, quad.predicate, quad.object, one.graph)
