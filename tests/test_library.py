"""The library: what `c4f_graph.open()` gives, which the command line mirrors."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.plugins.sparql import prepareQuery

import c4f_graph
from c4f_graph.engine import Rows, Triples, Truth
from c4f_graph.errors import (
    C4fError,
    CorpusError,
    InputError,
    ParameterError,
    QueryError,
    StoreError,
)
from c4f_graph.namespaces import C4F, ID
from tests.corpus_copy import FIRST_CLAIM, ROOT
from tests.process import answer, run

if TYPE_CHECKING:
    from pathlib import Path

    from c4f_graph import ProgrammeGraph
    from tests.corpus_copy import CorpusCopy

# rdflib's own Dataset asks for its default graph by a former name.
RDFLIB = "ignore:Dataset.default_context is deprecated:DeprecationWarning"
SLIDES = rdflib.URIRef("https://w3id.org/c4f/graph/bmbf-slides-2023-09-11")
CLUSTER = rdflib.URIRef(f"{C4F}Cluster")


def rows(found: object) -> list[tuple[str, ...]]:
    """Give the plain texts of an answer that has rows."""
    assert isinstance(found, Rows)
    return [tuple(getattr(term, "value", "") for term in row) for row in found.rows]


def test_importing_the_package_loads_nothing_else() -> None:
    code = "import c4f_graph, sys; print(*sorted(sys.modules))"
    done = run([sys.executable, "-c", code])
    loaded = set(done.out.split())
    assert "c4f_graph" in loaded
    assert loaded.isdisjoint({"c4f_graph.graph", "pyoxigraph", "rdflib", "pyshacl", "click"})


def test_the_package_offers_open_build_and_its_version() -> None:
    functions = {"back_up", "build", "connect", "load", "open", "restore"}
    assert set(c4f_graph.__all__) == {"ProgrammeGraph", "__version__", *functions}
    with pytest.raises(AttributeError, match="has no attribute 'opne'"):
        c4f_graph.__getattr__("opne")


def test_open_builds_what_is_missing_and_tells_who_asks(corpus: CorpusCopy) -> None:
    told: list[str] = []
    store = corpus.store.with_name("new-store")
    opened = c4f_graph.open(store, corpus.root, progress=told.append)
    assert told == [f"there is no store yet: building {store}"]
    assert opened.in_use[1].statements == sum(
        not isinstance(quad.graph_name, ox.DefaultGraph) for quad in opened.embedded
    )
    c4f_graph.open(store, corpus.root, progress=told.append)
    assert len(told) == 1


def test_build_gives_the_edition_and_refuses_what_does_not_conform(corpus: CorpusCopy) -> None:
    bad = corpus.add_source("wrong", "<id/cluster/saxocell> c4f:sseat <id/place/dresden> .")
    with pytest.raises(CorpusError, match="the corpus does not conform") as refusal:
        c4f_graph.build(corpus.store, corpus.root)
    validation = getattr(refusal.value, "validation")  # noqa: B009 (of the subclass raised)
    assert not validation.conforms
    found = [finding for finding in validation.findings if finding.severity == "violation"]
    assert {(f.location.path, f.location.line) for f in found} == {(bad, FIRST_CLAIM)}
    bad.unlink()
    edition = c4f_graph.build(corpus.store, corpus.root)
    assert (corpus.store / edition.folder).is_dir()
    assert edition.version == c4f_graph.__version__


def test_ask_gives_terms_in_the_columns_of_the_question(graph: ProgrammeGraph) -> None:
    found = graph.ask("selection-funnel")
    assert isinstance(found, Rows)
    assert found.columns == ("round", "stage", "entries", "share_of_applications")
    integer = ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")
    assert ox.Literal("254", datatype=integer) in {row[2] for row in found.rows}


def test_ask_takes_arguments_by_name(graph: ProgrammeGraph) -> None:
    partners = graph.ask("cluster-partners", {"cluster": "SaxoCell"})
    assert rows(partners) == rows(graph.ask("cluster-partners", {"cluster": "saxocell"}))
    assert len(rows(partners)) > 5
    earlier = rows(graph.ask("milestones", {"to": "2020"}))
    later = rows(graph.ask("milestones", {"from": "2021"}))
    assert earlier
    assert later
    assert len(earlier) + len(later) == len(rows(graph.ask("milestones")))


def test_questions_know_their_parameters_and_columns(graph: ProgrammeGraph) -> None:
    questions = {question.id: question for question in graph.questions()}
    assert len(questions) == 31
    question = questions["cluster-partners"]
    assert question == graph.question("cluster-partners")
    assert [parameter.name for parameter in question.parameters] == ["cluster"]
    assert question.parameters[0].kind == f"{C4F}Cluster"
    assert list(question.columns) == ["actor", "name", "kind", "role", "city", "state", "since"]


def test_query_answers_each_of_the_four_forms(graph: ProgrammeGraph) -> None:
    pattern = f"{{ ?cluster a <{C4F}Cluster> }}"
    assert len(rows(graph.query(f"SELECT * {pattern}"))) == 14
    assert graph.query(f"ASK {pattern}") == Truth(True)
    constructed = graph.query(f"CONSTRUCT {pattern} WHERE {pattern}")
    assert isinstance(constructed, Triples)
    assert len(constructed.triples) == 14
    described = graph.query(f"DESCRIBE <{ID}round/1>")
    assert isinstance(described, Triples)
    assert described.triples


def test_bindings_are_terms_and_no_text(graph: ProgrammeGraph) -> None:
    text = f"SELECT ?label {{ ?cluster <{C4F}shortName> ?label }}"
    node = ox.NamedNode(f"{ID}cluster/saxocell")
    found = graph.query(text, {"cluster": node})
    assert isinstance(found, Rows)
    assert found.columns == ("label",)
    assert rows(found) == [("SaxoCell",)]
    assert rows(graph.query(text, {"label": ox.Literal('x" } INSERT {')})) == []


@pytest.mark.parametrize(
    ("select", "expected"),
    [
        ("SELECT (COUNT(?thing) AS ?n) WHERE { ?thing a ?class }", [("14",)]),
        (
            "SELECT ?class (COUNT(?thing) AS ?n) WHERE { ?thing a ?class } GROUP BY ?class",
            [("14",)],
        ),
        (
            "SELECT ?round (COUNT(?thing) AS ?n) WHERE { ?thing a ?class ; "
            f"^<{C4F}becameCluster>/<{C4F}ofRound> ?round }} GROUP BY ?round ORDER BY ?round",
            [(f"{ID}round/1", "7"), (f"{ID}round/2", "7")],
        ),
    ],
)
def test_a_variable_of_a_query_that_counts_can_be_bound(
    graph: ProgrammeGraph, select: str, expected: list[tuple[str, ...]]
) -> None:
    found = graph.query(select, {"class": ox.NamedNode(f"{C4F}Cluster")})
    assert isinstance(found, Rows)
    assert rows(found) == expected


def test_show_gives_statements_and_their_sources(graph: ProgrammeGraph) -> None:
    found = graph.show("programme/clusters4future")
    assert found.columns == ("subject", "property", "value", "source", "issued")
    assert all(row[3] is not None for row in found.rows)
    assert all(f"{ID}programme/clusters4future" in {row[0], row[2]} for row in rows(found))


def test_validate_finds_the_corpus_conforming_and_an_addition_wanting(
    graph: ProgrammeGraph, tmp_path: Path
) -> None:
    assert graph.validate().conforms
    addition = tmp_path / "addition.ttl"
    addition.write_text("<https://w3id.org/c4f/id/cluster/x> a <http://example.org/C> .", "utf-8")
    validation = graph.validate([addition])
    assert not validation.conforms
    rules = {f.rule for f in validation.findings if f.location and f.location.path == addition}
    assert "source-metadata" in rules


def test_export_is_what_the_command_writes(graph: ProgrammeGraph) -> None:
    source = "bmbf-slides-2023-09-11"
    assert graph.export("trig", graph=source) == answer(
        "export", "--format", "trig", "--graph", source
    )
    with pytest.raises(
        ParameterError, match=r'there is no export format "xml"\. Choose from ttl, '
    ):
        graph.export("xml")


@pytest.mark.filterwarnings(RDFLIB)
def test_the_rdflib_dataset_has_the_union_as_default_graph(graph: ProgrammeGraph) -> None:
    dataset = graph.graph
    assert isinstance(dataset, rdflib.Dataset)
    clusters = list(dataset.triples((None, rdflib.RDF.type, CLUSTER)))
    assert len(clusters) == len(set(clusters)) == 14
    found = list(dataset.query(f"SELECT ?c {{ ?c a <{C4F}Cluster> }}"))
    assert len(found) == 14


@pytest.mark.filterwarnings(RDFLIB)
def test_the_rdflib_dataset_has_each_source_as_a_named_graph(graph: ProgrammeGraph) -> None:
    dataset = graph.graph
    names = {context.identifier for context in dataset.graphs()}
    assert SLIDES in names
    slides = dataset.graph(SLIDES)
    exported = rdflib.Graph().parse(
        data=graph.export("nt", graph="bmbf-slides-2023-09-11"), format="nt"
    )
    # oxrdflib gives every plain text the datatype xsd:string, rdflib's own readers none.
    assert {(s, p, str(o)) for s, p, o in slides} == {(s, p, str(o)) for s, p, o in exported}
    assert len(slides) == len(exported)


@pytest.mark.filterwarnings(RDFLIB)
def test_the_rdflib_dataset_cannot_be_written(graph: ProgrammeGraph) -> None:
    statement = (SLIDES, rdflib.RDFS.comment, rdflib.Literal("written"))
    with pytest.raises(RuntimeError, match="only possible on read-write instances"):
        graph.graph.add(statement)
    assert graph.query(f'ASK {{ <{SLIDES}> ?p "written" }}') == Truth(False)


@pytest.mark.filterwarnings(RDFLIB)
def test_the_rdflib_dataset_refuses_service_and_updates(graph: ProgrammeGraph) -> None:
    dataset = graph.graph
    service = "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"
    with pytest.raises(QueryError, match="SERVICE is refused"):
        dataset.query(service)
    with pytest.raises(QueryError, match="SERVICE is refused"):
        dataset.query(prepareQuery(service))
    with pytest.raises(RuntimeError, match="only possible on read-write instances"):
        dataset.update("CLEAR ALL")


@pytest.mark.filterwarnings(RDFLIB)
def test_the_rdflib_dataset_takes_prepared_queries_and_fetches_no_graph_for_them(
    graph: ProgrammeGraph,
) -> None:
    dataset = graph.graph
    clusters = prepareQuery("SELECT ?c { ?c a c4f:Cluster }", initNs={"c4f": C4F})
    assert len(list(dataset.query(clusters))) == 14
    elsewhere = "SELECT * FROM <file:///etc/hosts> { ?s ?p ?o }"
    for query in (elsewhere, prepareQuery(elsewhere)):
        with pytest.raises(QueryError, match="query:1:15: FROM <file:///etc/hosts> is refused"):
            dataset.query(query)


def test_every_error_is_one_of_ours_with_its_exit_code(
    graph: ProgrammeGraph, tmp_path: Path
) -> None:
    file = tmp_path / "file"
    file.write_text("", encoding="utf-8")
    with pytest.raises(QueryError) as query:
        graph.query("SELECT", name="mine")
    assert str(query.value).startswith("mine:1:")
    with pytest.raises(QueryError, match="no answer within"):
        graph.query("SELECT (COUNT(*) AS ?n) {?a ?b ?c . ?d ?e ?f . ?g ?h ?i}", timeout=0.1)
    with pytest.raises(ParameterError):
        graph.ask("no-such-question")
    with pytest.raises(InputError):
        graph.validate([tmp_path / "absent.ttl"])
    with pytest.raises(StoreError):
        c4f_graph.build(file / "store")
    with pytest.raises(InputError, match="no corpus in "):
        c4f_graph.open(corpus=tmp_path)
    codes = {error.exit_code for error in (C4fError, InputError, QueryError, StoreError)}
    assert (codes, CorpusError.exit_code) == ({2}, 1)


def test_the_project_s_own_corpus_is_the_default(graph: ProgrammeGraph) -> None:
    assert graph.paths.root == ROOT
