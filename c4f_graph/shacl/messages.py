"""What a result says to a person: the shape's own message, or one made from the constraint."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal

from c4f_graph.namespaces import SH
from c4f_graph.shacl import constraints, model
from c4f_graph.shacl.paths import Path, path_text
from c4f_graph.shacl.terms import Term, short
from c4f_graph.shacl.wording import LANGUAGES, PHRASES, SENTENCES, WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_PLACE = re.compile(r"\{[?$](\w+)\}")
_LISTED = 8


def message_in(messages: Sequence[Literal], language: str) -> Literal:
    """Return the message in a language, or the nearest to it that there is.

    The nearest is a more or a less special form of the language (`de-AT` for `de`), then a message
    without a language, then one in English, then the first.

    Args:
        messages: at least one.
        language: a language tag (BCP 47); case does not matter.
    """
    wanted = language.lower()

    def distance(message: Literal) -> int:
        tag = (message.language or "").lower()
        steps = (
            tag == wanted,
            tag.startswith(f"{wanted}-"),
            tag != "" and wanted.startswith(f"{tag}-"),
            tag == "",
            tag.partition("-")[0] == "en",
        )
        return next((step for step, is_met in enumerate(steps) if is_met), len(steps))

    return min(messages, key=distance)


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


def default_messages(
    constraint: constraints.Constraint, path: Path | None, shapes: Mapping[Term, model.Shape]
) -> tuple[Literal, ...]:
    """Return what a constraint asks for, in a sentence that stands for a violation of it.

    Args:
        constraint: the constraint that is violated.
        path: the path of its shape.
        shapes: the shapes that it may refer to.

    Returns:
        One message in each language.
    """
    return tuple(
        Literal(_Sentences(shapes, index).sentence(constraint, path), language=language)
        for index, language in enumerate(LANGUAGES)
    )


class _Sentences:
    """Sentences in one language: that which stands at an index of each text."""

    def __init__(self, shapes: Mapping[Term, model.Shape], index: int) -> None:
        self._shapes = shapes
        self._index = index

    def sentence(self, constraint: constraints.Constraint, path: Path | None) -> str:
        kind = "node" if path is None else "value"
        where = path_text(path) if path is not None else ""
        subject, subjects = self._word(kind, path=where), self._word(f"{kind}s", path=where)
        name, blanks = _name(constraint), {"subject": subject, "subjects": subjects}
        match constraint:
            case constraints.MinCount(count) | constraints.MaxCount(count):
                blanks["number"] = self._number(count, kind, path=where)
            case constraints.UniqueLang():
                pass
            case constraints.HasValue(term):
                blanks["term"] = short(term)
            case constraints.Equals(predicate) | constraints.Disjoint(predicate):
                blanks["predicate"] = short(predicate)
            case constraints.Closed(allowed):
                name = "Closed" if allowed else "Empty"
                blanks["listed"] = self._listed(allowed)
            case constraints.Qualified(shape, count, is_minimum):
                name = "QualifiedMin" if is_minimum else "QualifiedMax"
                blanks |= {"count": str(count), "must": self._conform(shape)}
            case constraints.Not(shape):
                name = "Not" if path is not None else "NodeNot"
                blanks["must"] = self._conform(shape)
            case _:
                name = "Each" if path is not None else "Node"
                blanks["must"] = self._phrase(constraint) or self._fill(PHRASES["Any"])
        return self._fill(SENTENCES[name], **blanks)

    def _phrase(self, constraint: constraints.Constraint) -> str | None:
        """Return what follows "must" where a constraint is on a single value."""
        name = _name(constraint)
        blanks: dict[str, str] = {}
        match constraint:
            case constraints.Class(term) | constraints.Datatype(term) | constraints.HasValue(term):
                blanks["term"] = short(term)
            case constraints.NodeKind(kind):
                name = kind.value.removeprefix(SH)
            case constraints.Range(limit=limit):
                blanks["limit"] = limit.value
            case constraints.MinLength(length) | constraints.MaxLength(length):
                blanks["number"] = self._number(length, "character")
            case constraints.Pattern(pattern):
                blanks["pattern"] = pattern
            case constraints.LanguageIn(tags):
                blanks["listed"] = ", ".join(tags)
            case constraints.In(terms):
                blanks["listed"] = self._listed(terms)
            case constraints.LessThan(predicate) | constraints.LessThanOrEquals(predicate):
                blanks["predicate"] = short(predicate)
            case constraints.SparqlConstraint():
                name, blanks["component"] = "Satisfy", short(constraint.component)
            case constraints.Xone(shapes):
                blanks["listed"] = "; ".join(self._conform(each) for each in shapes)
            case constraints.Node(shape) | constraints.Property(shape):
                return self._conform(shape)
            case constraints.And(shapes):
                return self._word("and").join(self._conform(each) for each in shapes)
            case constraints.Or(shapes):
                return self._word("or").join(self._conform(each) for each in shapes)
            case _:
                return None
        return self._fill(PHRASES[name], **blanks)

    def _conform(self, node: Term) -> str:
        """Return what follows "must" for a shape: its name, or what it says if it has none."""
        if not isinstance(node, BlankNode):
            return self._fill(PHRASES["Shape"], shape=short(node))
        shape = self._shapes[node]
        path = path_text(shape.path) if shape.path is not None else None
        if path is None:
            phrases = [self._phrase(each) for each in shape.constraints]
        else:
            phrases = [self._has_values(each, path) for each in shape.constraints]
        told = [phrase for phrase in phrases if phrase]
        if told and len(told) == len(phrases):
            return self._word("and").join(told)
        return self._fill(PHRASES["Unnamed" if path is None else "UnnamedOn"], path=path or "")

    def _has_values(self, constraint: constraints.Constraint, path: str) -> str | None:
        match constraint:
            case constraints.MinCount(count) | constraints.MaxCount(count):
                number = self._number(count, "value", path=path)
                return self._fill(PHRASES[f"Has{_name(constraint)}"], number=number)
            case constraints.HasValue(term):
                return self._fill(PHRASES["HasOne"], term=short(term), path=path)
            case _:
                return None

    def _number(self, count: int, noun: str, **blanks: str) -> str:
        return f"{count} {self._word(noun if count == 1 else f'{noun}s', **blanks)}"

    def _listed(self, terms: Sequence[Term]) -> str:
        texts = [short(term) for term in terms[:_LISTED]]
        more = len(terms) - _LISTED
        return ", ".join(texts) + (self._word("more", count=str(more)) if more > 0 else "")

    def _word(self, name: str, **blanks: str) -> str:
        return self._fill(WORDS[name], **blanks)

    def _fill(self, texts: tuple[str, ...], **blanks: str) -> str:
        return texts[self._index].format(**blanks)


def _name(constraint: constraints.Constraint) -> str:
    return constraint.component.value.removeprefix(SH).removesuffix("ConstraintComponent")
