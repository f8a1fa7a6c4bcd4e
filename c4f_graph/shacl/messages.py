"""What a result says to a person: the shape's own message, or one in plain English."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyoxigraph import Literal

from c4f_graph.shacl import model
from c4f_graph.shacl.paths import Path, path_sparql
from c4f_graph.shacl.terms import Term, short

if TYPE_CHECKING:
    from collections.abc import Mapping

_PLACE = re.compile(r"\{[?$](\w+)\}")
_KINDS = {
    "sh:BlankNode": "a blank node",
    "sh:IRI": "an IRI",
    "sh:Literal": "a literal",
    "sh:BlankNodeOrIRI": "a blank node or an IRI",
    "sh:BlankNodeOrLiteral": "a blank node or a literal",
    "sh:IRIOrLiteral": "an IRI or a literal",
}
_COMPARISONS = {
    "MinExclusive": "more than",
    "MinInclusive": "at least",
    "MaxExclusive": "less than",
    "MaxInclusive": "at most",
}
_LISTED = 8


def filled(template: Literal, values: Mapping[str, Term | None]) -> Literal:
    """Return a message with values in place of `{?var}` and `{$var}` (SHACL, section 5.3.2)."""

    def put(match: re.Match[str]) -> str:
        term = values.get(match.group(1))
        if term is None:
            return match.group()
        return term.value if isinstance(term, Literal) else short(term)

    text = _PLACE.sub(put, template.value)
    if template.language:
        return Literal(text, language=template.language)
    return Literal(text, datatype=template.datatype)


def default_message(constraint: model.Constraint, path: Path | None) -> Literal:
    """Return what a constraint asks for, in a sentence that stands for a violation of it."""
    subject = f"value of {_path_text(path)}" if path is not None else "node"
    return Literal(_sentence(constraint, subject))


def _sentence(constraint: model.Constraint, subject: str) -> str:
    each, plural = f"Each {subject}" if subject != "node" else "The node", subject + "s"
    plural = subject.replace("value", "values", 1)
    match constraint:
        case model.Class(term):
            return f"{each} must be of class {short(term)}."
        case model.Datatype(iri):
            return f"{each} must be a well-formed literal of datatype {short(iri)}."
        case model.NodeKind(kind):
            return f"{each} must be {_KINDS[short(kind)]}."
        case model.MinCount(count):
            return f"There must be at least {_number(count, subject)}."
        case model.MaxCount(count):
            return f"There must be at most {_number(count, subject)}."
        case model.Range(bound, _, limit):
            return f"{each} must be {_COMPARISONS[bound]} {limit.value}."
        case model.MinLength(length):
            return f"{each} must have at least {_number(length, 'character')}."
        case model.MaxLength(length):
            return f"{each} must have at most {_number(length, 'character')}."
        case model.Pattern(pattern):
            return f"{each} must match the pattern {pattern}"
        case model.LanguageIn(tags):
            return f"{each} must be in one of the languages {', '.join(tags)}."
        case model.UniqueLang():
            return f"No two {plural} may be in the same language."
        case model.In(terms):
            return f"{each} must be one of {_listed(terms)}."
        case model.HasValue(term):
            return f"One {subject} must be {short(term)}."
        case model.Closed(allowed):
            return f"The node may have no other properties than {_listed(allowed)}."
        case _:
            return _sentence_of_shapes(constraint, each, plural)


def _sentence_of_shapes(constraint: model.Constraint, each: str, plural: str) -> str:
    match constraint:
        case model.Equals(predicate):
            return f"The {plural} must be those of {short(predicate)}."
        case model.Disjoint(predicate):
            return f"No {plural} may be among those of {short(predicate)}."
        case model.LessThan(predicate):
            return f"{each} must be less than those of {short(predicate)}."
        case model.LessThanOrEquals(predicate):
            return f"{each} must be at most those of {short(predicate)}."
        case model.Not(shape):
            return f"{each} must not conform to the shape {short(shape)}."
        case model.And(shapes):
            return f"{each} must conform to all of the shapes {_listed(shapes)}."
        case model.Or(shapes):
            return f"{each} must conform to at least one of the shapes {_listed(shapes)}."
        case model.Xone(shapes):
            return f"{each} must conform to exactly one of the shapes {_listed(shapes)}."
        case model.NodeShapeOf(shape) | model.PropertyShapeOf(shape):
            return f"{each} must conform to the shape {short(shape)}."
        case model.Qualified(shape, count, is_minimum):
            bound = "least" if is_minimum else "most"
            return f"At {bound} {count} of the {plural} must conform to the shape {short(shape)}."
        case _:
            return f"{each} must satisfy {short(constraint.component)}."


def _number(count: int, noun: str) -> str:
    first, _, rest = noun.partition(" ")
    plural = first if count == 1 else first + "s"
    return f"{count} {plural} {rest}".rstrip()


def _listed(terms: tuple[Term, ...]) -> str:
    texts = [short(term) for term in terms[:_LISTED]]
    more = len(terms) - _LISTED
    return ", ".join(texts) + (f" and {more} more" if more > 0 else "")


def _path_text(path: Path) -> str:
    text = re.sub(r"<([^>]*)>", lambda match: _local(match.group(1)), path_sparql(path))
    return text.removeprefix("(").removesuffix(")") if text.count("(") == 1 else text


def _local(iri: str) -> str:
    return re.split(r"[/#]", iri)[-1] or iri
