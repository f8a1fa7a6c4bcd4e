"""The entry for catalogues of data, held to DCAT-AP's own shapes by two validators."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF

from c4f_graph.engine import Rows
from c4f_graph.web.descriptions import dataset_description
from tests.corpus_copy import ROOT
from tests.process import c4f

if TYPE_CHECKING:
    from pathlib import Path

    import c4f_graph

SHAPES = [ROOT / "tests" / "dcat" / name for name in ("shapes.ttl", "range.ttl")]
HERE = "http://127.0.0.1:8000/"
VOID = rdflib.Namespace("http://rdfs.org/ns/void#")


@pytest.fixture(scope="module")
def entry(graph: c4f_graph.ProgrammeGraph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("dcat") / "entry.ttl"
    quads = dataset_description(graph, HERE)
    triples = (ox.Triple(quad.subject, quad.predicate, quad.object) for quad in quads)
    ox.serialize(triples, str(file), format=ox.RdfFormat.TURTLE)
    return file


def validated(file: Path) -> tuple[int, str]:
    shapes = [part for path in SHAPES for part in ("--shapes", path)]
    done = c4f("validate", file, *shapes)
    return done.code, done.out


def test_the_entry_conforms_to_the_profile(entry: Path) -> None:
    assert validated(entry) == (0, "conforms: nothing found\n")


def test_the_reference_engine_says_so_too(entry: Path) -> None:
    shapes = rdflib.Graph()
    for path in SHAPES:
        shapes.parse(path)
    conforms, _, text = pyshacl.validate(rdflib.Graph().parse(entry), shacl_graph=shapes)
    assert conforms, text


@pytest.mark.parametrize(
    ("kind", "about", "complaint"),
    [
        ("Dataset", "title", "title"),
        ("Catalog", "publisher", "publisher"),
        ("Catalog", "description", "description"),
    ],
)
def test_an_entry_that_lacks_something_does_not_conform(
    entry: Path, tmp_path: Path, kind: str, about: str, complaint: str
) -> None:
    spoilt = rdflib.Graph().parse(entry)
    subject = spoilt.value(predicate=RDF.type, object=DCAT[kind])
    spoilt.remove((subject, DCTERMS[about], None))
    file = tmp_path / "spoilt.ttl"
    spoilt.serialize(file, format="turtle")
    code, text = validated(file)
    assert code == 1
    assert f"at least 1 value of {complaint}" in text


def test_the_entry_says_what_the_data_are(entry: Path, graph: c4f_graph.ProgrammeGraph) -> None:
    described = rdflib.Graph().parse(entry)
    data = rdflib.URIRef(f"{HERE}dataset")
    catalogue = described.value(predicate=DCAT.dataset, object=data)
    assert described.value(catalogue, FOAF.homepage) == rdflib.URIRef(HERE)
    titles = list(described.objects(data, DCTERMS.title))
    assert {title.language for title in titles if isinstance(title, rdflib.Literal)} == {"en", "de"}
    publisher = described.value(data, DCTERMS.publisher)
    assert str(described.value(publisher, FOAF.name)) in (ROOT / "LICENSE").read_text()
    count = graph.query("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")
    assert isinstance(count, Rows)
    assert str(described.value(data, VOID.triples)) == str(count.rows[0][0]).split('"')[1]
    newest = graph.query(
        """SELECT (MAX(STR(?day)) AS ?newest) WHERE {
          ?source <https://w3id.org/c4f/ontology#consulted> ?day }"""
    )
    assert isinstance(newest, Rows)
    assert str(described.value(data, DCTERMS.modified)) >= str(newest.rows[0][0]).strip('"')
    period = described.value(data, DCTERMS.temporal)
    assert str(described.value(period, DCAT.startDate)) < str(described.value(period, DCAT.endDate))
    service = described.value(predicate=DCAT.servesDataset, object=data)
    assert described.value(service, DCAT.endpointURL) == rdflib.URIRef(f"{HERE}sparql")
    # No contact: the entry names nobody.
    assert not list(described.objects(data, DCAT.contactPoint))
