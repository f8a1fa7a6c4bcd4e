"""Find the actors that a body of a catalogue may be: by identifier, by name and place, by likeness.

A candidate is a proposal: nothing is matched before a person decides (`decisions`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from c4f_graph.matching.likeness import Likeness
from c4f_graph.matching.names import place_words, words
from c4f_graph.matching.words import KINDS, PARTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from c4f_graph.matching.organisations import Organisation

# Measured on the tuning part of tests/matching/pairs.csv; see "A match" in CONTRIBUTING.md.
DEFAULT_THRESHOLD = 0.7
METHODS = ("identifier", "name-and-place", "name", "likeness")
# A candidate that is this much less like than the body's best one is no candidate.
_MARGIN = 0.12
_SAME, _UNKNOWN, _OTHER = 1.0, 0.95, 0.85
_KEY = 4


@dataclass(frozen=True, slots=True)
class Candidate:
    """A body, an actor that it may be, how that was found, and a score from 0 to 1."""

    body: Organisation
    actor: Organisation
    method: str
    """One of `METHODS`."""
    score: float
    """To four decimals."""


@dataclass(frozen=True, slots=True)
class _Prepared:
    organisation: Organisation
    names: tuple[tuple[str, ...], ...]
    places: frozenset[frozenset[str]]
    keys: frozenset[str]
    towns: frozenset[str]


class Matcher:
    """Compares bodies with the actors that it was made of."""

    def __init__(self, actors: Iterable[Organisation]) -> None:
        self._actors = {actor.iri: _prepared(actor) for actor in actors}
        prepared = self._actors.values()
        self._likeness = Likeness(
            [[word for name in actor.names for word in name] for actor in prepared]
        )
        self._by_key: dict[str, list[_Prepared]] = {}
        self._by_identifier: dict[str, list[_Prepared]] = {}
        for actor in prepared:
            for key in sorted(actor.keys | actor.towns):
                self._by_key.setdefault(key, []).append(actor)
            for identifier in sorted(actor.organisation.identifiers):
                self._by_identifier.setdefault(identifier, []).append(actor)

    def candidates(
        self, body: Organisation, threshold: float = DEFAULT_THRESHOLD
    ) -> list[Candidate]:
        """Give the actors that a body may be, the likeliest first.

        Args:
            body: the body.
            threshold: the least score, from 0 to 1.
        """
        this = _prepared(_with_last_part(body))
        near = {
            actor.organisation.iri: actor
            for index, keys in (
                # A name that only says the kind, such as "Stadtwerke", has its place to go by.
                (self._by_key, this.keys or this.towns),
                (self._by_identifier, body.identifiers),
            )
            for key in keys
            for actor in index.get(key, ())
        }
        found = [
            candidate
            for actor in near.values()
            if (candidate := self._compare(this, actor)).score >= threshold
        ]
        best = max((candidate.score for candidate in found), default=0.0)
        return sorted(
            (candidate for candidate in found if candidate.score >= best - _MARGIN),
            key=lambda candidate: (
                -candidate.score,
                METHODS.index(candidate.method),
                candidate.actor.iri,
            ),
        )

    def compare(self, body: Organisation, actor: Organisation) -> Candidate:
        """Give the score of one pair, however low."""
        return self._compare(_prepared(_with_last_part(body)), self._actors[actor.iri])

    def _compare(self, body: _Prepared, actor: _Prepared) -> Candidate:
        if body.organisation.identifiers & actor.organisation.identifiers:
            return Candidate(body.organisation, actor.organisation, "identifier", 1.0)
        place = _UNKNOWN
        shared: frozenset[str] = frozenset()
        if body.places and actor.places:
            same = body.places & actor.places
            place = _SAME if same else _OTHER
            shared = frozenset(word for words_of_place in same for word in words_of_place)
        method, score = max(
            (
                self._compare_names(_without(one, shared), _without(other, shared), place)
                for one in body.names
                for other in actor.names
            ),
            key=lambda found: (found[1], -METHODS.index(found[0])),
        )
        return Candidate(body.organisation, actor.organisation, method, round(score, 4))

    def _compare_names(
        self, one: tuple[str, ...], other: tuple[str, ...], place: float
    ) -> tuple[str, float]:
        if one == other or sorted(one) == sorted(other):
            return "name-and-place" if place == _SAME else "name", place
        score = self._likeness.score(one, other, same_place=place == _SAME)
        return "likeness", place * score


def find_candidates(
    bodies: Iterable[Organisation],
    actors: Iterable[Organisation],
    threshold: float = DEFAULT_THRESHOLD,
) -> Iterator[Candidate]:
    """Yield the candidates of all bodies, body by body.

    Args:
        bodies: the bodies.
        actors: the registry's actors.
        threshold: the least score, from 0 to 1.
    """
    matcher = Matcher(actors)
    for body in bodies:
        yield from matcher.candidates(body, threshold)


def _with_last_part(body: Organisation) -> Organisation:
    """Let a body also go by its name's last part: catalogues write "university - institute"."""
    parts = [name.replace(" – ", " - ").rpartition(" - ")[2] for name in body.names]
    return replace(body, names=tuple(dict.fromkeys((*body.names, *parts))))


def _prepared(organisation: Organisation) -> _Prepared:
    names = tuple(dict.fromkeys(words(name) for name in organisation.names))
    places = frozenset(filter(None, map(place_words, organisation.places)))
    keys = {key for name in names for key in _keys(name)}
    towns = frozenset(f"@{' '.join(sorted(place))}" for place in places)
    return _Prepared(organisation, names, places, frozenset(keys), towns)


def _keys(name: Sequence[str]) -> Iterator[str]:
    """Give what two names share at least one of, where they can be alike at all.

    These are the beginnings of words, and of the acronyms that words which follow one another make.
    """
    for start, word in enumerate(name):
        if word not in KINDS and word not in PARTS:
            yield word[:_KEY]
        for size in (_KEY - 1, _KEY):
            if start + size <= len(name):
                yield "".join(other[0] for other in name[start : start + size])


def _without(name: tuple[str, ...], place: frozenset[str]) -> tuple[str, ...]:
    """Drop the words of the place that both organisations have, unless nothing would be left."""
    return tuple(word for word in name if word not in place) or name
