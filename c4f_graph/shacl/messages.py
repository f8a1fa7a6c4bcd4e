"""What a result says to a person: the shape's own message, or one in plain English."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal

from c4f_graph.shacl import model
from c4f_graph.shacl.paths import Path, path_text
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


def default_message(
    constraint: model.Constraint, path: Path | None, shapes: Mapping[Term, model.Shape]
) -> Literal:
    """Return what a constraint asks for, in a sentence that stands for a violation of it.

    Args:
        constraint: the constraint that is violated.
        path: the path of its shape.
        shapes: the shapes that it may refer to.
    """
    return Literal(_Sentences(shapes).sentence(constraint, path))


class _Sentences:
    def __init__(self, shapes: Mapping[Term, model.Shape]) -> None:
        self._shapes = shapes

    def sentence(self, constraint: model.Constraint, path: Path | None) -> str:
        subject = f"value of {path_text(path)}" if path is not None else "node"
        plural = subject.replace("value", "values", 1)
        match constraint:
            case model.MinCount(count):
                return f"There must be at least {_number(count, subject)}."
            case model.MaxCount(count):
                return f"There must be at most {_number(count, subject)}."
            case model.UniqueLang():
                return f"No two {plural} may be in the same language."
            case model.HasValue(term):
                return f"One {subject} must be {short(term)}."
            case model.Equals(predicate):
                return f"The {plural} must be those of {short(predicate)}."
            case model.Disjoint(predicate):
                return f"No {subject} may be among those of {short(predicate)}."
            case model.Closed(allowed):
                if not allowed:
                    return "The node may have no properties."
                return f"The node may have no other properties than {_listed(allowed)}."
            case model.Qualified(shape, count, is_minimum):
                bound = "least" if is_minimum else "most"
                return f"At {bound} {count} of the {plural} must {self._conform(shape)}."
            case model.Not(shape):
                return f"{_each(subject)} must not {self._conform(shape)}."
            case model.SparqlConstraint():
                return f"{_each(subject)} must satisfy {short(constraint.component)}."
        return f"{_each(subject)} must {self._phrase(constraint) or 'conform to the shape'}."

    def _phrase(self, constraint: model.Constraint) -> str | None:
        """Return what follows "must" where a constraint is on a single value."""
        match constraint:
            case model.Class(term):
                return f"be of class {short(term)}"
            case model.Datatype(iri):
                return f"be a well-formed literal of datatype {short(iri)}"
            case model.NodeKind(kind):
                return f"be {_KINDS[short(kind)]}"
            case model.Range(bound, _, limit):
                return f"be {_COMPARISONS[bound]} {limit.value}"
            case model.MinLength(length):
                return f"have at least {_number(length, 'character')}"
            case model.MaxLength(length):
                return f"have at most {_number(length, 'character')}"
            case model.Pattern(pattern):
                return f'match the pattern "{pattern}"'
            case model.LanguageIn(tags):
                return f"be in one of the languages {', '.join(tags)}"
            case model.In(terms):
                return f"be one of {_listed(terms)}"
            case model.LessThan(predicate):
                return f"be less than those of {short(predicate)}"
            case model.LessThanOrEquals(predicate):
                return f"be at most those of {short(predicate)}"
            case model.NodeShapeOf(shape) | model.PropertyShapeOf(shape):
                return self._conform(shape)
            case model.And(shapes):
                return " and ".join(self._conform(each) for each in shapes)
            case model.Or(shapes):
                return " or ".join(self._conform(each) for each in shapes)
            case model.Xone(shapes):
                listed = "; ".join(self._conform(each) for each in shapes)
                return f"do exactly one of these: {listed}"
            case model.HasValue(term):
                return f"be {short(term)}"
            case _:
                return None

    def _conform(self, node: Term) -> str:
        """Return what follows "must" for a shape: its name, or what it says if it has none."""
        if not isinstance(node, BlankNode):
            return f"conform to the shape {short(node)}"
        shape = self._shapes[node]
        if shape.path is None:
            phrases = [self._phrase(each) for each in shape.constraints]
        else:
            phrases = [_has_values(each, path_text(shape.path)) for each in shape.constraints]
        told = [phrase for phrase in phrases if phrase]
        if told and len(told) == len(phrases):
            return " and ".join(told)
        about = f" on {path_text(shape.path)}" if shape.path is not None else ""
        return f"conform to an unnamed shape{about}"


def _has_values(constraint: model.Constraint, path: str) -> str | None:
    match constraint:
        case model.MinCount(count):
            return f"have at least {_number(count, f'value of {path}')}"
        case model.MaxCount(count):
            return f"have at most {_number(count, f'value of {path}')}"
        case model.HasValue(term):
            return f"have {short(term)} as a value of {path}"
        case _:
            return None


def _each(subject: str) -> str:
    return "The node" if subject == "node" else f"Each {subject}"


def _number(count: int, noun: str) -> str:
    first, _, rest = noun.partition(" ")
    plural = first if count == 1 else first + "s"
    return f"{count} {plural} {rest}".rstrip()


def _listed(terms: tuple[Term, ...]) -> str:
    texts = [short(term) for term in terms[:_LISTED]]
    more = len(terms) - _LISTED
    return ", ".join(texts) + (f" and {more} more" if more > 0 else "")
