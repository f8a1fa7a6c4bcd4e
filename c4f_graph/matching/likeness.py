"""Give two names a score: how much of what tells an organisation from others they share."""

from __future__ import annotations

import math
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process
from rapidfuzz.distance import JaroWinkler

from c4f_graph.matching.words import KINDS, KINDS_OF_THEIR_OWN, PARTS, SORTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_KIND_WEIGHT = 0.3
_LEAST_WEIGHT = 0.1
# How like two words must be to be one word with a slip of the pen. Shorter ones must be the same.
_SAME_WORD = 0.92
_LONG_ENOUGH = 5
_SHORTEST_ACRONYM = 3
# The share of the score that asks how much of the shorter name is in the longer one; the rest asks
# how much the two have in common.
_CONTAINED = 0.4
_OTHER_KIND = 0.5
_OTHER_PART = 0.75
_ONE_WORD = 0.98
_ONE_OF_THE_PLACE = 0.8
_SAME_LETTERS = 95


class Likeness:
    """Scores pairs of names; a word counts the more, the fewer actors of the registry bear it."""

    def __init__(self, names: Sequence[Iterable[str]]) -> None:
        """Learn the weights of words.

        Args:
            names: for each actor, the words of all its names.
        """
        bearers = Counter(word for name in names for word in set(name))
        most = math.log(max(len(names), 2))
        self._weights = {
            word: max(1 - math.log(count) / most, _LEAST_WEIGHT) for word, count in bearers.items()
        }

    def weight(self, word: str) -> float:
        """Give a word's weight: 1 for one that no actor, or one alone, bears."""
        if word in KINDS or word in PARTS:
            return _KIND_WEIGHT
        return self._weights.get(word, 1.0)

    def score(
        self, one: tuple[str, ...], other: tuple[str, ...], *, same_place: bool = False
    ) -> float:
        """Compare two names by their words.

        Args:
            one: the words of a name, in order.
            other: those of another; the order of the two does not matter.
            same_place: both are of one place, whose name is not among the words.

        Returns:
            0 for names that share nothing, to 1 for the same words.
        """
        left, right = _abbreviated(one, other), _abbreviated(other, one)
        first, second = set(left), set(right)
        if not first or not second:
            return 0.0
        shared = self._shared(first, second)
        weights = [sum(map(self.weight, sorted(name))) for name in (first, second)]
        common = 2 * shared / sum(weights)
        contained = min(1.0, shared / min(weights))
        score = (1 - _CONTAINED) * common + _CONTAINED * contained
        # "Kraken Power" is "Krakenpower".
        joined = fuzz.ratio("".join(left), "".join(right), score_cutoff=_SAME_LETTERS) / 100
        score = max(score, _ONE_WORD * joined)
        if same_place and _is_the_one_of_the_place(first, second):
            score = max(score, _ONE_OF_THE_PLACE)
        if _kinds_differ(first, second):
            score *= _OTHER_KIND
        if _parts(left) != _parts(right):
            score *= _OTHER_PART
        return min(score, 1.0)

    def _shared(self, first: set[str], second: set[str]) -> float:
        """Add the weights of the words that both have, and of those that are nearly the same."""
        both = first & second
        shared = sum(map(self.weight, sorted(both)))
        left = sorted(second - both)
        for word in sorted(first - both):
            if len(word) < _LONG_ENOUGH:
                continue
            found = process.extractOne(
                word, left, scorer=JaroWinkler.similarity, score_cutoff=_SAME_WORD
            )
            if found is not None and len(found[0]) >= _LONG_ENOUGH:
                left.remove(found[0])
                shared += found[1] * min(self.weight(word), self.weight(found[0]))
        return shared


def _abbreviated(name: tuple[str, ...], other: tuple[str, ...]) -> list[str]:
    """Put acronyms for the words that they stand for, where the other name has the acronym.

    An acronym beside its own long form, as in "… Polymerforschung IAP", is dropped.
    """
    initials = _initials(name)
    found = list(name)
    for acronym in dict.fromkeys((*name, *other)):
        if len(acronym) >= _SHORTEST_ACRONYM and acronym in initials:
            found = [word for word in found if word != acronym]
            start = _initials(tuple(found)).find(acronym)
            if start >= 0 and acronym in other and acronym not in _initials(other):
                found[start : start + len(acronym)] = [acronym]
    return found


@lru_cache(maxsize=10_000)
def _initials(name: tuple[str, ...]) -> str:
    return "".join(word[0] for word in name)


def _parts(name: Iterable[str]) -> list[str]:
    """Give the words that say that something is a part."""
    return sorted(word for word in name if word in PARTS)


def _is_the_one_of_the_place(first: set[str], second: set[str]) -> bool:
    """Tell whether one name says the kind alone, and the other adds whom it is named after.

    "Universität Heidelberg" is the Ruprecht-Karls-Universität, but not a technical university.
    """
    less, more = sorted((first, second), key=len)
    return less < more and less <= KINDS.keys() and not more & (SORTS | PARTS)


def _kinds_differ(first: set[str], second: set[str]) -> bool:
    """Tell whether two names are of unlike kinds."""
    one, other = ({KINDS[word] for word in name if word in KINDS} for name in (first, second))
    if (one ^ other) & KINDS_OF_THEIR_OWN:
        return True
    return bool(one and other) and one.isdisjoint(other)
