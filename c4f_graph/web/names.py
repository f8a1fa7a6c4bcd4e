"""What things are called on the pages, in either language, and which page each of them has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from c4f_graph.engine import Rows, run_query
from c4f_graph.export.names import compact
from c4f_graph.namespaces import C4F, DCTERMS, GRAPH, ID, RDFS, SKOS, VOCAB

if TYPE_CHECKING:
    from collections.abc import Iterator

    from c4f_graph.engine import QuadStore, Term

KINDS = (
    *("programme", "round", "stage", "step", "cluster", "candidacy", "phase", "cluster-strategy"),
    *("observation", "actor", "participation", "project", "award", "milestone", "event", "place"),
    *("publisher", "ministry", "agency", "unit", "strategy", "match-decision", "catalogue-body"),
    *("municipality", "plan-classification"),
)
"""The kinds of thing that have pages: the first part of an identifier."""
_NAMES = f"""
PREFIX c4f: <{C4F}>
PREFIX dcterms: <{DCTERMS}>
PREFIX rdfs: <{RDFS}>
PREFIX skos: <{SKOS}>
SELECT DISTINCT ?entity ?property ?name WHERE {{
  VALUES ?property {{ c4f:shortName rdfs:label skos:prefLabel dcterms:title }}
  ?entity ?property ?name
}}
"""
_TYPES = "SELECT DISTINCT ?entity ?kind WHERE { ?entity a ?kind }"
# A thing without a name is called after what it belongs to, and what tells it from the others.
_WHOLES = ("ofCluster", "ofCandidacy", "ofProgramme", "ofRound", "forPhase", "forProject")
_PARTS = ("participant", "phaseKind", "phaseNumber", "stage", "indicator", "recipient", "date")
_UNNAMED = f"""
SELECT DISTINCT ?entity ?property ?value WHERE {{
  VALUES ?property {{ {" ".join(f"<{C4F}{name}>" for name in (*_WHOLES, *_PARTS))} }}
  ?entity a ?kind ; ?property ?value
  FILTER NOT EXISTS {{ ?entity <{RDFS}label> ?label }}
}}
"""
_SPACES = {GRAPH: "/source/", VOCAB: "/concept/", C4F: "/schema/"}
_GENERAL = {f"{SKOS}Concept", "http://www.w3.org/ns/org#ChangeEvent"}
_SHORT = f"{C4F}shortName"
_SOURCE = f"{C4F}Source"


class Names:
    """The names, classes and pages of everything in one edition. Reading it all takes 0.1 s."""

    def __init__(self, store: QuadStore) -> None:
        self._names: dict[str, dict[str, str]] = {}
        self._short: dict[str, str] = {}
        self._kinds: dict[str, str] = {}
        self._parts: dict[str, dict[str, set[Term]]] = {}
        self._translations: dict[str, str] = {}
        for entity, kind in _rows(store, _TYPES):
            if kind.value not in _GENERAL:
                known = self._kinds.get(entity.value)
                if known is None or kind.value < known or kind.value == _SOURCE:
                    self._kinds[entity.value] = kind.value
        for entity, about, name in sorted(_rows(store, _NAMES), key=str):
            if about.value == _SHORT:
                self._short.setdefault(entity.value, name.value)
            elif isinstance(name, ox.Literal):
                self._names.setdefault(entity.value, {}).setdefault(name.language or "", name.value)
        for entity, about, value in _rows(store, _UNNAMED):
            properties = self._parts.setdefault(entity.value, {})
            properties.setdefault(about.value.removeprefix(C4F), set()).add(value)
        for iri, names in self._names.items():
            if iri.startswith(VOCAB) and {"en", "de"} <= names.keys():
                self._translations[names["en"]] = names["de"]

    def __contains__(self, iri: str) -> bool:
        return iri in self._kinds

    def __iter__(self) -> Iterator[str]:
        return iter(self._kinds)

    def kind(self, iri: str) -> str | None:
        """Give the IRI of an entity's class."""
        return self._kinds.get(iri)

    def of_kind(self, kind: str) -> list[str]:
        """List the entities of a class, in the order of their IRIs."""
        return sorted(iri for iri, known in self._kinds.items() if known == kind)

    def full(self, iri: str, code: str) -> str:
        """Give the full name in a language, else in the other one, else what there is."""
        names = self._names.get(iri, {})
        for language in (code, "en", "de", ""):
            if language in names:
                return names[language]
        if names:
            return min(names.values())
        return self._short.get(iri) or self._composed(iri, code) or compact(iri)

    def short(self, iri: str, code: str) -> str:
        """Give the short name where there is one, else the full one."""
        return self._short.get(iri) or self.full(iri, code)

    def has_name(self, iri: str) -> bool:
        """Tell whether a thing has a name of its own."""
        return iri in self._names or iri in self._short

    def all_of(self, iri: str) -> list[str]:
        """List all names of a thing."""
        short = [self._short[iri]] if iri in self._short else []
        return [*short, *self._names.get(iri, {}).values()]

    def translated(self, text: str, code: str) -> str:
        """Give the name of a vocabulary's concept, as questions have it, in a language."""
        return self._translations.get(text, text) if code == "de" else text

    def page(self, iri: str) -> str | None:
        """Give the path of the page about something; None where it has none."""
        return page_path(iri) if iri in self._kinds else None

    def _composed(self, iri: str, code: str) -> str:
        properties = self._parts.get(iri, {})
        wholes = [self._piece(properties[name], code) for name in _WHOLES if name in properties]
        parts = [self._piece(properties[name], code) for name in _PARTS if name in properties]
        return ": ".join(piece for piece in (" ".join(wholes[:1]), " ".join(parts)) if piece)

    def _piece(self, values: set[Term], code: str) -> str:
        value = min(values, key=str)
        if isinstance(value, ox.NamedNode):
            return self.short(value.value, code)
        return value.value if isinstance(value, ox.Literal) else str(value)


def page_path(iri: str) -> str | None:
    """Give the path of the page of an IRI of ours, such as `/cluster/saxocell`, if it has one."""
    for base, prefix in _SPACES.items():
        if iri.startswith(base):
            return prefix + iri.removeprefix(base)
    if iri == C4F.removesuffix("#"):
        return "/schema"
    if iri.startswith(ID) and iri.removeprefix(ID).partition("/")[0] in KINDS:
        return "/" + iri.removeprefix(ID)
    return None


def iri_of(kind: str, slug: str) -> str:
    """Give the IRI that a page is about; the opposite of `page_path`."""
    return {"source": GRAPH, "concept": VOCAB}.get(kind, f"{ID}{kind}/") + slug


def _rows(store: QuadStore, query: str) -> list[tuple[Any, ...]]:
    """Give the rows of a query about what has an IRI; a blank node is nobody's page."""
    answer = run_query(store, query)
    if not isinstance(answer, Rows):
        raise AssertionError("a SELECT query did not give rows")
    return [row for row in answer.rows if isinstance(row[0], ox.NamedNode)]
