"""The sources of random queries over small random graphs, held to what must be true of them.

What was matched in all solutions that made a row is enough for the row: without everything else,
the row is still there. This holds as long as nothing that must be absent contains an absence of its
own. In a query without absences, the row is gone without what was matched. In a query that returns
all its variables, each row has one solution: the row is gone without any one of its statements.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from c4f_graph.corpus import united
from c4f_graph.engine import Answer, Rows, run_query
from c4f_graph.errors import QueryError
from c4f_graph.evidence.sources import SourcedRows, with_sources

if TYPE_CHECKING:
    from collections.abc import Iterable

EX = "http://example.org/"
PROLOGUE = f"PREFIX : <{EX}>\n"
NODES = [f":n{number}" for number in range(4)]
PROPERTIES = [":p", ":q", ":r"]
VARIABLES = ["?a", "?b", "?c", "?d"]
QUICK = settings(
    max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)


def iri(name: str) -> ox.NamedNode:
    return ox.NamedNode(EX + name.removeprefix(":"))


nodes = st.sampled_from(NODES).map(iri)
values = st.one_of(
    nodes, st.sampled_from([ox.Literal(1), ox.Literal(2), ox.Literal("x", language="en")])
)
quads = st.builds(
    ox.Quad,
    nodes,
    st.sampled_from(PROPERTIES).map(iri),
    values,
    st.sampled_from([":g0", ":g1", ":g2"]).map(iri),
)
data = st.lists(quads, min_size=1, max_size=14, unique=True)

variables = st.sampled_from(VARIABLES)
ends = st.one_of(variables, variables, variables, st.sampled_from(NODES))
links = st.sampled_from(PROPERTIES)
paths = st.recursive(
    links,
    lambda inner: st.one_of(
        inner.map(lambda path: f"^({path})"),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]}/{pair[1]})"),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]}|{pair[1]})"),
        st.tuples(inner, st.sampled_from("+?*")).map(lambda pair: f"({pair[0]}){pair[1]}"),
        st.sampled_from(["!(:p|^:q)", "!:r"]),
    ),
    max_leaves=3,
)


def triple(properties: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(ends, properties, ends).map(" ".join).map(lambda text: f"{text} .")


plain_triples = triple(st.one_of(links, links, variables))
triples = st.one_of(plain_triples, triple(paths))


@st.composite
def monotone(draw: st.DrawFn, depth: int = 2) -> str:
    """Draw a group without absences, OPTIONAL included."""
    parts = [draw(triples) for _ in range(draw(st.integers(1, 2)))]
    if depth and draw(st.booleans()):
        parts.append(draw(st.one_of(unions(depth - 1), graphs(depth - 1), selects(depth - 1))))
    if draw(st.integers(0, 3)) == 0:
        parts.append(draw(st.sampled_from(["FILTER(?a != ?b)", "FILTER(isIRI(?c))"])))
    if depth and draw(st.integers(0, 3)) == 0:
        parts.append(f"FILTER EXISTS {{ {draw(monotone(0))} }}")
    return " ".join(parts)


@st.composite
def unions(draw: st.DrawFn, depth: int) -> str:
    return f"{{ {draw(monotone(depth))} }} UNION {{ {draw(monotone(depth))} }}"


@st.composite
def graphs(draw: st.DrawFn, depth: int) -> str:
    name = draw(st.one_of(variables, st.sampled_from([":g0", ":g1"])))
    return f"GRAPH {name} {{ {draw(monotone(depth))} }}"


@st.composite
def selects(draw: st.DrawFn, depth: int) -> str:
    names = " ".join(sorted(draw(st.sets(variables, min_size=1, max_size=2))))
    return f"{{ SELECT DISTINCT {names} {{ {draw(monotone(depth))} }} }}"


@st.composite
def grouped(draw: st.DrawFn) -> str:
    function = draw(st.sampled_from(["COUNT(DISTINCT ?b)", "MAX(STR(?b))", "COUNT(*)"]))
    key = draw(st.sampled_from(["?a", "(STR(?a) AS ?key)", "?c", ""]))
    shown = draw(st.sampled_from([key.rpartition(" AS ")[2].rstrip(")"), ""]))
    group = f"GROUP BY {key}" if key else ""
    return f"SELECT {shown} ({function} AS ?sum) WHERE {{ {draw(monotone(1))} }} {group}"


@st.composite
def layered(draw: st.DrawFn) -> str:
    """Draw a group with absences, none inside another."""
    parts = [draw(monotone(1))]
    for _ in range(draw(st.integers(0, 3))):
        inner = draw(monotone(1))
        form = draw(
            st.sampled_from(["OPTIONAL {{ {} }}", "FILTER NOT EXISTS {{ {} }}", "MINUS {{ {} }}"])
        )
        parts.append(form.format(inner))
    if draw(st.booleans()):
        parts.append(f"OPTIONAL {{ {{ {draw(grouped())} }} }}")
    if draw(st.booleans()):
        parts.append("BIND(CONCAT(STR(?a), COALESCE(STR(?d), '')) AS ?text)")
    return " ".join(parts)


def store_of(quads: Iterable[ox.Quad]) -> ox.Store:
    store = ox.Store()
    store.extend(united(quads))
    return store


def rows_of(answer: Answer) -> Rows:
    assert isinstance(answer, Rows)
    return answer


def sourced(quads: list[ox.Quad], query: str) -> SourcedRows:
    """Answer a query with sources, which name what they state."""
    store = store_of(quads)
    answer = rows_of(run_query(store, query))
    try:
        found = with_sources(store, query, answer)
    except QueryError as error:
        # Some of what is drawn is refused, such as FILTER EXISTS about what may have no value.
        if "cannot be traced" not in error.message or "other rows" in error.message:
            raise
        assume(False)
        raise
    for number in range(len(answer.rows)):
        statements = found.statements(number)
        assert statements <= set(quads)
        assert {quad.graph_name for quad in statements} == set(found.sources[number])
    return found


def rows_without(quads: Iterable[ox.Quad], query: str) -> list[tuple[object, ...]]:
    return [*rows_of(run_query(store_of(quads), query)).rows]


@QUICK
@given(data, st.one_of(layered(), layered(), monotone()), st.sampled_from(["*", "?a", "?a ?b"]))
def test_what_was_matched_is_enough_for_a_row(
    quads: list[ox.Quad], pattern: str, columns: str
) -> None:
    query = f"{PROLOGUE} SELECT {columns} WHERE {{ {pattern} }}"
    found = sourced(quads, query)
    for number, row in enumerate(found.rows.rows[:10]):
        assert row in rows_without(found.statements(number), query)
        named = [quad for quad in quads if quad.graph_name in found.sources[number]]
        assert row in rows_without(named, query)


@QUICK
@given(data, grouped())
def test_what_went_into_a_group_is_enough_for_its_row(quads: list[ox.Quad], query: str) -> None:
    query = PROLOGUE + query
    found = sourced(quads, query)
    for number, row in enumerate(found.rows.rows[:10]):
        assert row in rows_without(found.statements(number), query)


@QUICK
@given(data, monotone(), st.sampled_from(["*", "DISTINCT ?a", "?a ?b"]))
def test_a_row_is_gone_without_all_that_was_matched(
    quads: list[ox.Quad], pattern: str, columns: str
) -> None:
    query = f"{PROLOGUE} SELECT {columns} WHERE {{ {pattern} }}"
    found = sourced(quads, query)
    for number, row in enumerate(found.rows.rows[:10]):
        matched = {quad.triple for quad in found.statements(number)}
        left = [quad for quad in quads if quad.triple not in matched]
        assert row not in rows_without(left, query) or not matched


@QUICK
@given(data, st.lists(plain_triples, min_size=1, max_size=3), st.booleans())
def test_a_row_of_all_variables_needs_each_of_its_statements(
    quads: list[ox.Quad], patterns: list[str], in_graph: bool
) -> None:
    pattern = " ".join(patterns)
    query = (
        f"{PROLOGUE} SELECT * WHERE {{ {f'GRAPH ?g {{ {pattern} }}' if in_graph else pattern} }}"
    )
    found = sourced(quads, query)
    for number, row in enumerate(found.rows.rows[:10]):
        statements = found.statements(number)
        for triple in {quad.triple for quad in statements}:
            left = [quad for quad in quads if quad.triple != triple]
            assert row not in rows_without(left, query)
        if not in_graph:
            matched = {quad.triple for quad in statements}
            stating = {quad.graph_name for quad in quads if quad.triple in matched}
            assert set(found.sources[number]) == stating
