"""Constraints on single values as SPARQL expressions (SHACL, sections 4.1, 4.3, 4.4 and 4.8.3).

Each expression is true where the value holds and false where it does not; none is ever an error,
so that they can be joined with `&&` and `||`.
"""

from __future__ import annotations

from pyoxigraph import NamedNode

from c4f_graph.namespaces import SH, XSD
from c4f_graph.shacl import constraints
from c4f_graph.shacl.datatypes import ORDERED, has_datatype, is_ordered
from c4f_graph.shacl.terms import (
    RDF_TYPE,
    RDFS_SUBCLASS_OF,
    XSD_BOOLEAN,
    Term,
    quoted,
    sparql,
)

_INTEGER, _DECIMAL, _DOUBLE = (f"<{XSD}{name}>" for name in ("integer", "decimal", "double"))
_KINDS = {"BlankNode": "isBlank", "IRI": "isIRI", "Literal": "isLiteral"}


def holds(constraint: constraints.Constraint, value: str, fresh: str) -> str | None:
    """Return the expression that a value holds to a constraint.

    Args:
        constraint: any constraint.
        value: the variable of the value.
        fresh: a variable that stands nowhere else in the query.

    Returns:
        The expression, or None for a constraint that is not on single values.

    """
    match constraint:
        case constraints.Class(term):
            return _is_instance(value, sparql(term), fresh)
        case constraints.Datatype(iri):
            return has_datatype(value, iri)
        case constraints.NodeKind(kind):
            names = kind.value.removeprefix(SH).split("Or")
            return "(" + " || ".join(f"{_KINDS[name]}({value})" for name in names) + ")"
        case constraints.Range(_, operator, limit):
            return compares(value, operator, sparql(limit)) if is_ordered(limit) else "false"
        case constraints.MinLength(length):
            return f"COALESCE(!isBlank({value}) && STRLEN(STR({value})) >= {length}, false)"
        case constraints.MaxLength(length):
            return f"COALESCE(!isBlank({value}) && STRLEN(STR({value})) <= {length}, false)"
        case constraints.Pattern(pattern, flags):
            options = f", {quoted(flags)}" if flags else ""
            matches = f"REGEX(STR({value}), {quoted(pattern)}{options})"
            return f"COALESCE(!isBlank({value}) && {matches}, false)"
        case constraints.LanguageIn(tags):
            language = f"LANG({value})"
            ranges = " || ".join(f"LANGMATCHES({language}, {quoted(tag)})" for tag in tags)
            return f"COALESCE(isLiteral({value}) && ({ranges or 'false'}), false)"
        case constraints.In(terms):
            return is_one_of(value, terms)
        case _:
            return None


def compares(left: str, operator: str, right: str) -> str:
    """Return the expression that two terms can be compared and compare so.

    What can be compared is what SPARQL 1.1 names (section 17.3), and the dates, durations and
    texts in a language that Oxigraph adds to it. Oxigraph has no order of booleans, nor of
    integers and decimals that are too long for it: here, they have.

    Args:
        left: a variable.
        operator: `<`, `<=`, `>` or `>=`.
        right: a variable, or a literal that is ordered.
    """
    booleans = f"{_is_boolean(left)} && {_is_boolean(right)}"
    as_booleans = f"{_INTEGER}({left}) {operator} {_INTEGER}({right})"
    numbers = f"{_is_number(left)} && {_is_number(right)}"
    as_numbers = f"{_DOUBLE}(STR({left})) {operator} {_DOUBLE}(STR({right}))"
    otherwise = f"IF({booleans}, {as_booleans}, {numbers} && {as_numbers})"
    return f"COALESCE({left} {operator} {right}, {otherwise}, false)"


def is_at_most(left: str, right: str) -> str:
    """Return the expression that the term of one variable is at most that of another.

    To Oxigraph any term is at most itself; to SPARQL an IRI, an ill-typed literal, NaN are not.
    """
    number = f'(isNumeric({left}) && STR({left}) != "NaN")'
    ordered = " || ".join([number, *(has_datatype(left, iri) for iri in ORDERED)])
    return f"({compares(left, '<=', right)} && (!sameTerm({left}, {right}) || {ordered}))"


def _is_boolean(operand: str) -> str:
    return f"DATATYPE({operand}) = {XSD_BOOLEAN}"


def _is_number(operand: str) -> str:
    """Return the expression that an operand is a number, be it too long for the engine."""
    digits = quoted(r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)$")
    is_exact = f"DATATYPE({operand}) IN ({_INTEGER}, {_DECIMAL}) && REGEX(STR({operand}), {digits})"
    return f"(isNumeric({operand}) || {is_exact})"


def is_one_of(value: str, terms: tuple[Term, ...]) -> str:
    """Return the expression that a value is the same term as one of some."""
    if not terms:
        return "false"
    if all(isinstance(term, NamedNode) for term in terms):
        return f"COALESCE({value} IN ({', '.join(sparql(term) for term in terms)}), false)"
    # IN compares literals by value: 1 would be 1.0, and an unknown datatype an error.
    return "(" + " || ".join(f"sameTerm({value}, {sparql(term)})" for term in terms) + ")"


def _is_instance(value: str, term: str, kind: str) -> str:
    # Most values are of the class itself: the way up is looked for only where they are not.
    above = f"EXISTS {{ {kind} {RDFS_SUBCLASS_OF}+ {term} }}"
    return f"EXISTS {{ {value} {RDF_TYPE} {kind} FILTER({kind} = {term} || {above}) }}"
