"""The focus nodes of a shape as a pattern that finds all of them at once (SHACL, section 2.1.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from c4f_graph.shacl.paths import Path, is_nullable, path_sparql
from c4f_graph.shacl.terms import RDF_TYPE, RDFS_SUBCLASS_OF, sparql

if TYPE_CHECKING:
    from c4f_graph.shacl.model import Target

_PARENT = "_parent"


@dataclass(frozen=True, slots=True)
class Focus:
    """Where focus nodes come from: targets, or the values of a path at other focus nodes.

    Attributes:
        targets: what the nodes are; empty where they are values.
        parent: the nodes whose values they are.
        path: the path that leads to the values.

    """

    targets: tuple[Target, ...] = ()
    parent: Focus | None = None
    path: Path | None = None

    def pattern(self, variable: str = "?this") -> str:
        """Return a pattern that binds a variable to the nodes; a node may come more than once."""
        if self.parent is not None and self.path is not None:
            outer = variable + _PARENT
            return reach(self.parent.pattern(outer), outer, self.path, variable)
        alternatives = [_alternative(kind, terms, variable) for kind, terms in self._by_kind()]
        if len(alternatives) == 1:
            return alternatives[0]
        return " UNION ".join(f"{{ {alternative} }}" for alternative in alternatives)

    def columns(self, variable: str = "?this") -> list[str]:
        """Return the variables that tell one validation of a node from another.

        A node that is the value of two nodes is validated for each (section 4.7.2).
        """
        above = self.parent.columns(variable + _PARENT) if self.parent is not None else []
        return [variable, *above]

    def distinct(self) -> str:
        """Return a pattern that binds `?this` to each node once."""
        return f"{{ SELECT DISTINCT ?this WHERE {{ {self.pattern()} }} }}"

    def _by_kind(self) -> list[tuple[str, list[str]]]:
        nodes = [sparql(each.term) for each in self.targets if each.kind == "node"]
        groups = [("node", nodes)] if nodes else []
        groups += [(each.kind, [sparql(each.term)]) for each in self.targets if each.kind != "node"]
        return groups


def _alternative(kind: str, terms: list[str], variable: str) -> str:
    other = variable + "_of"
    match kind:
        case "node":
            return f"VALUES {variable} {{ {' '.join(terms)} }}"
        case "class":
            # The classes are few and found first; the instances are then read from an index.
            return f"{other} {RDFS_SUBCLASS_OF}* {terms[0]} . {variable} {RDF_TYPE} {other} ."
        case "subjectsOf":
            found = f"{variable} {terms[0]} {other} ."
        case _:
            found = f"{other} {terms[0]} {variable} ."
    # Such a node may stand in any number of triples.
    return f"{{ SELECT DISTINCT {variable} WHERE {{ {found} }} }}"


def reach(start: str, this: str, path: Path, value: str) -> str:
    """Return a pattern that binds a variable to the values of a path.

    Args:
        start: a pattern that binds `this`; empty where it is bound from outside, as in EXISTS.
        this: the variable of the nodes from which the path leads.
        path: the path.
        value: the variable for the values.

    """
    walked = f"{this} {path_sparql(path)} {value} ."
    if not is_nullable(path):
        return f"{start} {walked}" if start else walked
    # SPARQL's paths of no steps start only from nodes of the graph; a focus node need not be one.
    return f"{{ {start} {walked} }} UNION {{ {start} BIND({this} AS {value}) }}"
