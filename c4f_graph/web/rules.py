"""The rules of the shapes in words: which class or property each is about, and what it asks for."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.corpus import shape_files
from c4f_graph.namespaces import SH, SHAPES
from c4f_graph.shacl import parse_shapes
from c4f_graph.shacl.constraints import Property, SparqlConstraint
from c4f_graph.shacl.messages import default_messages, message_in
from c4f_graph.shacl.paths import Alternative, Inverse, Predicate, Repeat, Sequence
from c4f_graph.validation import read_shapes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from c4f_graph.paths import CorpusPaths
    from c4f_graph.shacl import Shape, ShapesGraph
    from c4f_graph.shacl.paths import Path

# A message names the values that it finds: `{?value}`. A rule has none yet.
_PLACE = re.compile(r"\{[?$]\w+\}")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its name, how grave it is to break it, and its text in each language.

    `severity` is `violation`, `warning` or `info`.
    """

    name: str
    severity: str
    messages: tuple[ox.Literal, ...]

    def text(self, code: str) -> str:
        """Say what the rule asks for, in a language or the nearest that there is."""
        return _PLACE.sub("…", message_in(self.messages, code).value)

    def language(self, code: str) -> str | None:
        """Give the language that `text` comes in."""
        return message_in(self.messages, code).language


def rules_by_term(paths: CorpusPaths) -> dict[str, list[Rule]]:
    """Read the shapes of a corpus, and give its rules by the IRIs of classes and properties.

    Raises:
        InputError: a file that cannot be read.
        ShapesError: a shape that cannot be read.
    """
    statements = read_shapes(shape_files(paths))
    shapes = parse_shapes(statement.quad for statement in statements)
    found: dict[str, dict[Rule, None]] = defaultdict(dict)
    for shape in shapes.targeted:
        targets = [target.term.value for target in shape.targets if not _is_blank(target.term)]
        for part in (shape, *_parts(shapes, shape)):
            about = [*targets, *(iri for iri in _predicates(part.path))]
            for rule in _rules(shapes, shape, part):
                for iri in about:
                    found[iri].setdefault(rule)
    return {iri: list(rules) for iri, rules in found.items()}


def _parts(shapes: ShapesGraph, shape: Shape) -> Iterator[Shape]:
    for constraint in shape.constraints:
        if isinstance(constraint, Property):
            part = shapes.shapes[constraint.shape]
            yield part
            yield from _parts(shapes, part)


def _rules(shapes: ShapesGraph, of: Shape, part: Shape) -> Iterator[Rule]:
    node = of.node if _is_blank(part.node) else part.node
    name = str(getattr(node, "value", "")).removeprefix(SHAPES)
    severity = part.severity.value.removeprefix(SH).lower()
    own = [one for one in part.constraints if not isinstance(one, Property)]
    if part.is_deactivated or not own:
        return
    if part.messages:
        yield Rule(name, severity, part.messages)
        return
    for constraint in own:
        its = constraint.messages if isinstance(constraint, SparqlConstraint) else ()
        yield Rule(name, severity, its or default_messages(constraint, part.path, shapes.shapes))


def _predicates(path: Path | None) -> Iterable[str]:
    """Give the IRIs of the properties that a path goes along."""
    match path:
        case None:
            return ()
        case Predicate(iri):
            return (iri.value,)
        case Inverse(inner) | Repeat(inner, _):
            return _predicates(inner)
        case Sequence(paths) | Alternative(paths):
            return tuple(iri for one in paths for iri in _predicates(one))


def _is_blank(node: object) -> bool:
    return isinstance(node, ox.BlankNode)
