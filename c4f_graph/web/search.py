"""Find things by a part of a name or description; case, accents and umlauts do not matter."""

from __future__ import annotations

import difflib
import functools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import pyoxigraph as ox

from c4f_graph.entities import fold
from c4f_graph.namespaces import C4F, DCTERMS, SKOS
from c4f_graph.web.edition import edition_of, rows

if TYPE_CHECKING:
    from c4f_graph.graph import ProgrammeGraph
    from c4f_graph.web.view import View

_MORE = f"""
SELECT DISTINCT ?entity ?property ?text WHERE {{
  VALUES ?property {{
    <{SKOS}altLabel> <{C4F}fundingReference> <{DCTERMS}description> <{SKOS}definition>
  }}
  ?entity ?property ?text
}}
"""
_DESCRIBING = {f"{DCTERMS}description", f"{SKOS}definition"}
_WORD = re.compile(r"\w+")
_RESULTS = 60
_NEAR = 5
_CLOSE_ENOUGH = 0.5


@dataclass(frozen=True, slots=True)
class Entry:
    """What a thing can be found by, folded: its names, the words of these, its descriptions."""

    iri: str
    names: tuple[str, ...]
    words: tuple[str, ...]
    descriptions: str


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that was found."""

    name: str
    other_name: str
    kind: str
    page: str


def search(graph: ProgrammeGraph, view: View, text: str) -> list[Hit]:
    """Give what is called or described so, the likeliest first; all words must be there.

    Raises:
        QueryError: no answer in time.
    """
    wanted = [folded for word in _WORD.findall(text) if (folded := fold(word))]
    if not wanted:
        return []
    ranked = []
    for entry in _entries(graph):
        rank = _rank(entry, wanted)
        if rank is not None:
            ranked.append((rank, entry.iri))
    ranked.sort(key=lambda pair: (pair[0], _importance(view, pair[1]), pair[1]))
    return [hit(view, iri) for _, iri in ranked[:_RESULTS]]


def nearest(graph: ProgrammeGraph, view: View, slug: str, kind: str) -> list[Hit]:
    """Give the things whose identifiers or names are most like a word, those of a kind first."""
    wanted = fold(slug)
    by_name: dict[str, list[str]] = {}
    for entry in _entries(graph):
        for name in (fold(entry.iri.rpartition("/")[2]), *entry.names):
            by_name.setdefault(name, []).append(entry.iri)
    near = difflib.get_close_matches(wanted, by_name, n=4 * _NEAR, cutoff=_CLOSE_ENOUGH)
    found: dict[str, tuple[bool, int, int]] = {}
    for place, name in enumerate(near):
        for iri in by_name[name]:
            is_other = f"/{kind}/" not in (view.edition.names.page(iri) or "")
            found.setdefault(iri, (is_other, place, _importance(view, iri)))
    ordered = sorted(found, key=lambda iri: (found[iri], iri))
    return [hit(view, iri) for iri in ordered[:_NEAR]]


def entries_in_order(graph: ProgrammeGraph, view: View) -> list[Entry]:
    """List all that can be found, in the order in which things that fit as well are shown.

    Raises:
        QueryError: no answer in time.
    """
    return sorted(_entries(graph), key=lambda entry: (_importance(view, entry.iri), entry.iri))


_indexes: WeakKeyDictionary[ProgrammeGraph, list[Entry]] = WeakKeyDictionary()


def _entries(graph: ProgrammeGraph) -> list[Entry]:
    known = _indexes.get(graph)
    if known is None:
        known = _indexes[graph] = _index(graph)
    return known


def _index(graph: ProgrammeGraph) -> list[Entry]:
    names = edition_of(graph).names
    more: dict[str, list[str]] = {}
    described: dict[str, list[str]] = {}
    for entity, about, text in rows(graph, _MORE):
        if isinstance(entity, ox.NamedNode) and isinstance(text, ox.Literal) and about is not None:
            to = described if about.value in _DESCRIBING else more  # type: ignore[union-attr]
            to.setdefault(entity.value, []).append(text.value)
    entries = []
    for iri in names:
        if not names.has_name(iri) or names.page(iri) is None:
            continue
        texts = [*names.all_of(iri), *more.get(iri, [])]
        words = {_folded(word) for text in texts for word in _WORD.findall(text)}
        entries.append(
            Entry(
                iri,
                tuple(dict.fromkeys(_folded(text) for text in texts)),
                tuple(sorted(words)),
                " ".join(
                    _folded(word) for text in described.get(iri, []) for word in _WORD.findall(text)
                ),
            )
        )
    return entries


_folded = functools.lru_cache(20_000)(fold)


def _rank(entry: Entry, wanted: list[str]) -> int | None:
    """Tell how well a thing fits, 0 for best; None where it does not."""
    whole = "".join(wanted)
    if whole in entry.names:
        return 0
    if any(name.startswith(whole) for name in entry.names):
        return 1
    if all(any(word.startswith(part) for word in entry.words) for part in wanted):
        return 2
    if all(any(part in name for name in entry.names) for part in wanted):
        return 3
    if all(part in entry.descriptions for part in wanted):
        return 4
    return None


_FIRST = ("Cluster", "Actor", "Programme", "Project", "Milestone", "Event", "Candidacy", "Place")


def _importance(view: View, iri: str) -> int:
    kind = (view.edition.names.kind(iri) or "").removeprefix(C4F)
    return _FIRST.index(kind) if kind in _FIRST else len(_FIRST)


def hit(view: View, iri: str) -> Hit:
    """Give how something that was found is shown."""
    names = view.edition.names
    short, full = view.name(iri), view.full_name(iri)
    kind = names.kind(iri)
    return Hit(
        short,
        full if full != short else "",
        view.property_name(kind) if kind else "",
        names.page(iri) or "",
    )
