"""On which literals a native engine and a store agree: their forms, their values, their limits."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from c4f_graph.namespaces import XSD
from c4f_graph.shacl import constraints
from c4f_graph.shacl.datatypes import PATTERNS, RANGES
from c4f_graph.shacl.paths import Inverse, Path, Predicate
from c4f_graph.shacl.terms import RDF_LANG_STRING
from c4f_graph.shacl.written import is_normalised

if TYPE_CHECKING:
    from pyoxigraph import Literal

    from c4f_graph.shacl.constraints import Constraint

# Those of which the engine takes every form that XML Schema has, and no other. It says of a number
# that it cannot hold that it is ill-formed: `is_false_alarm` knows better, but not inside a shape.
_EXACT = {RDF_LANG_STRING, *(NamedNode(XSD + name) for name in ("string", "boolean", "date"))}
_INTEGER = NamedNode(XSD + "integer")
NUMBERS = {NamedNode(XSD + "decimal"), _INTEGER}
_LIMITS = ("integer", "decimal", "double", "date", "dateTime")


class NotNativeError(ValueError):
    """A constraint that the native engine is not asked about."""


def minds_forms(constraint: Constraint) -> bool:
    """Tell whether a constraint can tell two forms of one value apart."""
    match constraint:
        case constraints.Datatype(iri):
            return iri == _INTEGER
        case constraints.HasValue(term):
            return is_normalised(term)
        case constraints.In(terms):
            return any(map(is_normalised, terms))
        case (
            constraints.MinLength()
            | constraints.MaxLength()
            | constraints.Pattern()
            | constraints.Disjoint()
        ):
            return True
        case _:
            return False


def predicates_of_values(path: Path | None) -> set[NamedNode]:
    """Return the predicate whose objects are the values; none where these cannot be literals.

    Raises:
        NotNativeError: they may be the objects of several.

    """
    match path:
        case Predicate(iri):
            return {iri}
        case Inverse(Predicate()):
            return set()
        case _:
            raise NotNativeError


def has_exact_forms(datatype: NamedNode) -> bool:
    """Tell whether the engine takes just the forms that a datatype has."""
    name = datatype.value.removeprefix(XSD)
    return datatype in _EXACT or datatype in NUMBERS or name not in {*PATTERNS, *RANGES}


def is_limit(limit: Literal) -> bool:
    """Tell whether the engine compares values with a limit as SPARQL does."""
    name = limit.datatype.value.removeprefix(XSD)
    return (
        name in _LIMITS
        and limit.value != "NaN"
        and re.fullmatch(PATTERNS[name], limit.value) is not None
    )
