"""Find what a person means by a name: short name, slug or IRI, with case and umlauts forgiven."""

from __future__ import annotations

import difflib
import re
import unicodedata
from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.engine import Rows, run_query
from c4f_graph.errors import ParameterError
from c4f_graph.namespaces import C4F, GRAPH, ID, RDF, RDFS, SKOS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from c4f_graph.engine import QuadStore

_NAMES = f"""
PREFIX c4f: <{C4F}>
PREFIX rdfs: <{RDFS}>
PREFIX skos: <{SKOS}>
SELECT DISTINCT ?entity ?name WHERE {{
  ?entity a ?kind .
  {{ ?entity c4f:shortName ?name }}
  UNION {{ ?entity rdfs:label ?name }}
  UNION {{ ?entity skos:prefLabel ?name }}
  UNION {{ ?entity skos:altLabel ?name }}
  UNION {{ ?entity c4f:fundingReference ?name }}
}}
"""
_SLUGS = "SELECT DISTINCT ?entity WHERE { ?entity a ?kind }"
_TYPE = ox.NamedNode(f"{RDF}type")
_CLUSTER = ox.NamedNode(f"{C4F}Cluster")
_LISTS = {
    f"{C4F}Cluster": "`c4f ask clusters` lists the clusters.",
    f"{C4F}Milestone": "`c4f ask milestones` lists the milestones.",
}
_LISTS_OTHERS = "`c4f questions` names the questions; their answers list what there is."
_CLOSE_ENOUGH = 0.55
_SUGGESTIONS = 3
_TWO_LETTERS = re.compile("ae|oe|ue")


def fold(name: str) -> str:
    """Reduce a name to what must agree: no case, no accents, ü like ue like u, no punctuation."""
    plain = unicodedata.normalize("NFKD", name.casefold().replace("ß", "ss"))
    letters = "".join(char for char in plain if char.isalnum() and not unicodedata.combining(char))
    return _TWO_LETTERS.sub(lambda match: match.group()[0], letters)


def find_entity(store: QuadStore, name: str, kind: str | None = None) -> ox.NamedNode:
    """Find the one entity that a person means.

    Args:
        store: where to look.
        name: an IRI, `cluster/saxocell`, a slug, a short name, a label or a funding reference.
        kind: the IRI of the class that it must be an instance of; any where it is None.

    Raises:
        ParameterError: nothing is called that (with the nearest names), or several things are.
    """
    kinds = {"kind": ox.NamedNode(kind)} if kind else {}
    entities = [row[0] for row in _rows(store, _SLUGS, kinds)]
    known = {entity for entity in entities if isinstance(entity, ox.NamedNode)}
    for iri in (name.strip("<>"), ID + name, GRAPH + name):
        try:
            node = ox.NamedNode(iri)
        except ValueError:
            continue
        if node in known:
            return node
    wanted = fold(name)
    display: dict[str, str] = {}
    meant: dict[str, set[ox.NamedNode]] = {}
    for entity, text in _named(store, known, kinds):
        key = fold(text)
        display.setdefault(key, text)
        meant.setdefault(key, set()).add(entity)
    found = meant.get(wanted, set())
    if len(found) > 1:
        # A cluster's candidacy, strategy and website go by its name: the cluster is what is meant.
        clusters = {
            node for node in found if any(store.quads_for_pattern(node, _TYPE, _CLUSTER, None))
        }
        found = clusters or found
    if len(found) == 1:
        return next(iter(found))
    what = kind.removeprefix(C4F) if kind else "entity"
    if found:
        choices = ", ".join(sorted(entity.value.removeprefix(ID) for entity in found))
        raise ParameterError(
            f'several things are called "{name}": {choices}.', hint="Name one of these."
        )
    near = difflib.get_close_matches(wanted, display, n=_SUGGESTIONS, cutoff=_CLOSE_ENOUGH)
    if not near:
        near = sorted(key for key in display if wanted and wanted in key)[:_SUGGESTIONS]
    names = ", ".join(display[key] for key in near)
    hint = f"Did you mean {names}?" if near else _LISTS.get(kind or "", _LISTS_OTHERS)
    raise ParameterError(f'no {what} is called "{name}".', hint=hint)


def _named(
    store: QuadStore, known: set[ox.NamedNode], kinds: dict[str, ox.NamedNode]
) -> Iterable[tuple[ox.NamedNode, str]]:
    """Yield slugs before names, so that a slug is what a suggestion shows last."""
    for entity, name in _rows(store, _NAMES, kinds):
        if isinstance(entity, ox.NamedNode) and isinstance(name, ox.Literal):
            yield entity, name.value
    for entity in sorted(known, key=str):
        yield entity, entity.value.rpartition("/")[2].rpartition("#")[2]


def _rows(
    store: QuadStore, query: str, bindings: dict[str, ox.NamedNode]
) -> list[tuple[ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None, ...]]:
    answer = run_query(store, query, bindings=bindings)
    if not isinstance(answer, Rows):
        raise AssertionError("a SELECT query did not give rows")
    return answer.rows
