"""Shapes and their targets as typed values (SHACL, sections 2 and 3)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyoxigraph import Literal, NamedNode, Triple

    from c4f_graph.shacl.constraints import Constraint
    from c4f_graph.shacl.paths import Path
    from c4f_graph.shacl.terms import Term


@dataclass(frozen=True, slots=True)
class Target:
    """What a shape looks at: `kind` is node, class, subjectsOf or objectsOf (section 2.1.3)."""

    kind: str
    term: Term


@dataclass(frozen=True, slots=True)
class Shape:
    """A node shape, or, with a path, a property shape (sections 2.2 and 2.3)."""

    node: Term
    path: Path | None
    targets: tuple[Target, ...]
    constraints: tuple[Constraint, ...]
    severity: NamedNode
    messages: tuple[Literal, ...]
    is_deactivated: bool = False
    names: tuple[Literal, ...] = ()


@dataclass(frozen=True, slots=True)
class ShapesGraph:
    """The shapes that have a target and those that they refer to, by node, in reading order."""

    shapes: dict[Term, Shape]
    triples: tuple[Triple, ...] = field(repr=False)

    @property
    def targeted(self) -> list[Shape]:
        """The shapes that validation starts from."""
        return [shape for shape in self.shapes.values() if shape.targets]
