"""Taking the graph away: others read the same graph, and the same graph is the same bytes."""

from __future__ import annotations

import difflib
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.compare import isomorphic

import c4f_graph
from c4f_graph.namespaces import C4F, DCTERMS, ID, RDF
from tests.corpus_copy import CorpusCopy
from tests.process import PATIENCE, answer, c4f
from tests.reading import (
    RDFLIB_FORMATS,
    canonical,
    oxigraph_dataset,
    rdflib_dataset,
    rdflib_graph,
)

if TYPE_CHECKING:
    from pathlib import Path

    from c4f_graph import ProgrammeGraph

pytestmark = pytest.mark.usefixtures("store")
FORMATS = tuple(RDFLIB_FORMATS)
WITH_GRAPHS = ("nq", "trig")
SLIDES = "bmbf-slides-2023-09-11"
TYPE = ox.NamedNode(f"{RDF}type")
EACH_FORM = f"""
import sys
from c4f_graph.cli.main import run
folder, *arguments = sys.argv[1:]
for form in {FORMATS}:
    sys.argv = ["c4f", *arguments, "--format", form, "-o", folder + "/" + form]
    assert run() == 0
"""


def stored(graph: ProgrammeGraph, *, union: bool) -> ox.Dataset:
    """Give the statements of the store: those of its sources, or their union."""
    quads = graph.store.quads_for_pattern(None, None, None, None)
    kept = (quad for quad in quads if isinstance(quad.graph_name, ox.DefaultGraph) is union)
    return ox.Dataset(kept)


@pytest.mark.parametrize("form", FORMATS)
def test_pyoxigraph_reads_the_graph_that_the_store_holds(graph: ProgrammeGraph, form: str) -> None:
    read = oxigraph_dataset(graph.export(form), form)
    assert len(read) > 1000
    assert canonical(read) == canonical(stored(graph, union=form not in WITH_GRAPHS))


@pytest.fixture(scope="module")
def union(graph: ProgrammeGraph) -> rdflib.Graph:
    """Give the union of the store's graphs as rdflib reads it from N-Triples, line by line."""
    triples = (quad.triple for quad in stored(graph, union=True))
    return rdflib_graph("".join(f"{triple} .\n" for triple in triples), "nt")


@pytest.mark.parametrize("form", ["ttl", "jsonld", "rdfxml"])
def test_rdflib_reads_the_graph_that_the_store_holds(
    graph: ProgrammeGraph, union: rdflib.Graph, form: str
) -> None:
    assert isomorphic(rdflib_graph(graph.export(form), form), union)


@pytest.mark.parametrize("form", WITH_GRAPHS)
def test_rdflib_reads_one_source_with_its_graph(form: str) -> None:
    read = rdflib_dataset(answer("export", "--format", form, "--graph", SLIDES), form)
    alone = rdflib_graph(answer("export", "--format", "nt", "--graph", SLIDES), "nt")
    source = read.graph(rdflib.URIRef(f"https://w3id.org/c4f/graph/{SLIDES}"))
    assert len(alone) > 10
    assert set(source) == set(alone)
    assert len(read) == len(alone)


def export_all(seed: str, place: CorpusCopy, folder: Path) -> Path:
    """Write the graph in every form, in one process that has this hash seed."""
    folder.mkdir()
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", EACH_FORM, folder, *place.arguments("export")],
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    return folder


@pytest.fixture(scope="module")
def built_twice(tmp_path_factory: pytest.TempPathFactory, built_copy: CorpusCopy) -> CorpusCopy:
    """Give the same copy of the corpus with a second store."""
    other = CorpusCopy(built_copy.root, tmp_path_factory.mktemp("second") / "store")
    assert other.run("build").code == 0
    return other


@pytest.fixture(scope="module")
def exported_twice(
    tmp_path_factory: pytest.TempPathFactory, built_copy: CorpusCopy, built_twice: CorpusCopy
) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("exported")
    return export_all("1", built_copy, folder / "1"), export_all("2", built_twice, folder / "2")


@pytest.mark.parametrize("form", FORMATS)
def test_the_bytes_are_the_same_on_two_hash_seeds_and_from_two_builds(
    exported_twice: tuple[Path, Path], form: str
) -> None:
    first, second = ((folder / form).read_bytes() for folder in exported_twice)
    assert len(first) > 100_000
    assert first == second


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory, built_copy: CorpusCopy) -> CorpusCopy:
    """Give a copy of the corpus in which one sum is another."""
    copy = built_copy.again(tmp_path_factory.mktemp("edited"))
    copy.replace(f"data/sources/{SLIDES}.ttl", "c4f:budgetEUR 630000000", "c4f:budgetEUR 630000001")
    assert copy.run("build").code == 0
    return copy


@pytest.mark.parametrize("form", FORMATS)
def test_one_fact_edited_is_a_difference_of_a_few_lines(
    built_copy: CorpusCopy, edited: CorpusCopy, form: str
) -> None:
    before, after = (
        c4f_graph.open(copy.store, copy.root).export(form, graph=SLIDES).splitlines()
        for copy in (built_copy, edited)
    )
    changed = [
        line
        for line in difflib.unified_diff(before, after, n=0, lineterm="")
        if line.startswith(("+", "-")) and not line.startswith(("+++", "---"))
    ]
    assert len(changed) == 2
    assert "630000000" in changed[0]
    assert "630000001" in changed[1]


def test_one_fact_edited_changes_two_lines_of_the_whole_turtle(
    built_copy: CorpusCopy, edited: CorpusCopy
) -> None:
    before = set(built_copy.answer("export").splitlines())
    after = set(edited.answer("export").splitlines())
    # Other sources still say 630 million: the union has one line more, and its neighbour's end.
    assert any("630000001" in line for line in after - before)
    assert len(after ^ before) <= 4


def test_one_source_by_slug_or_iri() -> None:
    text = answer("export", "--format", "nq", "--graph", SLIDES)
    graphs = {str(quad.graph_name) for quad in oxigraph_dataset(text, "nq")}
    assert graphs == {f"<https://w3id.org/c4f/graph/{SLIDES}>"}
    for name in (f"graph/{SLIDES}", f"https://w3id.org/c4f/graph/{SLIDES}"):
        assert answer("export", "--format", "nq", "--graph", name) == text


def test_the_vocabularies_and_the_ontology_are_graphs_too() -> None:
    text = answer("export", "--format", "nq", "--graph", "vocab/state")
    assert {str(quad.graph_name) for quad in oxigraph_dataset(text, "nq")} == {
        "<https://w3id.org/c4f/vocab/state>"
    }
    assert "/NUTS" in text or '"DE1"' in text


def test_one_cluster_and_what_belongs_to_it() -> None:
    dataset = oxigraph_dataset(answer("export", "--format", "nq", "--cluster", "saxocell"), "nq")
    subjects = {quad.subject.value for quad in dataset if isinstance(quad.subject, ox.NamedNode)}
    types = {
        (quad.subject, quad.object.value.removeprefix(C4F))
        for quad in dataset
        if quad.predicate == TYPE and isinstance(quad.object, ox.NamedNode)
    }
    assert {kind for _, kind in types} >= {"Cluster", "Participation", "FundingPhase", "Actor"}
    assert f"{ID}cluster/saxocell" in subjects
    publisher = ox.NamedNode(f"{DCTERMS}publisher")
    described = {quad.subject for quad in dataset if quad.predicate == publisher}
    sources = {quad.graph_name for quad in dataset if "/graph/" in str(quad.graph_name)}
    assert sources
    assert sources <= described
    of_others = {
        quad
        for quad in dataset
        if quad.predicate.value == f"{C4F}ofCluster"
        and str(quad.object) != f"<{ID}cluster/saxocell>"
        and str(quad.subject).startswith(f"<{ID}participation/")
    }
    assert not of_others
    whole = len(answer("export", "--format", "nq").splitlines())
    assert 100 < len(dataset) < whole / 2


def test_a_source_and_a_cluster_together_give_what_that_source_says_of_it() -> None:
    both = answer("export", "--format", "nt", "--cluster", "SaxoCell", "--graph", SLIDES)
    source = answer("export", "--format", "nt", "--graph", SLIDES)
    assert set(both.splitlines()) < set(source.splitlines())
    assert "/cluster/saxocell>" in both


def test_jsonld_carries_its_context_and_short_readable_names() -> None:
    document = json.loads(answer("export", "--format", "jsonld", "--graph", SLIDES))
    assert isinstance(document["@context"], dict)
    nodes = {node["id"]: node for node in document["@graph"]}
    programme = nodes["https://w3id.org/c4f/id/programme/clusters4future"]
    assert programme["type"] == "Programme"
    assert programme["budgetEUR"] == "630000000"
    assert "@type" not in json.dumps(programme)


def test_turtle_has_one_subject_a_block_and_prefixes_for_what_it_uses() -> None:
    text = answer("export", "--graph", SLIDES)
    header, _, body = text.partition("\n\n")
    assert all(line.startswith("@prefix ") for line in header.splitlines())
    for line in header.splitlines():
        prefix = line.split()[1]
        assert f" {prefix}" in f" {body.replace(chr(10), ' ').replace('^^', ' ')}"
    blocks = body.strip().split("\n\n")
    subjects = [block.split(" ", 1)[0] for block in blocks]
    assert len(subjects) == len(set(subjects))
    assert all(block.endswith(" .") for block in blocks)


def test_a_file_is_written_whole_and_stdout_stays_empty(tmp_path: Path) -> None:
    path = tmp_path / "c4f.ttl"
    assert answer("export", "--graph", SLIDES, "-o", path) == ""
    assert path.read_bytes().decode() == answer("export", "--graph", SLIDES)
    assert [entry.name for entry in tmp_path.iterdir()] == ["c4f.ttl"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--graph", "bmbf-slides-2023-09-12"],
            'c4f: no Source is called "bmbf-slides-2023-09-12". Did you mean ',
        ),
        (["--cluster", "Saxozel"], 'c4f: no Cluster is called "Saxozel". Did you mean SaxoCell?'),
        (
            ["--cluster", "tu-dresden"],
            'c4f: no Cluster is called "tu-dresden". ',
        ),
    ],
)
def test_an_unknown_source_or_cluster_is_refused_with_the_nearest(
    arguments: list[str], message: str
) -> None:
    done = c4f("export", *arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(message)
