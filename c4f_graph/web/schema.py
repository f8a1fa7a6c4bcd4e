"""The ontology as its pages show it: classes, properties and vocabularies, and what uses them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import pyoxigraph as ox

from c4f_graph.namespaces import C4F, DCTERMS, OWL, RDF, RDFS, SKOS, VOCAB
from c4f_graph.web.edition import rows
from c4f_graph.web.rules import Rule, rules_by_term
from c4f_graph.web.view import Cell

if TYPE_CHECKING:
    from collections.abc import Mapping

    from c4f_graph.engine import Term
    from c4f_graph.graph import ProgrammeGraph
    from c4f_graph.web.view import View

ONTOLOGY = C4F.removesuffix("#")
"""The IRI of the ontology."""
SCHEME = f"{SKOS}ConceptScheme"
_KINDS = {
    f"{OWL}Class": "class",
    f"{RDFS}Datatype": "datatype",
    f"{OWL}ObjectProperty": "property",
    f"{OWL}DatatypeProperty": "property",
    f"{OWL}AnnotationProperty": "property",
}
_TERMS = f"""
SELECT DISTINCT ?term ?kind ?property ?value WHERE {{
  VALUES ?kind {{ {" ".join(f"<{kind}>" for kind in _KINDS)} }}
  ?term a ?kind ; ?property ?value
  FILTER(STRSTARTS(STR(?term), "{C4F}"))
}}
"""
# A domain or range is a class, or the union of several.
_ENDS = f"""
SELECT DISTINCT ?term ?end ?class WHERE {{
  VALUES ?end {{ <{RDFS}domain> <{RDFS}range> }}
  ?term ?end ?of .
  ?of (<{OWL}unionOf>/<{RDF}rest>*/<{RDF}first>)? ?class
  FILTER(isIRI(?class))
}}
"""
_MEMBERS = "SELECT ?class (COUNT(DISTINCT ?thing) AS ?n) WHERE { ?thing a ?class } GROUP BY ?class"
_USES = "SELECT ?property (COUNT(*) AS ?n) WHERE { ?thing ?property ?value } GROUP BY ?property"
_SCHEMES = f"""
SELECT ?scheme (COUNT(DISTINCT ?concept) AS ?n) WHERE {{
  ?scheme a <{SCHEME}> . OPTIONAL {{ ?concept <{SKOS}inScheme> ?scheme }}
}} GROUP BY ?scheme ORDER BY ?scheme
"""
_DEFINITIONS = f"""
SELECT ?term ?text WHERE {{
  VALUES ?about {{ <{SKOS}definition> <{DCTERMS}description> }}
  ?term ?about ?text
  FILTER(STRSTARTS(STR(?term), "{ONTOLOGY}") || STRSTARTS(STR(?term), "{VOCAB}"))
}} ORDER BY ?term ?text
"""
_INSTANCES = "SELECT DISTINCT ?thing WHERE {{ ?thing a {of} FILTER(isIRI(?thing)) }}"
_CONCEPTS = """
SELECT ?concept ?broader (COUNT(DISTINCT ?thing) AS ?n) WHERE {{
  ?concept <{skos}inScheme> {scheme}
  OPTIONAL {{ ?concept <{skos}broader> ?broader }}
  OPTIONAL {{ ?thing ?property ?concept FILTER(!STRSTARTS(STR(?property), "{skos}")) }}
}} GROUP BY ?concept ?broader
"""
_LISTED = 500
# What a term's page shows in places of its own, or not at all.
_SHOWN_APART = {
    *(f"{RDF}type", f"{RDFS}label", f"{RDFS}isDefinedBy", f"{RDFS}domain", f"{RDFS}range"),
    *(f"{SKOS}definition", f"{SKOS}altLabel", f"{SKOS}example", f"{RDFS}comment"),
    *(f"{C4F}expects", f"{OWL}equivalentClass"),
}


@dataclass(frozen=True, slots=True)
class OntologyTerm:
    """A class, property or datatype: what is said of it, and how often it is used.

    Attributes:
        iri: its IRI.
        kind: `class`, `property` or `datatype`.
        values: the values of each property of it, by the property's IRI.
        domain: the classes whose members have it, of a property.
        range: what its values are, of a property.
        count: members of a class; statements with a property.
    """

    iri: str
    kind: str
    values: Mapping[str, list[Term]]
    domain: list[str]
    range: list[str]
    count: int

    @property
    def name(self) -> str:
        """The last part of its IRI."""
        return self.iri.removeprefix(C4F)

    @property
    def is_functional(self) -> bool:
        """Whether a thing has one true value of it at most."""
        return ox.NamedNode(f"{OWL}FunctionalProperty") in self.values.get(f"{RDF}type", ())

    def texts(self, about: str, code: str) -> list[str]:
        """Give the texts of a property in a language, else those in none."""
        literals = [term for term in self.values.get(about, ()) if isinstance(term, ox.Literal)]
        found = [term.value for term in literals if term.language == code]
        return sorted(found or [term.value for term in literals if term.language is None])


@dataclass(frozen=True, slots=True)
class Ontology:
    """All terms by their names, the rules about each, and how many concepts each scheme has."""

    terms: dict[str, OntologyTerm]
    rules: dict[str, list[Rule]]
    schemes: dict[str, int]
    definitions: dict[str, dict[str, str]]

    def definition(self, iri: str, code: str) -> Cell:
        """Give what a term, vocabulary or concept is, in a language, else in the other one."""
        texts = self.definitions.get(iri, {})
        language = next((one for one in (code, "en", *sorted(texts)) if one in texts), "")
        return Cell(texts.get(language, ""), language=language or None)

    def of_kind(self, kind: str) -> list[OntologyTerm]:
        """List the terms of a kind by their names."""
        return sorted(
            (term for term in self.terms.values() if term.kind == kind), key=lambda one: one.name
        )

    def with_end(self, iri: str, end: str) -> list[OntologyTerm]:
        """List the properties that have a class as `domain` or `range`."""
        return [term for term in self.of_kind("property") if iri in getattr(term, end)]


@dataclass(frozen=True, slots=True)
class Concept:
    """A concept of a vocabulary, how deep it stands, and how many things refer to it."""

    iri: str
    depth: int
    uses: int


_known: WeakKeyDictionary[ProgrammeGraph, Ontology] = WeakKeyDictionary()


def ontology_of(graph: ProgrammeGraph) -> Ontology:
    """Read the ontology of a graph with its rules; the first time for a graph takes 0.1 s.

    Raises:
        QueryError: no answer in time.
        InputError, ShapesError: a shape that cannot be read.
    """
    known = _known.get(graph)
    if known is None:
        known = _known[graph] = _read(graph)
    return known


def instances_of(graph: ProgrammeGraph, view: View, iri: str) -> list[Cell]:
    """List links to the members of a class, by name; no more than 500."""
    found = rows(graph, _INSTANCES.format(of=ox.NamedNode(iri)))
    links = [view.link(_iri(thing)) for (thing,) in found]
    return sorted(links, key=lambda link: (link.text.casefold(), link.page or ""))[:_LISTED]


def concepts_of(graph: ProgrammeGraph, view: View, scheme: str) -> list[Concept]:
    """List the concepts of a vocabulary, narrower ones below the broader, by name."""
    uses: dict[str, int] = {}
    below: dict[str, set[str]] = defaultdict(set)
    for concept, broader, count in rows(
        graph, _CONCEPTS.format(scheme=ox.NamedNode(scheme), skos=SKOS)
    ):
        uses[_iri(concept)] = _number(count)
        below[_iri(broader)].add(_iri(concept))
    listed: dict[str, Concept] = {}

    def list_below(iri: str, depth: int) -> None:
        for name in sorted(below[iri], key=lambda one: (view.name(one).casefold(), one)):
            if name not in listed:
                listed[name] = Concept(name, depth, uses[name])
                list_below(name, depth + 1)

    list_below("", 0)
    # What stands below a concept of another vocabulary, or in a circle.
    for parent in sorted(below):
        list_below(parent, 0)
    return list(listed.values())


def more_about(term: OntologyTerm, view: View) -> list[tuple[str, list[Cell]]]:
    """Give what else is said of a term: super-classes, alignments and the like, by name."""
    listed = [
        (view.property_name(about), [view.cell(value) for value in sorted(values, key=str)])
        for about, values in term.values.items()
        if about not in _SHOWN_APART
    ]
    return sorted(listed, key=lambda item: item[0].casefold())


def _read(graph: ProgrammeGraph) -> Ontology:
    members = {_iri(name): _number(count) for name, count in rows(graph, _MEMBERS)}
    uses = {_iri(name): _number(count) for name, count in rows(graph, _USES)}
    ends: dict[tuple[str, str], list[str]] = defaultdict(list)
    for term, end, of in rows(graph, _ENDS):
        ends[_iri(term), _iri(end)].append(_iri(of))
    kinds: dict[str, str] = {}
    values: dict[str, dict[str, set[Term]]] = defaultdict(lambda: defaultdict(set))
    for term, kind, about, value in rows(graph, _TERMS):
        kinds[_iri(term)] = _KINDS[_iri(kind)]
        if isinstance(value, ox.NamedNode | ox.Literal):
            values[_iri(term)][_iri(about)].add(value)
    terms = [
        OntologyTerm(
            iri,
            kind,
            {about: sorted(said, key=str) for about, said in values[iri].items()},
            sorted(ends[iri, f"{RDFS}domain"]),
            sorted(ends[iri, f"{RDFS}range"]),
            (members if kind == "class" else uses).get(iri, 0),
        )
        for iri, kind in sorted(kinds.items())
    ]
    schemes = {_iri(scheme): _number(count) for scheme, count in rows(graph, _SCHEMES)}
    definitions: dict[str, dict[str, str]] = defaultdict(dict)
    for term, text in rows(graph, _DEFINITIONS):
        if isinstance(text, ox.Literal):
            definitions[_iri(term)].setdefault(text.language or "", text.value)
    return Ontology(
        {term.name: term for term in terms},
        rules_by_term(graph.paths),
        schemes,
        dict(definitions),
    )


def _iri(term: Term | None) -> str:
    return term.value if isinstance(term, ox.NamedNode) else ""


def _number(term: Term | None) -> int:
    return int(term.value) if isinstance(term, ox.Literal) else 0
