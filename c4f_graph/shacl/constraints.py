"""The constraints of shapes as typed values (SHACL, sections 4 to 6).

A class has the name of its component. Those with the same kind of parameter share a base class.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from c4f_graph.shacl.terms import sh

if TYPE_CHECKING:
    from pyoxigraph import Literal, NamedNode

    from c4f_graph.shacl.terms import Term


@dataclass(frozen=True, slots=True)
class Constraint:
    """One constraint of a shape: a component with values for its parameters (section 2.1.5)."""

    @property
    def component(self) -> NamedNode:
        """The constraint component, as a report names it."""
        return sh(f"{type(self).__name__}ConstraintComponent")


@dataclass(frozen=True, slots=True)
class _OfTerm(Constraint):
    term: Term


class Class(_OfTerm):
    """Each value is an instance of a class (section 4.1.1)."""


class HasValue(_OfTerm):
    """One of the values is this term (section 4.8.2)."""


@dataclass(frozen=True, slots=True)
class _OfIri(Constraint):
    iri: NamedNode


class Datatype(_OfIri):
    """Each value is a well-formed literal of a datatype (section 4.1.2)."""


class NodeKind(_OfIri):
    """Each value is of a kind of node, such as sh:BlankNodeOrIRI (section 4.1.3)."""


@dataclass(frozen=True, slots=True)
class _OfPredicate(Constraint):
    predicate: NamedNode


class Equals(_OfPredicate):
    """The values are those of another property (section 4.5.1)."""


class Disjoint(_OfPredicate):
    """No value is one of another property (section 4.5.2)."""


class LessThan(_OfPredicate):
    """Each value is less than each of another property (section 4.5.3)."""


class LessThanOrEquals(_OfPredicate):
    """Each value is at most each of another property (section 4.5.4)."""


@dataclass(frozen=True, slots=True)
class _OfNumber(Constraint):
    number: int


class MinCount(_OfNumber):
    """There are at least so many values (section 4.2.1)."""


class MaxCount(_OfNumber):
    """There are at most so many values (section 4.2.2)."""


class MinLength(_OfNumber):
    """Each value has at least so many characters (section 4.4.1)."""


class MaxLength(_OfNumber):
    """Each value has at most so many characters (section 4.4.2)."""


@dataclass(frozen=True, slots=True)
class _OfShape(Constraint):
    shape: Term


class Not(_OfShape):
    """No value conforms to a shape (section 4.6.1)."""


class Node(_OfShape):
    """Each value conforms to a node shape: sh:node (section 4.7.1)."""


class Property(_OfShape):
    """Each value has a property shape, whose results are results: sh:property (section 4.7.2)."""


@dataclass(frozen=True, slots=True)
class _OfShapes(Constraint):
    shapes: tuple[Term, ...]


class And(_OfShapes):
    """Each value conforms to all of these shapes (section 4.6.2)."""


class Or(_OfShapes):
    """Each value conforms to one or more of these shapes (section 4.6.3)."""


class Xone(_OfShapes):
    """Each value conforms to exactly one of these shapes (section 4.6.4)."""


class UniqueLang(Constraint):
    """No two values share a language (section 4.4.5)."""


@dataclass(frozen=True, slots=True)
class Range(Constraint):
    """Each value compares with a limit: `bound` is such as MinInclusive (section 4.3)."""

    bound: str
    operator: str
    limit: Literal

    @property
    def component(self) -> NamedNode:
        """The constraint component, as a report names it."""
        return sh(f"{self.bound}ConstraintComponent")


@dataclass(frozen=True, slots=True)
class Pattern(Constraint):
    """Each value matches a regular expression (section 4.4.3)."""

    pattern: str
    flags: str


@dataclass(frozen=True, slots=True)
class LanguageIn(Constraint):
    """Each value is tagged with one of these languages (section 4.4.4)."""

    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Qualified(Constraint):
    """A number of values conforms to a shape and to none of its siblings (section 4.7.3)."""

    shape: Term
    count: int
    is_minimum: bool
    siblings: tuple[Term, ...]

    @property
    def component(self) -> NamedNode:
        """The constraint component, as a report names it."""
        return sh(f"Qualified{'Min' if self.is_minimum else 'Max'}CountConstraintComponent")


@dataclass(frozen=True, slots=True)
class Closed(Constraint):
    """Each value has no other properties than these (section 4.8.1)."""

    allowed: tuple[NamedNode, ...]


@dataclass(frozen=True, slots=True)
class In(Constraint):
    """Each value is one of these terms (section 4.8.3)."""

    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class SparqlConstraint(Constraint):
    """A query that returns what is wrong: sh:sparql or a validator (sections 5 and 6).

    Attributes:
        node: the constraint (sh:sparql) or the shape's component (a validator).
        query: the text with its prefixes in front.
        is_ask: whether the query tells that a value is right, rather than selecting wrong ones.
        messages: templates of messages.
        parameters: the values of the component's parameters by variable name.
        component_node: the custom component; None for sh:sparql.

    """

    node: Term
    query: str
    is_ask: bool
    messages: tuple[Literal, ...]
    parameters: tuple[tuple[str, Term], ...] = ()
    parameter_names: tuple[str, ...] = ()
    component_node: NamedNode | None = None

    @property
    def component(self) -> NamedNode:
        """The constraint component, as a report names it."""
        return self.component_node or sh("SPARQLConstraintComponent")
