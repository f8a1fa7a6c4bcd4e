"""Identifiers elsewhere are judged by their form and their check digits."""

from __future__ import annotations

import pytest

from c4f_graph.identifiers import IDENTIFIERS

C4F = "https://w3id.org/c4f/ontology#"
ROR = "https://ror.org/"
GND = "https://d-nb.info/gnd/"
ITEM = "http://www.wikidata.org/entity/"

GOOD = [
    ("rorIdentifier", ROR + "02fdw0g32"),
    ("rorIdentifier", ROR + "03nh7vj77"),
    ("rorIdentifier", ROR + "042aqky30"),
    ("gndIdentifier", GND + "2024349-2"),
    ("gndIdentifier", GND + "36225-6"),
    ("gndIdentifier", GND + "4011882-4"),
    ("gndIdentifier", GND + "118540238"),
    ("gndIdentifier", GND + "101115658X"),
    ("wikidataItem", ITEM + "Q154804"),
    ("fundingReference", "03ZU1105FA"),
    ("fundingReference", "03ZU1105"),
    ("fundingReference", "13N15711"),
    ("fundingReference", "20-1234.5"),
    ("municipalityKey", "14612000"),
    ("municipalityKey", "01001000"),
]
BAD = [
    ("rorIdentifier", ROR + "02fdw0g23", "the check digits are 23, and would be 32"),
    ("rorIdentifier", ROR + "02fdw0h32", "the check digits are 32"),
    ("rorIdentifier", ROR + "02fdwl032", "not of the form https://ror.org/0"),
    ("rorIdentifier", "http://ror.org/02fdw0g32", "not of the form"),
    ("gndIdentifier", GND + "2024349-1", "the check digits are 1, and would be 2"),
    ("gndIdentifier", GND + "118540239", "the check digits are 9, and would be 8"),
    ("gndIdentifier", GND + "1011156580", "the check digits are 0, and would be X"),
    ("gndIdentifier", GND + "Q42", "not of the form https://d-nb.info/gnd/"),
    ("wikidataItem", "https://www.wikidata.org/wiki/Q154804", "not of the form http://www.wiki"),
    ("wikidataItem", ITEM + "Q0154804", "not of the form"),
    ("fundingReference", "03zu1105fa", "not only digits and capital letters"),
    ("fundingReference", "03ZU 1105FA", "not only digits and capital letters"),
    ("fundingReference", "03ZU115FA", "not 03ZU, four digits"),
    ("municipalityKey", "1461200", "not eight digits"),
    ("municipalityKey", "17000000", "there is no Land 17"),
    ("municipalityKey", "00000000", "there is no Land 00"),
]


@pytest.mark.parametrize(("name", "value"), GOOD)
def test_a_good_identifier_has_no_fault(name: str, value: str) -> None:
    assert IDENTIFIERS[C4F + name][1](value) is None


@pytest.mark.parametrize(("name", "value", "fault"), BAD)
def test_a_broken_identifier_is_told_what_is_wrong(name: str, value: str, fault: str) -> None:
    assert (IDENTIFIERS[C4F + name][1](value) or "").startswith(fault)


def test_each_kind_is_tried_both_ways() -> None:
    kinds = {iri.removeprefix(C4F) for iri in IDENTIFIERS}
    assert {name for name, _ in GOOD} == {name for name, _, _ in BAD} == kinds
