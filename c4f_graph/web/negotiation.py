"""Choose the form of an answer by what a client accepts (RFC 9110, section 12.5.1)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Form:
    """A form of an answer: its short name, its media type, and other names of the same."""

    name: str
    media_type: str
    others: tuple[str, ...] = ()

    @property
    def content_type(self) -> str:
        """What the header says; the forms whose type does not fix the encoding say it."""
        return (
            f"{self.media_type}; charset=utf-8" if "text/" in self.media_type else self.media_type
        )


_JSON = Form("json", "application/sparql-results+json", ("application/json",))
_XML = Form("xml", "application/sparql-results+xml", ("application/xml", "text/xml"))
_CSV = Form("csv", "text/csv")
_TSV = Form("tsv", "text/tab-separated-values")
ROW_FORMS = (_JSON, _XML, _CSV, _TSV)
"""What the rows of a query are written as."""
TRUTH_FORMS = (_JSON, _XML)
"""What the answer of an ASK query is written as."""
QUESTION_FORMS = (_JSON, _CSV, _TSV)
"""What the answer of a saved question is written as."""
TRIPLE_FORMS = (
    Form("ttl", "text/turtle", ("application/x-turtle",)),
    Form("jsonld", "application/ld+json", ("application/json",)),
    Form("nt", "application/n-triples", ("text/plain",)),
    Form("rdfxml", "application/rdf+xml", ("application/xml", "text/xml")),
)
"""What statements are written as."""
QUAD_FORMS = (*TRIPLE_FORMS, Form("trig", "application/trig"), Form("nq", "application/n-quads"))
"""What statements are written as where it can be told which source makes them."""


# Most requests come with one of a few headers.
@lru_cache(maxsize=200)
def choose(accept: str, forms: tuple[Form, ...]) -> Form | None:
    """Give the form that an Accept header likes best, or None where it accepts none of them.

    Of forms that are liked as well, the first is taken. An empty header accepts everything.

    Args:
        accept: the header.
        forms: what can be given, the usual one first.
    """
    ranges = _ranges(accept)
    best, best_quality = None, 0.0
    for form in forms:
        quality = max(_quality(ranges, name) for name in (form.media_type, *form.others))
        if quality > best_quality:
            best, best_quality = form, quality
    return best


def accepts(accept: str, word: str) -> bool:
    """Tell whether a header names a media type with a word in it, such as `json` or `html`."""
    return any(word in name and quality > 0 for name, quality in _ranges(accept))


def _ranges(accept: str) -> list[tuple[str, float]]:
    ranges = []
    for part in accept.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if not name:
            continue
        quality = 1.0
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if key.strip() == "q":
                try:
                    quality = min(1.0, max(0.0, float(value)))
                except ValueError:
                    quality = 0.0
        ranges.append((name, quality))
    return ranges or [("*/*", 1.0)]


def _quality(ranges: list[tuple[str, float]], media_type: str) -> float:
    """Give the quality of the most specific range that a media type falls in."""
    group = f"{media_type.partition('/')[0]}/*"
    for pattern in (media_type, group, "*/*"):
        found = [quality for name, quality in ranges if name == pattern]
        if found:
            return max(found)
    return 0.0
