"""Identifiers that are made of names."""

from __future__ import annotations

import hashlib
import re
import unicodedata

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_NO_SLUG = re.compile(r"[^a-z0-9]+")


def slug(name: str) -> str:
    """Give the name as a part of an identifier: lower case, ASCII, digits and hyphens."""
    lower = name.lower().translate(_UMLAUTS)
    if not lower.isascii():
        lower = unicodedata.normalize("NFKD", lower)
        lower = "".join(part for part in lower if not unicodedata.combining(part))
    return _NO_SLUG.sub("-", lower).strip("-")


def short_hash(name: str) -> str:
    """Give eight hexadecimal digits that tell a name from others, whatever it is written in."""
    return hashlib.sha256(name.encode()).hexdigest()[:8]
