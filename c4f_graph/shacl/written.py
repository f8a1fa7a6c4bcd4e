"""Literals as files write them, for a store which keeps their values and not their text.

Oxigraph stores `"4.0"^^xsd:decimal` as `"4"^^xsd:decimal` and `"4"^^xsd:byte` as
`"4"^^xsd:integer`. To RDF these are different terms (RDF 1.1, section 3.3), so that a report has
to name the term of the file, and sh:datatype is about the datatype of the file.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad, Store, Triple

from c4f_graph.namespaces import XSD
from c4f_graph.shacl.constraints import Datatype, SparqlConstraint
from c4f_graph.shacl.datatypes import NORMALISED
from c4f_graph.shacl.sparql_constraints import computes_value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Set
    from typing import TypeAlias

    from c4f_graph.shacl.report import ValidationResult
    from c4f_graph.shacl.terms import Statement, Term

    # Gives statements as files write them: those about the subjects that it is given, or all.
    Written: TypeAlias = Callable[[Set[Term] | None], Iterable[Statement]]

_DATATYPES = frozenset(XSD + name for name in NORMALISED)
# A calendar day, month or year without a time zone can be written in one way only.
_DAYS = frozenset(XSD + name for name in ("date", "gYearMonth", "gYear"))
_WRITTEN_ONE_WAY = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
# The form in which a store keeps a literal of the commonest of the others.
_ONE_WAY = {
    XSD + "integer": re.compile("0|-?[1-9][0-9]{0,17}"),
    XSD + "boolean": re.compile("true|false"),
}
_HAS_FORM = NamedNode("urn:c4f:has-form")


def is_normalised(term: Term | None) -> bool:
    """Tell whether a term of a store may have been written otherwise."""
    if not isinstance(term, Literal) or term.datatype.value not in _DATATYPES:
        return False
    return not (term.datatype.value in _DAYS and _WRITTEN_ONE_WAY.fullmatch(term.value))


def is_stored_as_written(term: Term) -> bool:
    """Tell whether a store keeps a term as a file has it; false also where that is not sure."""
    if not is_normalised(term) or not isinstance(term, Literal):
        return True
    one_way = _ONE_WAY.get(term.datatype.value)
    return one_way is not None and one_way.fullmatch(term.value) is not None


def may_be_written_otherwise(result: ValidationResult) -> bool:
    """Tell whether a result names a term of the data that its file may write otherwise."""
    return is_normalised(result.focus_node) or _has_normalised_value(result)


def _has_normalised_value(result: ValidationResult) -> bool:
    if not is_normalised(result.value):
        return False
    constraint = result.constraint
    return not (isinstance(constraint, SparqlConstraint) and computes_value(constraint))


class WrittenLiterals:
    """The literals of statements by the form in which Oxigraph stores them.

    Args:
        statements: the data, and the shapes, as their files write them.

    """

    def __init__(self, statements: Iterable[Statement]) -> None:
        found: list[tuple[Term, NamedNode, Literal]] = []
        for statement in statements:
            subject, value = statement.subject, statement.object
            if isinstance(subject, Triple) or not isinstance(value, Literal):
                continue
            if is_normalised(value):
                found.append((subject, statement.predicate, value))
        stored = stored_forms({value for _, _, value in found})
        self._by_statement: dict[tuple[Term, NamedNode, Term], dict[Literal, None]] = {}
        self._by_form: dict[Term, dict[Literal, None]] = {}
        for start, predicate, literal in found:
            form = stored[literal]
            self._by_statement.setdefault((start, predicate, form), {})[literal] = None
            self._by_form.setdefault(form, {})[literal] = None

    def restored(self, results: Iterable[ValidationResult]) -> Iterator[ValidationResult]:
        """Yield results with the terms of the files; several where a file has several forms."""
        for result in results:
            if not may_be_written_otherwise(result):
                yield result
                continue
            focus = next(iter(self._forms(result.focus_node)), result.focus_node)
            if result.value is None or result.value == result.focus_node:
                value = focus if result.value is not None else None
                yield replace(result, focus_node=focus, value=value)
                continue
            for value in self._values(result):
                statement = _with_value(result, focus, value)
                yield replace(result, focus_node=focus, value=value, statement=statement)

    def mistyped(self, results: Iterable[ValidationResult]) -> Iterator[ValidationResult]:
        """Yield those results of sh:datatype whose value was written with another datatype."""
        for result in results:
            constraint = result.constraint
            for value in self._values(result):
                if not isinstance(constraint, Datatype) or not isinstance(value, Literal):
                    continue
                if value.datatype != constraint.iri:
                    statement = _with_value(result, result.focus_node, value)
                    yield replace(result, value=value, statement=statement)

    def _values(self, result: ValidationResult) -> list[Term]:
        if result.value is None:
            return []
        if not _has_normalised_value(result):
            return [result.value]
        subject, predicate, value = result.statement
        if predicate is not None and value == result.value:
            exact = self._by_statement.get((subject, predicate, value))
            if exact:
                return list(exact)
        return self._forms(result.value)[:1] or [result.value]

    def _forms(self, term: Term) -> list[Term]:
        return list(self._by_form.get(term, ()))


def _with_value(
    result: ValidationResult, focus: Term, value: Term
) -> tuple[Term, NamedNode | None, Term | None]:
    """Return the statement of a result with the terms of the file; its object is either."""
    subject, predicate, last = result.statement
    if last == result.value:
        return subject, predicate, value
    return subject, predicate, focus if last == result.focus_node else last


def stored_forms(literals: set[Literal]) -> dict[Literal, Term]:
    """Return what Oxigraph makes of each literal, by asking it."""
    order = list(literals)
    store = Store()
    store.bulk_extend(
        Quad(NamedNode(f"urn:c4f:literal:{number}"), _HAS_FORM, literal)
        for number, literal in enumerate(order)
    )
    forms: dict[Literal, Term] = {}
    for quad in store:
        number = int(str(quad.subject).rstrip(">").rsplit(":", 1)[1])
        if not isinstance(quad.object, Triple):
            forms[order[number]] = quad.object
    return forms
