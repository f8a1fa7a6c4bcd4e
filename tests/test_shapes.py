"""The shapes by their examples: what is valid conforms, and what is not breaks what it says.

An example is a small graph of its own. To validate all of them at once, each is moved to a world
of its own: what it names gets the number of the world in its identifier and its short name.
"""

from __future__ import annotations

import functools
import logging
import re
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from pyshacl.helper.sparql_query_helper import SPARQLQueryHelper
from rdflib.namespace import RDF, RDFS, SH
from rdflib.plugins.sparql import prepareQuery

from c4f_graph.namespaces import C4F, SHAPES
from c4f_graph.shacl import OxigraphEngine, parse_shapes, validate

if TYPE_CHECKING:
    from collections.abc import Iterator

ONTOLOGY = Path(__file__).parents[1] / "ontology"
EXAMPLES = ONTOLOGY / "shapes" / "examples"
BASE = "https://w3id.org/c4f/"
# The rules on the funding references of this programme name it, so that it is the same everywhere.
SHARED = {BASE + "id/programme/clusters4future"}
OWN = re.compile(rf"{re.escape(BASE)}(id|graph|vocab(?=/example))/(.*)")
WORLD = re.compile(r"/world-(\d+)-")
SEVERITIES = ("Violation", "Warning", "Info")

VALID = sorted((EXAMPLES / "valid").glob("*.ttl"))
INVALID = sorted((EXAMPLES / "invalid").glob("*.ttl"))
FILES = [*VALID, *INVALID]

# The parameters that the shapes use, and the constraint component of each.
COMPONENTS = {
    SH["class"]: "Class",
    SH.datatype: "Datatype",
    SH["in"]: "In",
    SH.maxCount: "MaxCount",
    SH.maxInclusive: "MaxInclusive",
    SH.minCount: "MinCount",
    SH.minExclusive: "MinExclusive",
    SH.minInclusive: "MinInclusive",
    SH.minLength: "MinLength",
    SH.node: "Node",
    SH.nodeKind: "NodeKind",
    SH["or"]: "Or",
    SH.pattern: "Pattern",
    SH.qualifiedMinCount: "QualifiedMinCount",
    SH.sparql: "SPARQL",
    SH.uniqueLang: "UniqueLang",
    SH.xone: "Xone",
}
# What in a shape is no constraint.
OTHER_TERMS = {
    SH.message,
    SH.path,
    SH.property,
    SH.qualifiedValueShape,
    SH.severity,
    SH.targetClass,
    SH.targetSubjectsOf,
}


@dataclass(frozen=True, order=True)
class Outcome:
    """A shape, the component that was broken, and how severe that is."""

    shape: str
    component: str
    severity: str


@dataclass
class Found:
    """The outcomes in each world, and with the focus node of each result."""

    by_world: dict[int, set[Outcome]] = field(default_factory=dict)
    by_node: set[tuple[str, Outcome]] = field(default_factory=set)

    def add(self, node: str, outcome: Outcome) -> None:
        """Note a result."""
        self.by_node.add((node, outcome))
        if world := WORLD.search(node):
            self.by_world.setdefault(int(world[1]), set()).add(outcome)


def read(path: Path) -> Iterator[ox.Quad]:
    return ox.parse(path=path, format=ox.RdfFormat.TURTLE, base_iri=BASE)


def header(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.removeprefix("# ") for line in lines if line.startswith("#")]


def expected(path: Path) -> set[Outcome]:
    """Return what an example says that it breaks."""
    lines = header(path)
    severity = next(line.removeprefix("severity: ") for line in lines if "severity: " in line)
    assert severity in SEVERITIES
    outcomes = set()
    for line in lines:
        if broken := re.fullmatch(r"breaks: shapes:(\S+) sh:(\w+)ConstraintComponent", line):
            outcomes.add(Outcome(broken[1], broken[2], severity))
    return outcomes


def moved(term: Any, world: int) -> Any:
    """Return the name that a term has in a world."""
    if isinstance(term, ox.NamedNode) and term.value not in SHARED:
        return ox.NamedNode(OWN.sub(rf"{BASE}\1/world-{world}-\2", term.value))
    return term


def worlds() -> Iterator[ox.Triple]:
    """Yield all examples, each in its world."""
    for world, path in enumerate(FILES):
        for quad in read(path):
            value = moved(quad.object, world)
            if quad.predicate.value == C4F + "shortName" and value.value:
                text = f"{value.value} {world}"
                value = (
                    ox.Literal(text, language=value.language)
                    if value.language
                    else ox.Literal(text)
                )
            yield ox.Triple(moved(quad.subject, world), quad.predicate, value)


def background() -> Iterator[ox.Quad]:
    """Yield the ontology and the vocabularies."""
    for path in [ONTOLOGY / "c4f.ttl", *sorted((ONTOLOGY / "vocab").glob("*.ttl"))]:
        yield from read(path)


def shape_quads() -> Iterator[ox.Quad]:
    for path in sorted((ONTOLOGY / "shapes").glob("*.ttl")):
        yield from read(path)


@pytest.fixture(scope="module")
def found() -> Found:
    """Validate all examples at once, with our own validator."""
    store = ox.Store()
    store.extend(ox.Quad(quad.subject, quad.predicate, quad.object) for quad in background())
    store.extend(ox.Quad(*triple) for triple in worlds())
    report = validate(parse_shapes(shape_quads()), OxigraphEngine(store))
    outcomes = Found()
    for result in report.results:
        assert isinstance(result.focus_node, ox.NamedNode)
        assert isinstance(result.source_shape, ox.NamedNode)
        outcomes.add(
            result.focus_node.value,
            Outcome(
                result.source_shape.value.removeprefix(SHAPES),
                component_name(result.source_constraint_component.value),
                result.severity.value.removeprefix(str(SH)),
            ),
        )
    return outcomes


def component_name(iri: str) -> str:
    return iri.removeprefix(str(SH)).removesuffix("ConstraintComponent")


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_valid_example(path: Path, found: Found) -> None:
    outcomes = found.by_world.get(FILES.index(path), set())
    mild = {"Info", "Warning"} if "allows: Warning" in header(path) else {"Info"}
    assert sorted(outcome for outcome in outcomes if outcome.severity not in mild) == []


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_invalid_example(path: Path, found: Found) -> None:
    outcomes = found.by_world.get(FILES.index(path), set())
    broken = expected(path)
    assert broken
    assert sorted(broken - outcomes) == []
    assert sorted(x for x in outcomes - broken if x.severity == "Violation") == []


def test_vocabularies_conform(found: Found) -> None:
    assert {node for node, _ in found.by_node if not WORLD.search(node)} <= SHARED


def test_agreeing_sources_are_no_conflict(found: Found) -> None:
    world = FILES.index(EXAMPLES / "valid" / "conflicts.ttl")
    assert "Info" not in {outcome.severity for outcome in found.by_world[world]}


@pytest.fixture(scope="module")
def shapes() -> rdflib.Graph:
    text = ox.serialize((quad.triple for quad in shape_quads()), format=ox.RdfFormat.N_TRIPLES)
    return rdflib.Graph().parse(data=text, format="nt")


def reporting(shapes: rdflib.Graph) -> set[rdflib.term.Node]:
    """Return the shapes that results name: those with a target, and their property shapes."""
    waiting = {*shapes.subjects(SH.targetClass), *shapes.subjects(SH.targetSubjectsOf)}
    reached: set[rdflib.term.Node] = set()
    while waiting:
        shape = waiting.pop()
        reached.add(shape)
        waiting.update(set(shapes.objects(shape, SH.property)) - reached)
    return reached


def test_each_constraint_has_an_invalid_example(shapes: rdflib.Graph) -> None:
    constraints = set()
    for shape in reporting(shapes):
        terms = {term for term in shapes.predicates(shape) if str(term).startswith(str(SH))}
        assert terms - OTHER_TERMS <= set(COMPONENTS), shape
        for term in terms & set(COMPONENTS):
            name = str(shape).removeprefix(SHAPES)
            constraints.add((name, COMPONENTS[rdflib.URIRef(str(term))]))
    examples = {(x.shape, x.component) for path in INVALID for x in expected(path)}
    assert sorted(constraints - examples) == []
    assert sorted(examples - constraints) == []


def test_each_shape_file_has_a_valid_example() -> None:
    shared = {"amounts", "dates", "links", "prefixes", "state"}
    names = {path.stem for path in (ONTOLOGY / "shapes").glob("*.ttl")}
    assert names - shared == {path.stem for path in VALID}
    assert {path.stem.split("--")[0] for path in INVALID} == names - {"prefixes"}


def test_each_constraint_has_a_message_in_two_languages(shapes: rdflib.Graph) -> None:
    for shape in reporting(shapes):
        holders = [*shapes.objects(shape, SH.sparql)]
        if set(shapes.predicates(shape)) & (set(COMPONENTS) - {SH.sparql}):
            holders.append(shape)
        for holder in holders:
            messages = list(shapes.objects(holder, SH.message))
            languages = sorted(
                str(message.language) for message in messages if isinstance(message, rdflib.Literal)
            )
            assert languages == ["de", "en"], shape


@pytest.fixture
def each_query_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep rdflib from parsing the same query anew for each focus node, which takes minutes."""
    prepare = functools.cache(prepareQuery)
    query = rdflib.Graph.query

    def query_prepared(graph: rdflib.Graph, text: str, *options: Any) -> rdflib.query.Result:
        return query(graph, prepare(text), *options)

    monkeypatch.setattr(rdflib.Graph, "query", query_prepared)
    for name in ("minus", "values", "service", "nested_select", "as_var"):
        # What pySHACL looks for in the text of a query is there for all nodes or for none.
        pattern = getattr(SPARQLQueryHelper, f"has_{name}_regex")
        once = SimpleNamespace(search=functools.cache(pattern.search))
        monkeypatch.setattr(SPARQLQueryHelper, f"has_{name}_regex", once)


@pytest.mark.usefixtures("each_query_parsed_once")
def test_pyshacl_finds_the_same(
    found: Found, shapes: rdflib.Graph, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, "rdflib.term")  # it tells of each ill-typed literal
    needed = {str(RDF.type), str(RDFS.subClassOf), C4F + "stageOrder"}  # of what is not an example
    triples = [quad.triple for quad in background() if quad.predicate.value in needed]
    triples += worlds()
    text = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    data = rdflib.Graph().parse(data=text, format="nt")
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes)
    assert isinstance(report, rdflib.Graph)
    outcomes = Found()
    for result in report.objects(
        report.value(predicate=RDF.type, object=SH.ValidationReport), SH.result
    ):
        shape, component, severity, node = (
            str(report.value(result, term))
            for term in (
                SH.sourceShape,
                SH.sourceConstraintComponent,
                SH.resultSeverity,
                SH.focusNode,
            )
        )
        name = shape.removeprefix(SHAPES)
        severity = severity.removeprefix(str(SH))
        outcomes.add(node, Outcome(name, component_name(component), severity))
    in_worlds = {(node, outcome) for node, outcome in outcomes.by_node if WORLD.search(node)}
    assert in_worlds == {(node, outcome) for node, outcome in found.by_node if WORLD.search(node)}
