"""Tell whether an identifier given elsewhere can be one, by its form and its check digits.

Nothing is looked up: an identifier that passes may still be nobody's, or somebody else's.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from c4f_graph.namespaces import C4F

if TYPE_CHECKING:
    from collections.abc import Callable

# Crockford's base 32: no i, l, o and u.
_BASE_32 = "0123456789abcdefghjkmnpqrstvwxyz"
_ROR = re.compile(rf"https://ror\.org/(0[{_BASE_32}]{{6}})([0-9]{{2}})")
_GND = re.compile(r"https://d-nb\.info/gnd/([0-9]{1,9})(-?)([0-9X])")
_WIKIDATA = re.compile(r"http://www\.wikidata\.org/entity/Q[1-9][0-9]*")
_REFERENCE = re.compile(r"[0-9A-Z]+([-/.][0-9A-Z]+)*")
_OWN_REFERENCE = re.compile(r"03ZU[0-9]{4}[A-Z]{0,2}")
_MUNICIPALITY = re.compile(r"([0-9]{2})[0-9]{6}")
_STATES = 16


def ror_fault(value: str) -> str | None:
    """Say what is wrong with a ROR identifier, or None.

    Its last two digits are ISO/IEC 7064 MOD 97-10 of the seven characters before, read as a number
    in Crockford's base 32.
    """
    match = _ROR.fullmatch(value)
    if match is None:
        return "not of the form https://ror.org/0, six characters, two digits"
    number = 0
    for character in match[1]:
        number = number * 32 + _BASE_32.index(character)
    return _check(match[2], f"{98 - number * 100 % 97:02}")


def gnd_fault(value: str) -> str | None:
    """Say what is wrong with a GND identifier, or None.

    The check digit is a sum modulo 11 with the weights 2, 3, … from the right, X for ten. It is
    taken from 11, but not in the older numbers of corporate bodies and subjects, which have a
    hyphen (https://wiki.dnb.de/pages/viewpage.action?pageId=48139522).
    """
    match = _GND.fullmatch(value)
    if match is None:
        return "not of the form https://d-nb.info/gnd/ and up to ten digits, the last may be X"
    total = sum(int(digit) * weight for weight, digit in enumerate(reversed(match[1]), start=2))
    check = total % 11 if match[2] else -total % 11
    return _check(match[3], "0123456789X"[check])


def wikidata_fault(value: str) -> str | None:
    """Say what is wrong with the IRI of a Wikidata item, or None."""
    if _WIKIDATA.fullmatch(value):
        return None
    return "not of the form http://www.wikidata.org/entity/Q and a number"


def funding_reference_fault(value: str) -> str | None:
    """Say what is wrong with a funding reference (Förderkennzeichen), or None.

    It has no check digit. Those of the programme begin with 03ZU and have a form of their own.
    """
    if not _REFERENCE.fullmatch(value):
        return "not only digits and capital letters"
    if value.startswith("03ZU") and not _OWN_REFERENCE.fullmatch(value):
        return "not 03ZU, four digits and up to two capital letters"
    return None


def municipality_key_fault(value: str) -> str | None:
    """Say what is wrong with an official municipality key (AGS), or None.

    It has eight digits, of which the first two are the Land, 01 to 16; it has no check digit.
    """
    match = _MUNICIPALITY.fullmatch(value)
    if match is None:
        return "not eight digits"
    if not 1 <= int(match[1]) <= _STATES:
        return f"there is no Land {match[1]}"
    return None


IDENTIFIERS: dict[str, tuple[str, Callable[[str], str | None]]] = {
    f"{C4F}rorIdentifier": ("ROR", ror_fault),
    f"{C4F}gndIdentifier": ("GND", gnd_fault),
    f"{C4F}wikidataItem": ("Wikidata", wikidata_fault),
    f"{C4F}fundingReference": ("Funding reference (FKZ)", funding_reference_fault),
    f"{C4F}municipalityKey": ("Municipality key (AGS)", municipality_key_fault),
}
"""By the IRI of a property: what its identifiers are called, and what finds fault with one."""


def _check(found: str, wanted: str) -> str | None:
    return None if found == wanted else f"the check digits are {found}, and would be {wanted}"
