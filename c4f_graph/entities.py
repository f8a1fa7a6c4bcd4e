"""Find what a person means by a name: short name, slug or IRI, with case and umlauts forgiven.

A funding catalogue has names by the hundred thousand. So a name is looked up as it is written, and
compared with the names of what no catalogue fills; only if nothing is called so, with all.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.engine import RowStream, stream_query
from c4f_graph.errors import ParameterError
from c4f_graph.namespaces import C4F, GRAPH, ID, OWL, RDF, RDFS, SKOS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from c4f_graph.engine import QuadStore

NAMING = (f"{C4F}shortName", f"{RDFS}label", f"{SKOS}prefLabel")
"""The properties that name a thing, the one that is shown first."""
_CATALOGUED = {
    f"{C4F}Project": "project/",
    f"{C4F}FundingAward": "award/",
    f"{C4F}CatalogueBody": "catalogue-body/",
    f"{C4F}PlanClassification": "plan-classification/",
    f"{C4F}Municipality": "municipality/",
}
"""The classes that a funding catalogue fills, and how the identifiers of their things begin."""
_CALLING = (*NAMING, f"{SKOS}altLabel", f"{C4F}fundingReference")
_LANGUAGES = ("", "@de", "@en")
_ALL = "?entity a ?kind"
_FEW = f"""
  {{ ?kind a <{OWL}Class> }} UNION {{ VALUES ?kind {{ <{OWL}Class> <{SKOS}ConceptScheme> }} }}
  FILTER(?kind NOT IN ({", ".join(f"<{kind}>" for kind in _CATALOGUED)}))
  ?entity a ?kind
"""
_NAMES = f"""
  ?entity ?calling ?name
  FILTER(?calling IN ({", ".join(f"<{calling}>" for calling in _CALLING)}))
"""
_TYPE = ox.NamedNode(f"{RDF}type")
_MEANT_FIRST = (ox.NamedNode(f"{C4F}Cluster"), ox.NamedNode(f"{C4F}Programme"))
_LISTS = {
    f"{C4F}Cluster": "`c4f ask clusters` lists the clusters.",
    f"{C4F}Milestone": "`c4f ask milestones` lists the milestones.",
}
_LISTS_OTHERS = "`c4f questions` names the questions; their answers list what there is."
_CLOSE_ENOUGH = 0.55
_SUGGESTIONS = 3
_TWO_LETTERS = re.compile("ae|oe|ue")
_SLUG = re.compile("[a-z0-9%-]+")
_NO_LETTERS = re.compile("[^a-z0-9]+")


def fold(name: str) -> str:
    """Reduce a name to what must agree: no case, no accents, ü like ue like u, no punctuation."""
    if name.isascii():
        letters = _NO_LETTERS.sub("", name.lower())
    else:
        plain = unicodedata.normalize("NFKD", name.casefold().replace("ß", "ss"))
        letters = "".join(
            char for char in plain if char.isalnum() and not unicodedata.combining(char)
        )
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
    bound = {"kind": ox.NamedNode(kind)} if kind else {}
    if (node := _of_iri(store, name, bound)) is not None:
        return node
    found: set[ox.NamedNode] = set()
    if kind is None or kind in _CATALOGUED:
        found = _written_so(store, name, bound)
        if kind is None:
            found |= _compared(_called(store, _FEW, bound), name)[0]
    near: list[str] = []
    if not found:
        found, near = _compared(_called(store, _ALL, bound), name)
    for first in _MEANT_FIRST if len(found) > 1 else ():
        # A cluster's candidacy, strategy and website go by its name, as a programme's publisher
        # does: the cluster, or the programme, is what is meant.
        chosen = {node for node in found if any(store.quads_for_pattern(node, _TYPE, first, None))}
        if chosen:
            found = chosen
            break
    if len(found) == 1:
        return next(iter(found))
    what = kind.removeprefix(C4F) if kind else "entity"
    if found:
        choices = ", ".join(sorted(entity.value.removeprefix(ID) for entity in found))
        raise ParameterError(
            f'several things are called "{name}": {choices}.', hint="Name one of these."
        )
    hint = f"Did you mean {', '.join(near)}?" if near else _LISTS.get(kind or "", _LISTS_OTHERS)
    raise ParameterError(f'no {what} is called "{name}".', hint=hint)


def _of_iri(store: QuadStore, name: str, bound: Mapping[str, ox.NamedNode]) -> ox.NamedNode | None:
    """Give the thing whose IRI a name is, whole or without its beginning."""
    for iri in (name.strip("<>"), ID + name, GRAPH + name):
        try:
            node = ox.NamedNode(iri)
        except ValueError:
            continue
        if any(store.quads_for_pattern(node, _TYPE, bound.get("kind"), None)):
            return node
    return None


def _written_so(
    store: QuadStore, name: str, bound: Mapping[str, ox.NamedNode]
) -> set[ox.NamedNode]:
    """Give what is called just so; by its slug only where no name is just so."""
    names = [f"{ox.Literal(name)}{language}" for language in _LANGUAGES]
    patterns = [f"{{ ?entity <{calling}> {text} }}" for calling in _CALLING for text in names]
    found = _entities(store, f"{' UNION '.join(patterns)} {_ALL}", bound)
    if not found and _SLUG.fullmatch(slug := name.lower()):
        iris = (f"<{ID}{beginning}{slug}>" for beginning in _CATALOGUED.values())
        found = _entities(store, f"VALUES ?entity {{ {' '.join(iris)} }} {_ALL}", bound)
    return found


def _entities(store: QuadStore, where: str, bound: Mapping[str, ox.NamedNode]) -> set[ox.NamedNode]:
    rows = _rows(store, f"SELECT DISTINCT ?entity WHERE {{ {where} }}", bound)
    return {entity for (entity,) in rows if isinstance(entity, ox.NamedNode)}


def _called(
    store: QuadStore, which: str, bound: Mapping[str, ox.NamedNode]
) -> Iterator[tuple[ox.NamedNode, str]]:
    """Yield things with each of their names; slugs last, so that a suggestion shows a name."""
    query = f"SELECT DISTINCT ?entity ?name WHERE {{ {which} . {_NAMES} }}"
    for entity, name in _rows(store, query, bound):
        if isinstance(entity, ox.NamedNode) and isinstance(name, ox.Literal):
            yield entity, name.value
    for entity in sorted(_entities(store, which, bound), key=lambda node: node.value):
        yield entity, entity.value.rpartition("/")[2].rpartition("#")[2]


def _compared(
    called: Iterable[tuple[ox.NamedNode, str]], name: str
) -> tuple[set[ox.NamedNode], list[str]]:
    """Give what is called so, and the names that are the likest."""
    from rapidfuzz import fuzz

    wanted = fold(name)
    found: set[ox.NamedNode] = set()
    shown: dict[str, str] = {}
    for entity, text in called:
        key = fold(text)
        if key == wanted:
            found.add(entity)
        # This likeness is never below that of difflib, and takes a hundredth of the time.
        likeness = fuzz.ratio(wanted, key, score_cutoff=99 * _CLOSE_ENOUGH)
        if likeness or (wanted and wanted in key):
            shown.setdefault(key, text)
    if found:
        return found, []
    near = difflib.get_close_matches(wanted, shown, n=_SUGGESTIONS, cutoff=_CLOSE_ENOUGH)
    if not near:
        near = sorted(key for key in shown if wanted and wanted in key)[:_SUGGESTIONS]
    return found, [shown[key] for key in near]


def _rows(
    store: QuadStore, query: str, bound: Mapping[str, ox.NamedNode]
) -> Iterator[tuple[ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None, ...]]:
    answer = stream_query(store, query, bindings=bound, name="names")
    if not isinstance(answer, RowStream):
        raise AssertionError("a SELECT query did not give rows")
    return answer.rows
