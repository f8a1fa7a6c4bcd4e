"""Input that is too large, too deep or too slow ends in an error or a bounded run."""

from __future__ import annotations

import time

import pyoxigraph as ox
import pytest

from c4f_graph.errors import QueryError, ShapesError
from c4f_graph.shacl import OxigraphEngine, compile_plan, validate
from c4f_graph.shacl.pool import in_order
from tests.shacl.support import BASE, found, report, shapes, store


def many(count: int, predicate: str = "p") -> ox.Store:
    filled = ox.Store()
    filled.bulk_extend(
        ox.Quad(
            ox.NamedNode(f"{BASE}n{number:06}"), ox.NamedNode(BASE + predicate), ox.Literal(number)
        )
        for number in range(count)
    )
    return filled


def test_max_results() -> None:
    parsed = shapes(":S sh:targetSubjectsOf :p ; sh:property [ sh:path :p ; sh:maxInclusive -1 ] .")
    engine = OxigraphEngine(many(5000))
    short = validate(parsed, engine, max_results=10)
    assert (len(short.results), short.is_complete, short.conforms) == (10, False, False)
    exact = validate(parsed, engine, max_results=5000)
    assert (len(exact.results), exact.is_complete) == (5000, True)
    assert len(validate(parsed, engine).results) == 5000


def test_max_results_leaves_out_later_queries() -> None:
    text = " ".join(
        f":S{number} sh:targetSubjectsOf :p ; sh:nodeKind sh:Literal ." for number in range(20)
    )
    cut = validate(shapes(text), OxigraphEngine(many(50)), max_results=60, threads=1)
    assert (len(cut.results), cut.is_complete) == (60, False)
    assert len(cut.timings) == 2


def test_time_limit() -> None:
    body = "$this <http://example.org/p> ?a . ?b ?q ?c . ?d ?r ?e"
    query = f"SELECT $this {{ {body} FILTER(?c > ?e + ?a * 1000000) }}"
    parsed = shapes(f':S sh:targetSubjectsOf :p ; sh:sparql [ sh:select "{query}" ] .')
    start = time.monotonic()
    with pytest.raises(QueryError, match=r"ran out of its 0\.2 seconds"):
        validate(parsed, OxigraphEngine(many(180)), time_limit=0.2)
    assert time.monotonic() - start < 20


def test_a_runaway_pattern_takes_linear_time() -> None:
    text = "a" * 20_000 + "!"
    start = time.monotonic()
    assert found(f':n :p "{text}" .', ':S sh:targetNode :n ; sh:path :p ; sh:pattern "^(a+)+$" .')
    assert time.monotonic() - start < 20


def test_an_ill_formed_pattern_is_violated_by_all() -> None:
    assert found(':n :p "x" .', ':S sh:targetNode :n ; sh:path :p ; sh:pattern "(" .') == [
        ("n", "x")
    ]


def test_a_node_of_many_values() -> None:
    values = ", ".join(str(number) for number in range(20_000))
    start = time.monotonic()
    results = report(
        f":n :p {values} .",
        ":S sh:targetNode :n ; sh:path :p ; sh:maxCount 1 . "
        ":T sh:targetNode :n ; sh:path :p ; sh:maxCount 3 . "
        ":U sh:targetNode :n ; sh:path :p ; sh:minCount 30000 .",
    ).results
    assert len(results) == 3
    assert time.monotonic() - start < 20


@pytest.mark.parametrize("link", ["sh:node", "sh:not"])
def test_shapes_nested_too_deeply(link: str) -> None:
    links = " ".join(f":S{number} {link} :S{number + 1} ." for number in range(3000))
    with pytest.raises(ShapesError, match="stand inside one another"):
        compile_plan(shapes(f":S0 sh:targetClass :C . {links}"))


def test_properties_nested_too_deeply() -> None:
    links = " ".join(
        f":S{number} sh:path :p ; sh:property :S{number + 1} ." for number in range(3000)
    )
    with pytest.raises(ShapesError, match="stand inside one another"):
        compile_plan(shapes(f":S0 sh:targetClass :C . {links} :S3000 sh:path :p ."))


def test_shapes_nested_deeply_but_not_too_deeply() -> None:
    links = " ".join(f":S{number} sh:node :S{number + 1} ." for number in range(38))
    assert len(found("", f":S0 sh:targetNode :n . {links} :S38 sh:nodeKind sh:Literal .")) == 1


def test_shapes_that_grow_without_end() -> None:
    # Each level names the next one twice: 2 to the power of 30, written out.
    links = " ".join(
        f":S{number} sh:or ( :S{number + 1} [ sh:and ( :S{number + 1} ) ] ) ."
        for number in range(15)
    )
    with pytest.raises(ShapesError, match="too many for one query"):
        compile_plan(shapes(f":S0 sh:targetClass :C . {links} :S15 sh:class :C ."))


def test_errors_of_a_thread_reach_the_caller() -> None:
    def fail(item: int) -> int:
        if item == 3:
            raise QueryError("no")
        return item

    outcomes = in_order(fail, range(6), threads=2)
    assert [next(outcomes) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(QueryError, match="no"):
        next(outcomes)


def test_results_come_in_the_same_order() -> None:
    inner = "[ sh:path :p ; sh:maxInclusive -1 ]"
    text = f":S sh:targetSubjectsOf :p ; sh:nodeKind sh:Literal ; sh:property {inner} ."
    parsed, data = shapes(text), many(300)
    once, again = (validate(parsed, OxigraphEngine(data), threads=n).results for n in (1, 4))
    assert once == again
    assert [str(r.focus_node) for r in once[:300]] == sorted(str(r.focus_node) for r in once[:300])


def test_empty_data() -> None:
    assert validate(
        shapes(":S sh:targetClass :C ; sh:class :D ."), OxigraphEngine(store(""))
    ).conforms
