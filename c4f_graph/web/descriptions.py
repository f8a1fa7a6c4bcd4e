"""What the endpoint and its data are: Service Description, VoID and DCAT, made for each edition.

https://www.w3.org/TR/sparql11-service-description/, https://www.w3.org/TR/void/,
https://www.w3.org/TR/vocab-dcat-3/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from c4f_graph.namespaces import RDF
from c4f_graph.web.catalogue import VOID, Download, about, catalogue_entry, counted, iri, size
from c4f_graph.web.negotiation import ROW_FORMS, TRIPLE_FORMS

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyoxigraph as ox

    from c4f_graph.graph import ProgrammeGraph

_SD = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS = "http://www.w3.org/ns/formats/"
_FORMAT_NAMES = {
    "json": "SPARQL_Results_JSON",
    "xml": "SPARQL_Results_XML",
    "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
    "ttl": "Turtle",
    "jsonld": "JSON-LD",
    "nt": "N-Triples",
    "rdfxml": "RDF_XML",
}
_GRAPHS = "SELECT ?graph (COUNT(*) AS ?n) { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph"


def service_description(graph: ProgrammeGraph, root: str) -> Iterator[ox.Quad]:
    """Give the statements that describe the endpoint, whose addresses begin with a root."""
    endpoint = iri(f"{root}sparql")
    union, graphs = iri(f"{root}sparql#default-graph"), iri(f"{root}sparql#graphs")
    forms = [iri(_FORMATS + _FORMAT_NAMES[form.name]) for form in (*ROW_FORMS, *TRIPLE_FORMS)]
    yield from about(
        endpoint,
        (f"{RDF}type", iri(f"{_SD}Service")),
        (f"{_SD}endpoint", endpoint),
        (f"{_SD}supportedLanguage", iri(f"{_SD}SPARQL11Query")),
        *((f"{_SD}resultFormat", form) for form in forms),
        (f"{_SD}feature", iri(f"{_SD}UnionDefaultGraph")),
        (f"{_SD}defaultDataset", graphs),
    )
    yield from about(graphs, (f"{RDF}type", iri(f"{_SD}Dataset")), (f"{_SD}defaultGraph", union))
    yield from about(union, (f"{RDF}type", iri(f"{_SD}Graph")), *size(graph))
    for number, (name, count) in enumerate(counted(graph, _GRAPHS), 1):
        member = iri(f"{root}sparql#graph-{number}")
        content = iri(f"{root}sparql#graph-{number}-content")
        yield from about(graphs, (f"{_SD}namedGraph", member))
        yield from about(
            member,
            (f"{RDF}type", iri(f"{_SD}NamedGraph")),
            (f"{_SD}name", name),
            (f"{_SD}graph", content),
        )
        yield from about(content, (f"{RDF}type", iri(f"{_SD}Graph")), (f"{VOID}triples", count))


def dataset_description(graph: ProgrammeGraph, root: str) -> Iterator[ox.Quad]:
    """Give the statements that describe the data, for a server whose addresses begin with a root.

    See `catalogue.catalogue_entry`.
    """
    downloads = [
        Download(form.name, form.media_type, f"{root}graphs?default&format={form.name}")
        for form in TRIPLE_FORMS
    ]
    yield from catalogue_entry(graph, root, f"{root}dataset", downloads, f"{root}sparql")
