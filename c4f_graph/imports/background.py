"""What the registry knows of what a catalogue names: ministries, agencies, clusters, Länder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.corpus import BASE, corpus_files
from c4f_graph.engine import Rows, run_query
from c4f_graph.rdf_files import read_statements

if TYPE_CHECKING:
    from c4f_graph.paths import CorpusPaths

_PREFIXES = """
PREFIX c4f: <https://w3id.org/c4f/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
_BODIES = "SELECT DISTINCT ?body ?name WHERE { ?body a <%s> ; c4f:shortName ?name }"
_CLUSTERS = "SELECT DISTINCT ?cluster ?prefix WHERE { ?cluster c4f:fundingReferencePrefix ?prefix }"
_STATES = """SELECT DISTINCT ?state ?name WHERE {
  ?state a c4f:State ; skos:prefLabel ?name FILTER(LANG(?name) = "de")
}"""


@dataclass(frozen=True, slots=True)
class Background:
    """IRIs by what a catalogue writes.

    Attributes:
        ministries: by short name, in letters and digits alone.
        agencies: likewise.
        clusters: by the beginning of their projects' funding references.
        states: by German name.
    """

    ministries: dict[str, str]
    agencies: dict[str, str]
    clusters: dict[str, str]
    states: dict[str, str]


def read_background(corpus: CorpusPaths) -> Background:
    """Ask the registry and the vocabulary of Länder.

    Raises:
        InputError: a file that cannot be read.
    """
    store = ox.Store()
    paths = [file.path for file in corpus_files(corpus) if file.kind == "registry"]
    for path in [*paths, corpus.ontology / "vocab" / "state.ttl"]:
        store.extend(
            ox.Quad(statement.quad.subject, statement.quad.predicate, statement.quad.object)
            for statement in read_statements(path, base=BASE)
        )
    return Background(
        ministries=_by_code(store, "Ministry"),
        agencies=_by_code(store, "ProjectManagementAgency"),
        clusters=_names(store, _CLUSTERS),
        states=_names(store, _STATES),
    )


def code(text: str) -> str:
    """Give a short name without the signs and the case in which catalogues differ: PT-J is ptj."""
    return "".join(character for character in text.casefold() if character.isalnum())


def _by_code(store: ox.Store, class_name: str) -> dict[str, str]:
    found = _names(store, _BODIES % f"https://w3id.org/c4f/ontology#{class_name}")
    return {code(name): iri for name, iri in found.items()}


def _names(store: ox.Store, query: str) -> dict[str, str]:
    answer = run_query(store, _PREFIXES + query)
    assert isinstance(answer, Rows)  # noqa: S101 (a SELECT query has no other answer)
    return {
        name.value: entity.value
        for entity, name in answer.rows
        if isinstance(entity, ox.NamedNode) and isinstance(name, ox.Literal)
    }
