"""Draw the model: the ontology's classes and how they refer to one another, as Graphviz DOT.

A class is a box. An object property is an arrow from its domain to its range; several between the
same two boxes share one. What would tangle the picture stands as a line in the box instead: a
concept of a vocabulary, a reference to the class itself, a range of more classes than a reader can
follow. DOT: https://graphviz.org/doc/info/lang.html
"""

from __future__ import annotations

import sys
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.corpus import BASE
from c4f_graph.namespaces import C4F, OWL, RDF, RDFS, SKOS
from c4f_graph.paths import corpus_paths
from c4f_graph.rdf_files import read_statements

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FEW = 3
_HEAD = """\
digraph model {
    graph [rankdir=BT, ranksep=0.4, nodesep=0.15, margin=0, bgcolor=white];
    node [shape=plain, fontname="Helvetica,Arial,sans-serif", fontsize=14];
    edge [fontname="Helvetica,Arial,sans-serif", fontsize=12, color="#5b6570", fontcolor="#39424c",
        arrowsize=0.7];
"""
_BOX = '<table border="0" cellborder="0" cellspacing="0" cellpadding="3" color="#5b6570"'
_Node = ox.NamedNode | ox.BlankNode


@dataclass(frozen=True, slots=True)
class Reference:
    """An object property between two classes, by their local names."""

    domain: str
    name: str
    range: str


class Model:
    """What the ontology says of classes and of object properties between them."""

    def __init__(self, path: Path) -> None:
        """Read the ontology's file.

        Args:
            path: a Turtle file with OWL classes and properties in the namespace c4f.

        Raises:
            InputError: the file cannot be read.
        """
        self._store = ox.Store()
        self._store.extend(statement.quad for statement in read_statements(path, base=BASE))
        self.classes = self._members(f"{OWL}Class")
        self.concepts = {
            name for name in self.classes if f"{SKOS}Concept" in self._values(name, "subClassOf")
        }
        self.subclasses = sorted(
            (name, _local(parent))
            for name in self.classes
            for parent in self._values(name, "subClassOf")
            if parent.startswith(C4F)
        )

    def references(self) -> Iterator[Reference]:
        """Yield the object properties between our classes, the members of a union one by one."""
        for name in self._members(f"{OWL}ObjectProperty"):
            for domain in sorted(self._values(name, "domain")):
                for target in sorted(self._values(name, "range")):
                    if domain.startswith(C4F) and target.startswith(C4F):
                        yield Reference(_local(domain), name, _local(target))

    def _members(self, kind: str) -> list[str]:
        quads = self._store.quads_for_pattern(None, _node(f"{RDF}type"), _node(kind))
        subjects = (quad.subject for quad in quads)
        return sorted(
            _local(subject.value) for subject in subjects if isinstance(subject, ox.NamedNode)
        )

    def _values(self, name: str, predicate: str) -> set[str]:
        """Give the IRIs that a term has for a predicate of RDFS, or that a union there lists."""
        found = set()
        for value in self._objects(_node(C4F + name), RDFS + predicate):
            if isinstance(value, ox.NamedNode):
                found.add(value.value)
            for union in self._objects(value, f"{OWL}unionOf"):
                found.update(self._listed(union))
        return found

    def _listed(self, head: _Node) -> Iterator[str]:
        for first in self._objects(head, f"{RDF}first"):
            yield first.value
        for rest in self._objects(head, f"{RDF}rest"):
            yield from self._listed(rest)

    def _objects(self, subject: _Node, predicate: str) -> Iterator[_Node]:
        for quad in self._store.quads_for_pattern(subject, _node(predicate), None):
            if isinstance(quad.object, _Node):
                yield quad.object


def model_dot(path: Path) -> str:
    """Write the picture of an ontology; the same file gives the same text.

    Args:
        path: the ontology, a Turtle file.

    Raises:
        InputError: the file cannot be read.
    """
    model = Model(path)
    lines: dict[str, list[str]] = defaultdict(list)
    arrows: dict[tuple[str, str], list[str]] = defaultdict(list)
    targets: dict[tuple[str, str], list[str]] = defaultdict(list)
    for reference in model.references():
        if reference.domain not in model.concepts:
            targets[reference.domain, reference.name].append(reference.range)
    for (domain, name), ranges in targets.items():
        if len(ranges) > _FEW:
            lines[domain].append(f"{name}: one of {len(ranges)} classes")
            continue
        for target in ranges:
            if target == domain or target in model.concepts:
                lines[domain].append(f"{name}: {target}")
            else:
                arrows[domain, target].append(name)
    boxes = [_box(name, lines[name]) for name in model.classes if name not in model.concepts]
    edges = [_arrow(*ends, names) for ends, names in sorted(arrows.items())]
    parents = [f"    {name} -> {parent} [arrowhead=empty];\n" for name, parent in model.subclasses]
    return "".join([_HEAD, *boxes, *edges, *parents, "}\n"])


def _box(name: str, lines: list[str]) -> str:
    head = f'<tr><td bgcolor="#e3ecf5" border="1"><b>{name}</b></td></tr>'
    rows = '<br align="left"/>'.join(lines)
    body = (
        '<tr><td border="1" sides="LBR" align="left" balign="left">'
        f'<font point-size="12">{rows}</font></td></tr>'
    )
    return f"    {name} [label=<{_BOX}>{head}{body if lines else ''}</table>>];\n"


def _arrow(domain: str, target: str, names: list[str]) -> str:
    label = "\\n".join(f" {name} " for name in names)
    return f'    {domain} -> {target} [label="{label}"];\n'


def _local(iri: str) -> str:
    return iri.removeprefix(C4F)


def _node(iri: str) -> ox.NamedNode:
    return ox.NamedNode(iri)


if __name__ == "__main__":
    sys.stdout.write(model_dot(corpus_paths().ontology / "c4f.ttl"))
