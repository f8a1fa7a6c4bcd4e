"""The languages of the pages: which one a reader wants, and how it writes texts and numbers."""

from __future__ import annotations

import functools
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES = ("en", "de")
_TEXTS = Path(__file__).parent / "texts"
_WANTED = re.compile(r"\s*(?P<tag>[\w-]+|\*)\s*(?:;\s*q\s*=\s*(?P<weight>[\d.]+))?\s*$", re.ASCII)
_DATE = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d))?)?$", re.ASCII)
_DURATION = re.compile(r"P(?P<number>\d+)(?P<unit>[YMD])$", re.ASCII)
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Language:
    """One language: its texts by key, and its way to write numbers, sums and dates."""

    code: str
    texts: Mapping[str, Any]

    def text(self, key: str, **values: object) -> str:
        """Give a text of the catalogue, such as `nav.clusters`, with its places filled.

        Raises:
            KeyError: the catalogue has no such text.
        """
        found: Any = self.texts
        for part in key.split("."):
            found = found[part]
        return str(found).format(**values) if values else str(found)

    def counted(self, key: str, count: int) -> str:
        """Give a text with a number, from `KEY.one` or `KEY.other`."""
        return self.text(f"{key}.{'one' if count == 1 else 'other'}", count=self.number(count))

    def summary(self, question_id: str, english: str) -> str:
        """Give what a saved question is called: its own summary where there is no translation."""
        return str(self.texts["questions"]["summaries"].get(question_id, english))

    def property_name(self, short: str) -> str:
        """Give the name of a property such as `rdfs:label`; one that is not there stays so."""
        return str(self.texts["properties"].get(short, short))

    def number(self, value: float | str) -> str:
        """Write a number with its digits in groups."""
        text = f"{float(value):,.4f}".rstrip("0").rstrip(".")
        return text.translate(str.maketrans(",.", ".,")) if self.code == "de" else text

    def euros(self, value: float | str) -> str:
        """Write a sum to the euro, or to the cent where it has any."""
        sum_ = self.number(value)
        return f"{sum_} €" if self.code == "de" else f"€{sum_}"

    def millions(self, value: float) -> str:
        """Write a sum in millions of euros."""
        return self.text("number.millions", value=self.number(round(value / _MILLION, 1)))

    def date(self, text: str) -> str:
        """Write a day, month or year as people do; any other text stays as it is."""
        found = _DATE.fullmatch(text)
        if not found:
            return text
        if not found["month"] or not 1 <= int(found["month"]) <= 12:
            return text
        month = self.texts["date"]["months"][int(found["month"]) - 1]
        if not found["day"]:
            return f"{month} {found['year']}"
        return self.text("date.day", day=int(found["day"]), month=month, year=found["year"])

    def duration(self, text: str) -> str:
        """Write a duration such as `P9Y`; one of several parts stays as it is."""
        found = _DURATION.fullmatch(text)
        if not found:
            return text
        return self.counted(f"duration.{found['unit']}", int(found["number"]))


@functools.cache
def language(code: str) -> Language:
    """Give a language by its code, one of `LANGUAGES`."""
    return Language(code, tomllib.loads((_TEXTS / f"{code}.toml").read_text(encoding="utf-8")))


def wanted(chosen: str | None, accepted: str) -> Language:
    """Find the language for a reader.

    Args:
        chosen: what the address asks for, which goes first.
        accepted: the header Accept-Language (RFC 9110, section 12.5.4); may be empty.
    """
    if chosen in LANGUAGES:
        return language(chosen)
    weights: dict[str, float] = {}
    for part in accepted.split(","):
        found = _WANTED.match(part)
        if found:
            code = found["tag"].partition("-")[0].lower()
            weights[code] = max(weights.get(code, 0.0), _weight(found["weight"]))
    best = max(LANGUAGES, key=lambda code: weights.get(code, weights.get("*", 0.0)))
    return language(best)


def _weight(text: str | None) -> float:
    try:
        return 1.0 if text is None else float(text)
    except ValueError:
        return 0.0
