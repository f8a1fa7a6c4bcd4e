"""The constraints of shapes as typed values (SHACL, sections 4 to 6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from c4f_graph.shacl.terms import sh

if TYPE_CHECKING:
    from pyoxigraph import Literal, NamedNode

    from c4f_graph.shacl.terms import Term


@dataclass(frozen=True, slots=True)
class Constraint:
    """One constraint of a shape: a component with values for its parameters (section 2.1.5)."""

    name: ClassVar[str]

    @property
    def component(self) -> NamedNode:
        """The constraint component, as a report names it."""
        return sh(f"{self.name}ConstraintComponent")


@dataclass(frozen=True, slots=True)
class Class(Constraint):
    """Each value is an instance of a class (section 4.1.1)."""

    name = "Class"
    term: Term


@dataclass(frozen=True, slots=True)
class Datatype(Constraint):
    """Each value is a well-formed literal of a datatype (section 4.1.2)."""

    name = "Datatype"
    iri: NamedNode


@dataclass(frozen=True, slots=True)
class NodeKind(Constraint):
    """Each value is of a kind of node, such as sh:BlankNodeOrIRI (section 4.1.3)."""

    name = "NodeKind"
    kind: NamedNode


@dataclass(frozen=True, slots=True)
class MinCount(Constraint):
    """There are at least so many values (section 4.2.1)."""

    name = "MinCount"
    count: int


@dataclass(frozen=True, slots=True)
class MaxCount(Constraint):
    """There are at most so many values (section 4.2.2)."""

    name = "MaxCount"
    count: int


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
class MinLength(Constraint):
    """Each value has at least so many characters (section 4.4.1)."""

    name = "MinLength"
    length: int


@dataclass(frozen=True, slots=True)
class MaxLength(Constraint):
    """Each value has at most so many characters (section 4.4.2)."""

    name = "MaxLength"
    length: int


@dataclass(frozen=True, slots=True)
class Pattern(Constraint):
    """Each value matches a regular expression (section 4.4.3)."""

    name = "Pattern"
    pattern: str
    flags: str


@dataclass(frozen=True, slots=True)
class LanguageIn(Constraint):
    """Each value is tagged with one of these languages (section 4.4.4)."""

    name = "LanguageIn"
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UniqueLang(Constraint):
    """No two values share a language (section 4.4.5)."""

    name = "UniqueLang"


@dataclass(frozen=True, slots=True)
class Equals(Constraint):
    """The values are those of another property (section 4.5.1)."""

    name = "Equals"
    predicate: NamedNode


@dataclass(frozen=True, slots=True)
class Disjoint(Constraint):
    """No value is one of another property (section 4.5.2)."""

    name = "Disjoint"
    predicate: NamedNode


@dataclass(frozen=True, slots=True)
class LessThan(Constraint):
    """Each value is less than each of another property (section 4.5.3)."""

    name = "LessThan"
    predicate: NamedNode


@dataclass(frozen=True, slots=True)
class LessThanOrEquals(Constraint):
    """Each value is at most each of another property (section 4.5.4)."""

    name = "LessThanOrEquals"
    predicate: NamedNode


@dataclass(frozen=True, slots=True)
class Not(Constraint):
    """No value conforms to a shape (section 4.6.1)."""

    name = "Not"
    shape: Term


@dataclass(frozen=True, slots=True)
class And(Constraint):
    """Each value conforms to all of these shapes (section 4.6.2)."""

    name = "And"
    shapes: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Or(Constraint):
    """Each value conforms to one or more of these shapes (section 4.6.3)."""

    name = "Or"
    shapes: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Xone(Constraint):
    """Each value conforms to exactly one of these shapes (section 4.6.4)."""

    name = "Xone"
    shapes: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class NodeShapeOf(Constraint):
    """Each value conforms to a node shape: sh:node (section 4.7.1)."""

    name = "Node"
    shape: Term


@dataclass(frozen=True, slots=True)
class PropertyShapeOf(Constraint):
    """Each value has a property shape, whose results are results: sh:property (section 4.7.2)."""

    name = "Property"
    shape: Term


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

    name = "Closed"
    allowed: tuple[NamedNode, ...]


@dataclass(frozen=True, slots=True)
class HasValue(Constraint):
    """One of the values is this term (section 4.8.2)."""

    name = "HasValue"
    term: Term


@dataclass(frozen=True, slots=True)
class In(Constraint):
    """Each value is one of these terms (section 4.8.3)."""

    name = "In"
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

    name = "SPARQL"
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
