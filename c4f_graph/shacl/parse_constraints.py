"""Read the constraints of SHACL Core at one shape (SHACL, section 4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode

from c4f_graph.namespaces import XSD
from c4f_graph.shacl import constraints
from c4f_graph.shacl.graph import IllFormedListError
from c4f_graph.shacl.terms import TRUE, sh, short

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from c4f_graph.shacl.graph import Graph
    from c4f_graph.shacl.problems import Problems
    from c4f_graph.shacl.terms import Term

RANGES = {
    "minExclusive": ("MinExclusive", ">"),
    "minInclusive": ("MinInclusive", ">="),
    "maxExclusive": ("MaxExclusive", "<"),
    "maxInclusive": ("MaxInclusive", "<="),
}
NODE_KINDS = frozenset(
    sh(name)
    for name in (
        "BlankNode",
        "IRI",
        "Literal",
        "BlankNodeOrIRI",
        "BlankNodeOrLiteral",
        "IRIOrLiteral",
    )
)
# These say something of the values of a path, so that a shape without one cannot have them.
FOR_PROPERTIES = (
    "minCount",
    "maxCount",
    "uniqueLang",
    "lessThan",
    "lessThanOrEquals",
    "qualifiedValueShape",
)
AT_MOST_ONCE = (
    *("minCount", "maxCount", "datatype", "nodeKind", "minLength", "maxLength", "pattern"),
    *("flags", "in", "languageIn", "uniqueLang", "closed", *RANGES),
    *("ignoredProperties", "qualifiedValueShape", "qualifiedMinCount", "qualifiedMaxCount"),
)
# Whatever has one of these is a shape (section 2.1).
PARAMETERS = tuple(
    sh(name)
    for name in (
        *("property", "class", "datatype", "nodeKind", "minCount", "maxCount", "minLength"),
        *("maxLength", "pattern", "languageIn", "uniqueLang", "equals", "disjoint", "lessThan"),
        *("lessThanOrEquals", "not", "and", "or", "xone", "node", "qualifiedValueShape"),
        *("closed", "hasValue", "in", "sparql", *RANGES),
    )
)


def read_constraints(
    graph: Graph, node: Term, has_path: bool, problems: Problems
) -> tuple[constraints.Constraint, ...]:
    """Return the constraints of SHACL Core at a shape, in the order of the specification.

    Args:
        graph: the shapes graph.
        node: the shape.
        has_path: whether it is a property shape.
        problems: where faults are noted; a constraint that cannot be read is left out.

    """
    reader = _Reader(graph, node, problems)
    for name in AT_MOST_ONCE:
        if len(graph.objects(node, sh(name))) > 1:
            problems.fatal(f"a shape has at most one sh:{name}", node)
    if not has_path:
        for name in FOR_PROPERTIES:
            if graph.objects(node, sh(name)):
                problems.fatal(f"sh:{name} needs a shape with a sh:path", node, sh(name))
                return ()
    return (
        *reader.values(),
        *reader.counts_and_pairs(),
        *reader.logic(),
        *reader.qualified(),
        *reader.others(),
    )


class _Reader:
    def __init__(self, graph: Graph, node: Term, problems: Problems) -> None:
        self.graph = graph
        self.node = node
        self.problems = problems

    def values(self) -> Iterator[constraints.Constraint]:
        for term in self._each("class"):
            yield constraints.Class(term)
        for iri in self._iris("datatype"):
            yield constraints.Datatype(iri)
        for kind in self._iris("nodeKind"):
            if kind in NODE_KINDS:
                yield constraints.NodeKind(kind)
            else:
                self._fatal(f"sh:nodeKind knows no {short(kind)}", kind)
        for name, (bound, operator) in RANGES.items():
            for limit in self._literals(name):
                yield constraints.Range(bound, operator, limit)
        for length in self._counts("minLength"):
            yield constraints.MinLength(length)
        for length in self._counts("maxLength"):
            yield constraints.MaxLength(length)
        flags = "".join(literal.value for literal in self._literals("flags"))
        for pattern in self._literals("pattern"):
            yield constraints.Pattern(pattern.value, flags)
        for members in self._lists("languageIn"):
            if all(isinstance(member, Literal) for member in members):
                yield constraints.LanguageIn(tuple(member.value for member in members))
            else:
                self._fatal("the members of sh:languageIn must be literals")

    def counts_and_pairs(self) -> Iterator[constraints.Constraint]:
        for count in self._counts("minCount"):
            if count:
                yield constraints.MinCount(count)
        for count in self._counts("maxCount"):
            yield constraints.MaxCount(count)
        if self._is_true("uniqueLang"):
            yield constraints.UniqueLang()
        pairs: tuple[tuple[str, Callable[[NamedNode], constraints.Constraint]], ...] = (
            ("equals", constraints.Equals),
            ("disjoint", constraints.Disjoint),
            ("lessThan", constraints.LessThan),
            ("lessThanOrEquals", constraints.LessThanOrEquals),
        )
        for name, make in pairs:
            yield from (make(iri) for iri in self._iris(name))

    def logic(self) -> Iterator[constraints.Constraint]:
        for shape in self._shapes("not"):
            yield constraints.Not(shape)
        for members in self._lists("and"):
            yield constraints.And(members)
        for members in self._lists("or"):
            yield constraints.Or(members)
        for members in self._lists("xone"):
            yield constraints.Xone(members)
        for shape in self._shapes("node"):
            yield constraints.Node(shape)
        for shape in self._shapes("property"):
            if self.graph.objects(shape, sh("path")):
                yield constraints.Property(shape)
            else:
                self._fatal("the value of sh:property must be a shape with a sh:path", shape)

    def qualified(self) -> Iterator[constraints.Constraint]:
        counts = [
            (count, is_minimum)
            for name, is_minimum in (("qualifiedMinCount", True), ("qualifiedMaxCount", False))
            for count in self._counts(name)
        ]
        for shape in self._shapes("qualifiedValueShape"):
            siblings: tuple[Term, ...] = ()
            if self._is_true("qualifiedValueShapesDisjoint"):
                siblings = tuple(self._siblings(shape))
            for count, is_minimum in counts:
                if count or not is_minimum:
                    yield constraints.Qualified(shape, count, is_minimum, siblings)

    def others(self) -> Iterator[constraints.Constraint]:
        if self._is_true("closed"):
            ignored = [member for members in self._lists("ignoredProperties") for member in members]
            named = [
                path
                for shape in self._each("property")
                for path in self.graph.objects(shape, sh("path"))
            ]
            allowed = [term for term in (*named, *ignored) if isinstance(term, NamedNode)]
            yield constraints.Closed(tuple(dict.fromkeys(allowed)))
        for term in self._each("hasValue"):
            yield constraints.HasValue(term)
        for members in self._lists("in"):
            yield constraints.In(members)

    def _siblings(self, shape: Term) -> Iterator[Term]:
        """Yield the sibling shapes (section 4.7.3, potential definition of sibling shapes)."""
        found: dict[Term, None] = {}
        for parent in self.graph.subjects(sh("property")):
            properties = self.graph.objects(parent, sh("property"))
            if self.node in properties:
                for each in properties:
                    found.update(dict.fromkeys(self.graph.objects(each, sh("qualifiedValueShape"))))
        found.pop(shape, None)
        yield from found

    def _each(self, name: str) -> list[Term]:
        return self.graph.objects(self.node, sh(name))

    def _iris(self, name: str) -> Iterator[NamedNode]:
        for term in self._each(name):
            if isinstance(term, NamedNode):
                yield term
            else:
                self._fatal(f"the value of sh:{name} must be an IRI", term)

    def _literals(self, name: str) -> Iterator[Literal]:
        for term in self._each(name):
            if isinstance(term, Literal):
                yield term
            else:
                self._fatal(f"the value of sh:{name} must be a literal", term)

    def _shapes(self, name: str) -> Iterator[Term]:
        for term in self._each(name):
            if isinstance(term, Literal):
                self._fatal(f"the value of sh:{name} must be a shape, not a literal", term)
                continue
            if not self.graph.predicates(term):
                kind = "a blank node" if isinstance(term, BlankNode) else short(term)
                self.problems.warn(
                    f"sh:{name} refers to {kind}, of which the shapes graph says nothing",
                    self.node,
                    term,
                )
            yield term

    def _counts(self, name: str) -> Iterator[int]:
        for literal in self._literals(name):
            if literal.datatype.value == XSD + "integer" and literal.value.lstrip("+").isdigit():
                yield int(literal.value)
            else:
                self._fatal(f"the value of sh:{name} must be a whole number", literal)

    def _lists(self, name: str) -> Iterator[tuple[Term, ...]]:
        for head in self._each(name):
            try:
                yield tuple(self.graph.list_members(head))
            except IllFormedListError as error:
                self._fatal(f"the value of sh:{name} is no well-formed list: {error}", head)

    def _is_true(self, name: str) -> bool:
        values = self._each(name)
        for value in values:
            if not (isinstance(value, Literal) and value.datatype.value == XSD + "boolean"):
                self._fatal(f"the value of sh:{name} must be true or false", value)
        # "1" is another term than true, and the specification speaks of true (section 4.4.5).
        return TRUE in values

    def _fatal(self, message: str, term: Term | None = None) -> None:
        self.problems.fatal(message, self.node, term)
