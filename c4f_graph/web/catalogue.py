"""The entry of the data in catalogues of data, by DCAT-AP 3.0 (https://semiceu.github.io/DCAT-AP/).

VoID's counts stand with it (https://www.w3.org/TR/void/). What is from a list of the European Union
(http://publications.europa.eu/resource/authority/) says which list, as the profile wants it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.engine import Rows, run_query
from c4f_graph.namespaces import C4F, DCAT, DCTERMS, FOAF, RDF, SKOS, XSD

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from c4f_graph.engine import Term
    from c4f_graph.graph import ProgrammeGraph

VOID = "http://rdfs.org/ns/void#"
_EU = "http://publications.europa.eu/resource/authority/"
_CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"
_IANA = "https://www.iana.org/assignments/media-types/"
_FILE_TYPES = {
    "ttl": "RDF_TURTLE",
    "jsonld": "JSON_LD",
    "nt": "RDF_N_TRIPLES",
    "rdfxml": "RDF_XML",
    "nq": "RDF_N_QUADS",
}
_TITLE = ("The knowledge graph of Clusters4Future", "Der Wissensgraph zu Clusters4Future")
_ABOUT = (
    "The programme's rounds, clusters, actors, money and milestones, each statement with the "
    "document that makes it.",
    "Runden, Cluster, Akteure, Geld und Meilensteine des Programms, jede Aussage mit dem Dokument, "
    "das sie macht.",
)
_CATALOGUE = ("Data on Clusters4Future", "Daten zu Clusters4Future")
_KEYWORDS = (("research funding", "cluster", "innovation"), ("Forschungsförderung", "Cluster"))
_THEMES = ("TECH", "GOVE")
_NEWEST = f"""
SELECT (MAX(STR(?day)) AS ?newest) WHERE {{
  ?source a <{C4F}Source> ; <{DCTERMS}issued>|<{C4F}consulted> ?day
  FILTER(STRLEN(STR(?day)) = 10)
}}
"""
_PERIOD = f"""
SELECT (MIN(STR(?day)) AS ?first) (MAX(STR(?day)) AS ?last) WHERE {{
  ?thing <{C4F}date>|<{C4F}reachedDate> ?day FILTER(STRLEN(STR(?day)) = 10)
}}
"""
_CLASSES = "SELECT ?class (COUNT(?s) AS ?n) { ?s a ?class } GROUP BY ?class"
_PROPERTIES = "SELECT ?property (COUNT(*) AS ?n) { ?s ?property ?o } GROUP BY ?property"
_UNION = "SELECT (COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?subjects) { ?s ?p ?o }"
Value = ox.NamedNode | ox.BlankNode | ox.Literal
Pair = tuple[str, Value]


@dataclass(frozen=True, slots=True)
class Download:
    """A file or address at which the whole graph can be had.

    Attributes:
        form: the short name of its form, such as `ttl`.
        media_type: the same by IANA's name.
        address: where it is.
        length: how long it is, in bytes; None where that is not known.
    """

    form: str
    media_type: str
    address: str
    length: int | None = None


def catalogue_entry(
    graph: ProgrammeGraph,
    root: str,
    this: str,
    downloads: Sequence[Download],
    endpoint: str | None,
) -> Iterator[ox.Quad]:
    """Give the statements that describe the data.

    Args:
        graph: the graph, in an embedded store.
        root: the address of the pages.
        this: the IRI of the data set.
        downloads: how it can be had whole.
        endpoint: where it can be asked; None where it cannot.
    """
    dataset, catalogue = iri(this), iri(f"{this}#catalogue")
    publisher, service = iri(f"{this}#publisher"), iri(f"{this}#service")
    newest = [
        (f"{DCTERMS}modified", _day(day)) for (day,) in _rows(graph, _NEWEST) if day is not None
    ]
    yield from about(
        catalogue,
        (f"{RDF}type", iri(f"{DCAT}Catalog")),
        *_texts("title", _CATALOGUE),
        *_texts("description", _ABOUT),
        (f"{DCTERMS}publisher", publisher),
        (f"{DCTERMS}license", iri(_CC0)),
        (f"{DCTERMS}spatial", iri(f"{_EU}country/DEU")),
        *_languages(),
        *newest,
        (f"{FOAF}homepage", iri(root)),
        (f"{DCAT}themeTaxonomy", iri(f"{_EU}data-theme")),
        (f"{DCAT}dataset", dataset),
        *([(f"{DCAT}service", service)] if endpoint else []),
    )
    yield from about(publisher, (f"{RDF}type", iri(f"{FOAF}Agent")), _name("The c4f authors"))
    _, edition = graph.in_use
    yield from about(
        dataset,
        (f"{RDF}type", iri(f"{DCAT}Dataset")),
        (f"{RDF}type", iri(f"{VOID}Dataset")),
        *_texts("title", _TITLE),
        *_texts("description", _ABOUT),
        (f"{DCTERMS}publisher", publisher),
        (f"{DCTERMS}license", iri(_CC0)),
        (f"{DCTERMS}accessRights", iri(f"{_EU}access-right/PUBLIC")),
        (f"{DCTERMS}identifier", ox.Literal(edition.fingerprint)),
        (f"{DCTERMS}spatial", iri(f"{_EU}country/DEU")),
        (f"{DCTERMS}conformsTo", iri(C4F.removesuffix("#"))),
        *_languages(),
        *newest,
        *((f"{DCAT}theme", iri(f"{_EU}data-theme/{theme}")) for theme in _THEMES),
        *(
            (f"{DCAT}keyword", ox.Literal(word, language=code))
            for code, words in zip(("en", "de"), _KEYWORDS, strict=True)
            for word in words
        ),
        (f"{DCAT}landingPage", iri(root)),
        (f"{FOAF}page", iri(root)),
        (f"{VOID}uriSpace", ox.Literal("https://w3id.org/c4f/")),
        (f"{VOID}vocabulary", iri(C4F)),
        (f"{VOID}exampleResource", iri("https://w3id.org/c4f/id/programme/clusters4future")),
        *([(f"{VOID}sparqlEndpoint", iri(endpoint))] if endpoint else []),
        *size(graph),
    )
    for first, last in _rows(graph, _PERIOD):
        if first is not None and last is not None:
            period = iri(f"{this}#period")
            yield from about(dataset, (f"{DCTERMS}temporal", period))
            yield from about(
                period,
                (f"{RDF}type", iri(f"{DCTERMS}PeriodOfTime")),
                (f"{DCAT}startDate", _day(first)),
                (f"{DCAT}endDate", _day(last)),
            )
    for download in downloads:
        yield from _distribution(dataset, download)
    if endpoint:
        yield from about(
            service,
            (f"{RDF}type", iri(f"{DCAT}DataService")),
            *_texts("title", ("SPARQL endpoint", "SPARQL-Endpunkt")),
            (f"{DCTERMS}publisher", publisher),
            (f"{DCTERMS}license", iri(_CC0)),
            (f"{DCTERMS}accessRights", iri(f"{_EU}access-right/PUBLIC")),
            (f"{DCAT}endpointURL", iri(endpoint)),
            (f"{DCAT}endpointDescription", iri(endpoint)),
            (f"{DCAT}servesDataset", dataset),
            (f"{DCTERMS}conformsTo", iri("https://www.w3.org/TR/sparql11-protocol/")),
        )
        yield from _typed("https://www.w3.org/TR/sparql11-protocol/", f"{DCTERMS}Standard")
    yield from _counts(graph, dataset, this)
    yield from _listed(root)


def size(graph: ProgrammeGraph) -> Iterator[Pair]:
    """Count the statements of the graph, and what they are about."""
    for triples, subjects in _rows(graph, _UNION):
        yield f"{VOID}triples", _literal(triples)
        yield f"{VOID}distinctSubjects", _literal(subjects)


def counted(graph: ProgrammeGraph, query: str) -> list[tuple[ox.NamedNode, ox.Literal]]:
    """Give the names that a query counts, in order, with their counts."""
    return sorted(
        (
            (name, _literal(count))
            for name, count in _rows(graph, query)
            if isinstance(name, ox.NamedNode)
        ),
        key=lambda pair: pair[0].value,
    )


def about(subject: ox.NamedNode, *pairs: Pair) -> Iterator[ox.Quad]:
    """Give statements about a thing."""
    for stated, value in pairs:
        yield ox.Quad(subject, ox.NamedNode(stated), value)


def iri(text: str) -> ox.NamedNode:
    """Give the term of an IRI."""
    return ox.NamedNode(text)


def _distribution(dataset: ox.NamedNode, download: Download) -> Iterator[ox.Quad]:
    part, media = iri(download.address), iri(_IANA + download.media_type)
    yield from about(dataset, (f"{DCAT}distribution", part), (f"{VOID}dataDump", part))
    length = download.length
    number = ox.Literal(str(length), datatype=iri(f"{XSD}nonNegativeInteger"))
    yield from about(
        part,
        (f"{RDF}type", iri(f"{DCAT}Distribution")),
        (f"{DCTERMS}title", ox.Literal(download.form)),
        (f"{DCAT}accessURL", part),
        (f"{DCAT}downloadURL", part),
        (f"{DCAT}mediaType", media),
        (f"{DCTERMS}format", iri(f"{_EU}file-type/{_FILE_TYPES[download.form]}")),
        (f"{DCTERMS}license", iri(_CC0)),
        *([(f"{DCAT}byteSize", number)] if length is not None else []),
    )
    yield from _typed(media.value, f"{DCTERMS}MediaType")
    file_type = f"{_EU}file-type/{_FILE_TYPES[download.form]}"
    yield from _typed(file_type, f"{DCTERMS}MediaTypeOrExtent", f"{_EU}file-type")


def _counts(graph: ProgrammeGraph, dataset: ox.NamedNode, this: str) -> Iterator[ox.Quad]:
    for kind, count_name, query in (
        ("class", "entities", _CLASSES),
        ("property", "triples", _PROPERTIES),
    ):
        for number, (name, count) in enumerate(counted(graph, query), 1):
            part = iri(f"{this}#{kind}-{number}")
            yield from about(dataset, (f"{VOID}{kind}Partition", part))
            yield from about(part, (VOID + kind, name), (VOID + count_name, count))


def _listed(root: str) -> Iterator[ox.Quad]:
    """Say what the things of others are that the entry names: validators look nowhere else."""
    yield from _typed(_CC0, f"{DCTERMS}LicenseDocument")
    yield from _typed(root, f"{FOAF}Document")
    yield from _typed(C4F.removesuffix("#"), f"{DCTERMS}Standard")
    yield from _typed(
        f"{_EU}access-right/PUBLIC", f"{DCTERMS}RightsStatement", f"{_EU}access-right"
    )
    yield from _typed(f"{_EU}country/DEU", f"{DCTERMS}Location", f"{_EU}country")
    for _, language in _languages():
        yield from _typed(language.value, f"{DCTERMS}LinguisticSystem", f"{_EU}language")
    yield from _typed(f"{_EU}data-theme", f"{SKOS}ConceptScheme")
    yield from about(iri(f"{_EU}data-theme"), *_texts("title", ("Data theme", "Datenthema")))
    for theme, names in zip(
        _THEMES,
        (
            ("Science and technology", "Wissenschaft und Technologie"),
            ("Government and public sector", "Regierung und öffentlicher Sektor"),
        ),
        strict=True,
    ):
        yield from _typed(f"{_EU}data-theme/{theme}", f"{SKOS}Concept", f"{_EU}data-theme")
        for code, name in zip(("en", "de"), names, strict=True):
            label = ox.Literal(name, language=code)
            yield from about(iri(f"{_EU}data-theme/{theme}"), (f"{SKOS}prefLabel", label))


def _typed(name: str, kind: str, scheme: str | None = None) -> Iterator[ox.Quad]:
    yield from about(iri(name), (f"{RDF}type", iri(kind)))
    if scheme is not None:
        yield from about(iri(name), (f"{SKOS}inScheme", iri(scheme)))


def _languages() -> list[tuple[str, ox.NamedNode]]:
    return [(f"{DCTERMS}language", iri(f"{_EU}language/{code}")) for code in ("ENG", "DEU")]


def _texts(name: str, texts: tuple[str, str]) -> list[Pair]:
    return [
        (DCTERMS + name, ox.Literal(text, language=code))
        for code, text in zip(("en", "de"), texts, strict=True)
    ]


def _name(text: str) -> Pair:
    return f"{FOAF}name", ox.Literal(text)


def _day(term: Term) -> ox.Literal:
    return ox.Literal(_literal(term).value, datatype=iri(f"{XSD}date"))


def _literal(term: Term | None) -> ox.Literal:
    if not isinstance(term, ox.Literal):
        raise AssertionError("counts and days are literals")
    return term


def _rows(graph: ProgrammeGraph, query: str) -> list[tuple[Term | None, ...]]:
    answer = run_query(graph.store, query)
    if not isinstance(answer, Rows):
        raise AssertionError("a SELECT query gives rows")
    return answer.rows
