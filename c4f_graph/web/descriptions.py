"""What the endpoint and its data are: Service Description, VoID and DCAT, made for each edition.

https://www.w3.org/TR/sparql11-service-description/, https://www.w3.org/TR/void/,
https://www.w3.org/TR/vocab-dcat-3/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.engine import Rows, run_query
from c4f_graph.namespaces import C4F, DCAT, DCTERMS, FOAF, RDF
from c4f_graph.web.negotiation import ROW_FORMS, TRIPLE_FORMS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from c4f_graph.engine import Term
    from c4f_graph.graph import ProgrammeGraph

_SD = "http://www.w3.org/ns/sparql-service-description#"
_VOID = "http://rdfs.org/ns/void#"
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
_CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"
_IANA = "https://www.iana.org/assignments/media-types/"
_CLASSES = "SELECT ?class (COUNT(?s) AS ?n) { ?s a ?class } GROUP BY ?class"
_PROPERTIES = "SELECT ?property (COUNT(*) AS ?n) { ?s ?property ?o } GROUP BY ?property"
_GRAPHS = "SELECT ?graph (COUNT(*) AS ?n) { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph"
_UNION = "SELECT (COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?subjects) { ?s ?p ?o }"
_Pair = tuple[str, "ox.NamedNode | ox.BlankNode | ox.Literal"]


def service_description(graph: ProgrammeGraph, root: str) -> Iterator[ox.Quad]:
    """Give the statements that describe the endpoint, whose addresses begin with a root."""
    endpoint = _iri(f"{root}sparql")
    union, graphs = _iri(f"{root}sparql#default-graph"), _iri(f"{root}sparql#graphs")
    forms = [_iri(_FORMATS + _FORMAT_NAMES[form.name]) for form in (*ROW_FORMS, *TRIPLE_FORMS)]
    yield from _about(
        endpoint,
        (f"{RDF}type", _iri(f"{_SD}Service")),
        (f"{_SD}endpoint", endpoint),
        (f"{_SD}supportedLanguage", _iri(f"{_SD}SPARQL11Query")),
        *((f"{_SD}resultFormat", form) for form in forms),
        (f"{_SD}feature", _iri(f"{_SD}UnionDefaultGraph")),
        (f"{_SD}defaultDataset", graphs),
    )
    yield from _about(graphs, (f"{RDF}type", _iri(f"{_SD}Dataset")), (f"{_SD}defaultGraph", union))
    yield from _about(union, (f"{RDF}type", _iri(f"{_SD}Graph")), *_size(graph))
    for number, (name, count) in enumerate(_counted(graph, _GRAPHS), 1):
        member = _iri(f"{root}sparql#graph-{number}")
        content = _iri(f"{root}sparql#graph-{number}-content")
        yield from _about(graphs, (f"{_SD}namedGraph", member))
        yield from _about(
            member,
            (f"{RDF}type", _iri(f"{_SD}NamedGraph")),
            (f"{_SD}name", name),
            (f"{_SD}graph", content),
        )
        yield from _about(content, (f"{RDF}type", _iri(f"{_SD}Graph")), (f"{_VOID}triples", count))


def dataset_description(graph: ProgrammeGraph, root: str) -> Iterator[ox.Quad]:
    """Give the statements that describe the data, in VoID's terms and in DCAT's."""
    this, endpoint = _iri(f"{root}dataset"), _iri(f"{root}sparql")
    _, edition = graph.in_use
    yield from _about(
        this,
        (f"{RDF}type", _iri(f"{DCAT}Dataset")),
        (f"{RDF}type", _iri(f"{_VOID}Dataset")),
        (f"{DCTERMS}title", ox.Literal("The knowledge graph of Clusters4Future", language="en")),
        (f"{DCTERMS}title", ox.Literal("Der Wissensgraph zu Clusters4Future", language="de")),
        (
            f"{DCTERMS}description",
            ox.Literal(
                "The programme's rounds, clusters, actors, money and milestones, "
                "each statement with the document that makes it.",
                language="en",
            ),
        ),
        (f"{DCTERMS}license", _iri(_CC0)),
        (f"{DCTERMS}identifier", ox.Literal(edition.fingerprint)),
        (f"{FOAF}page", _iri(root)),
        (f"{_VOID}sparqlEndpoint", endpoint),
        (f"{_VOID}uriSpace", ox.Literal("https://w3id.org/c4f/")),
        (f"{_VOID}vocabulary", _iri(C4F)),
        (f"{_VOID}exampleResource", _iri("https://w3id.org/c4f/id/programme/clusters4future")),
        *_size(graph),
    )
    for form in TRIPLE_FORMS:
        part = _iri(f"{root}graphs?default&format={form.name}")
        yield from _about(this, (f"{DCAT}distribution", part), (f"{_VOID}dataDump", part))
        yield from _about(
            part,
            (f"{RDF}type", _iri(f"{DCAT}Distribution")),
            (f"{DCAT}accessURL", part),
            (f"{DCAT}downloadURL", part),
            (f"{DCAT}mediaType", _iri(_IANA + form.media_type)),
            (f"{DCTERMS}license", _iri(_CC0)),
        )
    service = _iri(f"{root}sparql#service")
    yield from _about(
        service,
        (f"{RDF}type", _iri(f"{DCAT}DataService")),
        (f"{DCTERMS}title", ox.Literal("SPARQL endpoint", language="en")),
        (f"{DCAT}endpointURL", endpoint),
        (f"{DCAT}servesDataset", this),
        (f"{DCTERMS}conformsTo", _iri("https://www.w3.org/TR/sparql11-protocol/")),
    )
    for kind, term, count_name, query in (
        ("class", "class", "entities", _CLASSES),
        ("property", "property", "triples", _PROPERTIES),
    ):
        for number, (name, count) in enumerate(_counted(graph, query), 1):
            part = _iri(f"{root}dataset#{kind}-{number}")
            yield from _about(this, (f"{_VOID}{kind}Partition", part))
            yield from _about(part, (_VOID + term, name), (_VOID + count_name, count))


def _size(graph: ProgrammeGraph) -> Iterator[_Pair]:
    for triples, subjects in _rows(graph, _UNION):
        yield f"{_VOID}triples", _count(triples)
        yield f"{_VOID}distinctSubjects", _count(subjects)


def _counted(graph: ProgrammeGraph, query: str) -> list[tuple[ox.NamedNode, ox.Literal]]:
    return sorted(
        (
            (name, _count(count))
            for name, count in _rows(graph, query)
            if isinstance(name, ox.NamedNode)
        ),
        key=lambda pair: pair[0].value,
    )


def _rows(graph: ProgrammeGraph, query: str) -> list[tuple[Term | None, ...]]:
    answer = run_query(graph.store, query)
    if not isinstance(answer, Rows):
        raise AssertionError("a SELECT query gives rows")
    return answer.rows


def _count(term: Term | None) -> ox.Literal:
    if not isinstance(term, ox.Literal):
        raise AssertionError("a count is a literal")
    return term


def _about(subject: ox.NamedNode, *pairs: _Pair) -> Iterator[ox.Quad]:
    for about, value in pairs:
        yield ox.Quad(subject, ox.NamedNode(about), value)


def _iri(text: str) -> ox.NamedNode:
    return ox.NamedNode(text)
