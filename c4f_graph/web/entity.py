"""The page about one thing: what is said of it, by whom, and what else mentions it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.namespaces import DCTERMS, RDF, RDFS, SKOS
from c4f_graph.web.edition import rows

if TYPE_CHECKING:
    from c4f_graph.engine import Term
    from c4f_graph.graph import ProgrammeGraph
    from c4f_graph.web.edition import SourceNote
    from c4f_graph.web.view import Cell, View

_ABOUT = "SELECT ?property ?value ?source WHERE {{ GRAPH ?source {{ {entity} ?property ?value }} }}"
_MENTIONS = """
SELECT DISTINCT ?subject ?property ?about ?value WHERE {{
  {{ SELECT DISTINCT ?subject ?property WHERE {{ ?subject ?property {entity} }} }}
  ?subject ?about ?value
}}
"""
_MENTIONED_BY = (
    "SELECT ?subject ?property ?source WHERE {{ GRAPH ?source {{ ?subject ?property {entity} }} }}"
)
_IN_SOURCE = """
SELECT ?subject ?property ?value WHERE {{
  GRAPH {entity} {{ ?subject ?property ?value }}
  FILTER(?subject != {entity})
}}
"""
_TYPE = f"{RDF}type"
_NAMING = (f"{RDFS}label", f"{SKOS}prefLabel", f"{DCTERMS}title")
_TEXTS = {*_NAMING, f"{DCTERMS}description", f"{SKOS}definition", f"{SKOS}altLabel"}
_COLUMNS = 5


@dataclass(frozen=True, slots=True)
class Claim:
    """A value, and the sources that give it, the most trusted first."""

    value: Cell
    sources: list[SourceNote]


@dataclass(frozen=True, slots=True)
class Property:
    """A property of a thing, with all values that are claimed."""

    iri: str
    name: str
    claims: list[Claim]
    is_disputed: bool


@dataclass(frozen=True, slots=True)
class Mention:
    """What mentions a thing by one property: a table with a row for each subject."""

    kind: str
    property: str
    columns: list[str]
    rows: list[tuple[Cell, list[list[Cell]], list[SourceNote]]]


@dataclass(frozen=True, slots=True)
class Subject:
    """What one source says of one thing."""

    link: Cell
    properties: list[tuple[str, list[Cell], bool]]


def properties_of(graph: ProgrammeGraph, view: View, iri: str) -> list[Property]:
    """Give all that is said of a thing, each value with its sources; its classes are left out.

    Raises:
        QueryError: no answer in time.
    """
    claimed: dict[str, dict[Term, set[str]]] = defaultdict(lambda: defaultdict(set))
    for about, value, source in rows(graph, _ABOUT.format(entity=ox.NamedNode(iri))):
        if about is not None and value is not None and source is not None:
            claimed[_iri(about)][value].add(_iri(source))
    claimed.pop(_TYPE, None)
    found = []
    for name, values in claimed.items():
        claims = [
            Claim(view.cell(value, name), view.notes(sources)) for value, sources in values.items()
        ]
        claims.sort(key=lambda claim: _trust(view, claim))
        disputed = view.edition.is_disputed(ox.NamedNode(iri), ox.NamedNode(name))
        found.append(Property(name, view.property_name(name), claims, disputed))
    found.sort(key=lambda item: (item.iri not in _NAMING, item.iri in _TEXTS, item.name.casefold()))
    return found


def mentions_of(graph: ProgrammeGraph, view: View, iri: str) -> list[Mention]:
    """Give what mentions a thing, by class and property, with what else is said of it.

    Raises:
        QueryError: no answer in time.
    """
    entity = ox.NamedNode(iri)
    sources: dict[tuple[str, str], set[str]] = defaultdict(set)
    for subject, about, source in rows(graph, _MENTIONED_BY.format(entity=entity)):
        if isinstance(subject, ox.NamedNode) and about is not None and source is not None:
            sources[subject.value, _iri(about)].add(_iri(source))
    groups: dict[tuple[str, str], dict[str, dict[str, set[Term]]]] = {}
    for subject, link, about, value in rows(graph, _MENTIONS.format(entity=entity)):
        if not isinstance(subject, ox.NamedNode) or link is None:
            continue
        if about is None or value is None:
            continue
        kind = view.edition.names.kind(subject.value)
        if kind is None or (subject.value, _iri(link)) not in sources or _iri(link) == _TYPE:
            continue
        told = groups.setdefault((kind, _iri(link)), {}).setdefault(subject.value, {})
        told.setdefault(_iri(about), set()).add(value)
    mentions = [
        _mention(view, kind, link, subjects, sources)
        for (kind, link), subjects in sorted(groups.items())
    ]
    return sorted(mentions, key=lambda mention: (mention.kind, mention.property))


def said_in(graph: ProgrammeGraph, view: View, iri: str) -> list[Subject]:
    """Give all that a source says, by what it is about; what the source itself is, is left out.

    Raises:
        QueryError: no answer in time.
    """
    told: dict[str, dict[str, list[Term]]] = {}
    for subject, about, value in rows(graph, _IN_SOURCE.format(entity=ox.NamedNode(iri))):
        if isinstance(subject, ox.NamedNode) and about is not None and value is not None:
            told.setdefault(subject.value, {}).setdefault(_iri(about), []).append(value)
    subjects = []
    for name, properties in told.items():
        listed = [
            (
                view.property_name(stated),
                [view.cell(value, stated) for value in sorted(values, key=str)],
                view.edition.is_disputed(ox.NamedNode(name), ox.NamedNode(stated)),
            )
            for stated, values in properties.items()
            if stated != _TYPE
        ]
        if listed:
            subjects.append(Subject(view.link(name), sorted(listed, key=lambda item: item[0])))
    return sorted(subjects, key=lambda subject: subject.link.text.casefold())


def _mention(
    view: View,
    kind: str,
    link: str,
    subjects: dict[str, dict[str, set[Term]]],
    sources: dict[tuple[str, str], set[str]],
) -> Mention:
    counts: dict[str, int] = defaultdict(int)
    for properties in subjects.values():
        for about in properties.keys() - {link, _TYPE} - _TEXTS:
            counts[about] += 1
    # The columns that most of the rows have.
    often = sorted(counts, key=lambda about: (-counts[about], about))[:_COLUMNS]
    columns = sorted(often, key=lambda about: view.property_name(about).casefold())
    table = []
    for subject, properties in subjects.items():
        told = [
            [view.cell(value, about) for value in sorted(properties.get(about, ()), key=str)]
            for about in columns
        ]
        table.append((view.link(subject), told, view.notes(sources[subject, link])))
    table.sort(key=lambda row: row[0].text.casefold())
    headings = [view.property_name(name) for name in columns]
    return Mention(view.full_name(kind), view.property_name(link), headings, table)


def _trust(view: View, claim: Claim) -> tuple[int, str]:
    best = claim.sources[0].iri if claim.sources else ""
    return (view.edition.trust.rank(ox.NamedNode(best)) if best else 99, claim.value.text)


def _iri(term: Term) -> str:
    return term.value if isinstance(term, ox.NamedNode) else str(term)
