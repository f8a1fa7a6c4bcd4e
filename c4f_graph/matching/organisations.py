"""The two sides of matching: organisations as a catalogue names them, and the registry's actors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.engine import Rows, run_query
from c4f_graph.errors import ParameterError
from c4f_graph.namespaces import C4F, ID, RDF, RDFS, SKOS
from c4f_graph.rdf_streams import RdfStream

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from c4f_graph.engine import Term

_PREFIXES = f"""
PREFIX c4f: <{C4F}>
PREFIX rdfs: <{RDFS}>
PREFIX skos: <{SKOS}>
"""
_BODIES = f"""{_PREFIXES}
SELECT DISTINCT ?organisation ?name ?place ?identifier WHERE {{
  ?organisation a c4f:CatalogueBody
  OPTIONAL {{ ?organisation rdfs:label ?name }}
  OPTIONAL {{ ?organisation (c4f:municipality/rdfs:label)|c4f:locality ?place }}
  OPTIONAL {{ ?organisation c4f:rorIdentifier|c4f:wikidataItem|c4f:gndIdentifier ?identifier }}
}}
"""
_ACTORS = f"""{_PREFIXES}
SELECT DISTINCT ?organisation ?name ?place ?identifier WHERE {{
  ?organisation a c4f:Actor
  OPTIONAL {{ ?organisation rdfs:label|c4f:shortName|skos:altLabel ?name }}
  OPTIONAL {{ ?organisation c4f:city/rdfs:label ?place }}
  OPTIONAL {{ ?organisation c4f:rorIdentifier|c4f:wikidataItem|c4f:gndIdentifier ?identifier }}
}}
"""
_TYPE = ox.NamedNode(f"{RDF}type")
_BODY = ox.NamedNode(f"{C4F}CatalogueBody")
_LINES = ox.RdfFormat.N_QUADS
_ABOUT_BODIES = (f"{ID}catalogue-body/", f"{ID}municipality/")


@dataclass(frozen=True, slots=True)
class Organisation:
    """A catalogue's body or an actor, with all names, places and identifiers, each in order."""

    iri: str
    names: tuple[str, ...]
    places: tuple[str, ...]
    identifiers: frozenset[str]

    @property
    def slug(self) -> str:
        """The last part of its IRI."""
        return self.iri.rpartition("/")[2]


def read_bodies(store: ox.Store) -> list[Organisation]:
    """Give the organisations that catalogues name, by IRI.

    Raises:
        ParameterError: one of them has no name.
    """
    return list(_organisations(store, _BODIES))


def read_actors(store: ox.Store) -> list[Organisation]:
    """Give the actors, by IRI.

    Raises:
        ParameterError: one of them has no name.
    """
    return list(_organisations(store, _ACTORS))


def catalogue_store(path: Path) -> ox.Store:
    """Read what a file says of bodies and their municipalities; the rest of it is passed over.

    Args:
        path: an RDF file, such as an import of the funding catalogue wrote.

    Raises:
        InputError: the file cannot be read.
        ParameterError: it names no body.
    """
    stream = RdfStream(path)
    lines = _lines_about_bodies(path)
    try:
        store = _kept(stream.quads() if lines is None else ox.parse(lines, format=_LINES))
    except SyntaxError:
        # Among all lines, its place can be told.
        store = _kept(stream.quads())
    if next(store.quads_for_pattern(None, _TYPE, _BODY), None) is None:
        raise ParameterError(
            f"{path} names no c4f:CatalogueBody below {_ABOUT_BODIES[0]}.",
            hint="Give a file that `c4f import` wrote.",
        )
    return store


def _lines_about_bodies(path: Path) -> bytes | None:
    """Give the lines of interest of a file with a statement a line; None for any other file.

    Most of a catalogue is about projects: to parse that too takes twice as long.
    """
    if path.suffix.lower() not in {".nq", ".nt"}:
        return None
    starts = tuple(f"<{start}".encode() for start in _ABOUT_BODIES)
    with path.open("rb") as stream:
        return b"".join(line for line in stream if line.lstrip().startswith(starts))


def _kept(quads: Iterator[ox.Quad]) -> ox.Store:
    store = ox.Store()
    store.bulk_extend(
        ox.Quad(quad.subject, quad.predicate, quad.object)
        for quad in quads
        if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(_ABOUT_BODIES)
    )
    return store


def _organisations(store: ox.Store, query: str) -> Iterator[Organisation]:
    answer = run_query(store, query, timeout=None)
    if not isinstance(answer, Rows):
        raise AssertionError("a SELECT query did not give rows")
    found: dict[str, tuple[set[str], set[str], set[str]]] = {}
    for organisation, *values in answer.rows:
        sets = found.setdefault(_text(organisation), (set(), set(), set()))
        for value, values_so_far in zip(values, sets, strict=True):
            if value is not None:
                values_so_far.add(_text(value))
    for iri, (names, places, identifiers) in sorted(found.items()):
        if not names:
            raise ParameterError(
                f"<{iri}> has no name, so it cannot be matched.", hint="Give it an rdfs:label."
            )
        yield Organisation(iri, tuple(sorted(names)), tuple(sorted(places)), frozenset(identifiers))


def _text(term: Term | None) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else str(term)
