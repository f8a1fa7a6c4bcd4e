"""Each kind of constraint has a message that a person can read."""

from __future__ import annotations

import re

import pytest
from pyoxigraph import Literal

from c4f_graph.shacl.messages import message_in
from c4f_graph.shacl.wording import LANGUAGES, PHRASES, SENTENCES, WORDS
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
    assert {message_in(result.messages, "en").value for result in results} == {expected}


GERMAN = {
    "sh:class :C": f"Jeder Wert von p muss von der Klasse {EX}C> sein.",
    "sh:nodeKind sh:BlankNodeOrIRI": "Jeder Wert von p muss ein Blank Node oder eine IRI sein.",
    "sh:minCount 9": "Nötig: mindestens 9 Werte von p.",
    "sh:maxCount 1": "Erlaubt: höchstens 1 Wert von p.",
    "sh:minLength 9": "Jeder Wert von p muss mindestens 9 Zeichen haben.",
    "sh:uniqueLang true": "Keine zwei Werte von p dürfen in derselben Sprache sein.",
    "sh:not [ sh:nodeKind sh:Literal ]": "Kein Wert von p darf ein Literal sein.",
    "sh:or ( [ sh:datatype xsd:date ] :C )": (
        "Jeder Wert von p muss ein wohlgeformtes Literal des Datentyps xsd:date sein "
        f"oder der Form {EX}C> entsprechen."
    ),
    "sh:qualifiedValueShape :C ; sh:qualifiedMinCount 2": (
        f"Für mindestens 2 der Werte von p muss gelten: der Form {EX}C> entsprechen."
    ),
}


@pytest.mark.parametrize(("constraint", "expected"), GERMAN.items())
def test_default_message_in_german(constraint: str, expected: str) -> None:
    text = f":S sh:targetNode :n ; sh:path :p ; {constraint} . :C sh:nodeKind sh:IRI ."
    results = report(DATA, text).results
    assert {message_in(result.messages, "de").value for result in results} == {expected}


def test_every_sentence_has_the_same_blanks_in_both_languages() -> None:
    for texts in (*SENTENCES.values(), *PHRASES.values(), *WORDS.values()):
        assert len(texts) == len(LANGUAGES)
        english, german = (set(re.findall(r"\{\w+\}", text)) for text in texts)
        assert english == german


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("de", "de"),
        ("DE", "de"),
        ("de-AT", "de"),
        ("fr", "fr-ch"),
        ("en", "en"),
        ("it", ""),
        ("e", ""),
    ],
)
def test_message_in_a_language(asked: str, expected: str) -> None:
    messages = [Literal("a", language=tag) for tag in ("fr-CH", "en", "de")]
    messages.insert(1, Literal("a"))
    assert (message_in(messages, asked).language or "") == expected


def test_message_where_there_is_none_in_the_language_and_none_without() -> None:
    german, english = (Literal("a", language=tag) for tag in ("de", "en-GB"))
    assert message_in([german, english], "it") == english
    assert message_in([german], "it") == german


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
