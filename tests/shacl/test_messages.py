"""Each kind of constraint has a message that a person can read."""

from __future__ import annotations

import pytest

from tests.shacl.support import report

DATA = ':n :p 1, "abc", "x"@en, "y"@en ; :q "zz" ; :r "a" .'
EX = "<http://example.org/"
CASES = {
    "sh:class :C": f"Each value of p must be of class {EX}C>.",
    "sh:datatype xsd:date": "Each value of p must be a well-formed literal of datatype xsd:date.",
    "sh:nodeKind sh:BlankNodeOrIRI": "Each value of p must be a blank node or an IRI.",
    "sh:minCount 9": "There must be at least 9 values of p.",
    "sh:maxCount 1": "There must be at most 1 value of p.",
    "sh:minExclusive 1": "Each value of p must be more than 1.",
    "sh:maxInclusive 0": "Each value of p must be at most 0.",
    "sh:minLength 9": "Each value of p must have at least 9 characters.",
    "sh:maxLength 0": "Each value of p must have at most 0 characters.",
    'sh:pattern "^q"': 'Each value of p must match the pattern "^q".',
    'sh:languageIn ( "de" "fr" )': "Each value of p must be in one of the languages de, fr.",
    "sh:uniqueLang true": "No two values of p may be in the same language.",
    "sh:equals :q": f"The values of p must be those of {EX}q>.",
    "sh:disjoint :p": f"No value of p may be among those of {EX}p>.",
    "sh:lessThan :r": f"Each value of p must be less than those of {EX}r>.",
    "sh:lessThanOrEquals :r": f"Each value of p must be at most those of {EX}r>.",
    "sh:not [ sh:nodeKind sh:Literal ]": "Each value of p must not be a literal.",
    "sh:and ( :C [ sh:minLength 2 ] )": (
        f"Each value of p must conform to the shape {EX}C> and have at least 2 characters."
    ),
    "sh:or ( [ sh:datatype xsd:date ] [ sh:datatype xsd:gYear ] )": (
        "Each value of p must be a well-formed literal of datatype xsd:date "
        "or be a well-formed literal of datatype xsd:gYear."
    ),
    "sh:or ( [ sh:path :q ; sh:minCount 1 ] [ sh:path :r ; sh:hasValue 5 ; sh:in ( 5 ) ] )": (
        "Each value of p must have at least 1 value of q or conform to an unnamed shape on r."
    ),
    "sh:xone ( :C [ sh:in ( 7 ) ] )": (
        f'Each value of p must do exactly one of these: conform to the shape {EX}C>; be one of "7".'
    ),
    "sh:node :C": f"Each value of p must conform to the shape {EX}C>.",
    "sh:qualifiedValueShape :C ; sh:qualifiedMinCount 2": (
        f"At least 2 of the values of p must conform to the shape {EX}C>."
    ),
    "sh:hasValue 2": 'One value of p must be "2".',
    "sh:in ( 5 :C )": f'Each value of p must be one of "5", {EX}C>.',
    "sh:closed true": "The node may have no properties.",
}


@pytest.mark.parametrize(("constraint", "expected"), CASES.items())
def test_default_message(constraint: str, expected: str) -> None:
    text = f":S sh:targetNode :n ; sh:path :p ; {constraint} . :C sh:nodeKind sh:IRI ."
    data = DATA + " :x :y :z ." if "closed" not in constraint else ":n :p :v . :v :q 1 ."
    results = report(data, text).results
    assert results
    assert {result.messages[0].value for result in results} == {expected}


def test_messages_of_paths() -> None:
    path = "( [ sh:inversePath :p ] [ sh:oneOrMorePath :q ] )"
    text = f":S sh:targetNode :n ; sh:path {path} ; sh:minCount 1 ."
    (result,) = report("", text).results
    assert result.messages[0].value == "There must be at least 1 value of (^(p)/(q)+)."


def test_message_of_a_node() -> None:
    (result,) = report("", ":S sh:targetNode :n ; sh:in ( 1 2 3 4 5 6 7 8 9 10 ) .").results
    assert result.messages[0].value == (
        'The node must be one of "1", "2", "3", "4", "5", "6", "7", "8" and 2 more.'
    )
