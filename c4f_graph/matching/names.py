"""Reduce an organisation's name to the words that must agree."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from c4f_graph.matching.words import LEGAL_FORMS, PHRASES, STOP_WORDS, SYNONYMS

if TYPE_CHECKING:
    from collections.abc import Iterable

_UMLAUTS = str.maketrans({"ß": "ss", "æ": "ae", "ø": "o"})
_NOT_A_WORD = re.compile(r"[^a-z0-9&]+")
# Not after or before another vowel, where it is no umlaut: "neue", "queere", "europaea".
_WRITTEN_OUT = re.compile(r"(?<![aeiouq])([aou])e(?![aiou])")


def folded(text: str) -> str:
    """Reduce a text to lower-case ASCII letters, digits and `&`, with single spaces between.

    An umlaut is its vowel, however it is written: Müller, Mueller and MUELLER are `muller`.
    """
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_UMLAUTS))
    ascii_only = "".join(char for char in plain if not unicodedata.combining(char))
    return _WRITTEN_OUT.sub(r"\1", _NOT_A_WORD.sub(" ", ascii_only).strip())


def words(name: str) -> tuple[str, ...]:
    """Give the words of a name, in order, that tell it from others.

    Legal forms, stop words and quotes are dropped, abbreviations and English words are replaced by
    the German words of `words.SYNONYMS`. A name of nothing else keeps its words as they are.
    """
    text = folded(name)
    bare = _replaced(_phrases(), _replaced(_legal_forms(), text))
    found: list[str] = []
    for word in bare.split():
        if word not in STOP_WORDS and word != "&":
            found.extend(SYNONYMS.get(word, word).split())
    again = _replaced(_phrases(), " ".join(found)).split()
    return tuple(again) or tuple(text.split())


def place_words(place: str) -> frozenset[str]:
    """Give the words of a place's name; what follows a comma or stands in brackets is dropped."""
    return frozenset(words(re.split(r"[,(]", place)[0]))


def _replaced(table: tuple[re.Pattern[str], dict[str, str]], text: str) -> str:
    pattern, replacements = table
    return pattern.sub(lambda match: replacements[match.group()], text)


@cache
def _legal_forms() -> tuple[re.Pattern[str], dict[str, str]]:
    return _table(LEGAL_FORMS, dict.fromkeys(LEGAL_FORMS, ""))


@cache
def _phrases() -> tuple[re.Pattern[str], dict[str, str]]:
    return _table(PHRASES, PHRASES)


def _table(
    phrases: Iterable[str], replacements: dict[str, str]
) -> tuple[re.Pattern[str], dict[str, str]]:
    longest_first = sorted(phrases, key=len, reverse=True)
    return re.compile(rf"(?<!\S)(?:{'|'.join(map(re.escape, longest_first))})(?!\S)"), replacements
