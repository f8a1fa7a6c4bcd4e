"""A query as the parts that matter for its sources: what is matched, and what is only tested."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TypeAlias

OURS = "_c4f_"
"""What the names of variables begin with that a query gets from us."""
Span: TypeAlias = tuple[int, int]
"""The tokens of a part of the query: the first, and the one after the last."""


@dataclass(frozen=True, slots=True)
class Path:
    """A property path (SPARQL 1.1, section 9).

    The kinds are `link` (an IRI or a variable), `inverse`, `sequence`, `alternative`, `negated`
    (parts are the links that it excludes, inverse ones included) and `?`, `*`, `+`.
    """

    kind: str
    link: str = ""
    parts: tuple[Path, ...] = ()

    def __str__(self) -> str:
        if self.kind == "link":
            return self.link
        if self.kind == "inverse":
            return f"^{self.parts[0]}"
        if self.kind in {"?", "*", "+"}:
            return f"({self.parts[0]}){self.kind}"
        between = "/" if self.kind == "sequence" else "|"
        text = f"({between.join(map(str, self.parts))})"
        return f"!{text}" if self.kind == "negated" else text


@dataclass(frozen=True, slots=True)
class Pattern:
    """A triple pattern, whose terms are SPARQL text; blank nodes have become variables."""

    subject: str
    path: Path
    object: str

    def variables(self) -> set[str]:
        """Give the variables that a match binds, without their marks."""
        link = self.path.link if self.path.kind == "link" else ""
        return {text[1:] for text in (self.subject, link, self.object) if text.startswith("?")}


@dataclass(frozen=True, slots=True)
class Triples:
    """Triple patterns that are matched together."""

    patterns: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class Optional:
    """OPTIONAL."""

    group: Group


@dataclass(frozen=True, slots=True)
class Union:
    """Groups of which one matches; a single one is a group in a group."""

    branches: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class InGraph:
    """GRAPH with a variable or an IRI."""

    graph: str
    group: Group


@dataclass(frozen=True, slots=True)
class Exists:
    """FILTER EXISTS: what it matches belongs to the sources."""

    span: Span
    group: Group


@dataclass(frozen=True, slots=True)
class Condition:
    """What only tests or takes away: a FILTER, FILTER NOT EXISTS or MINUS."""

    span: Span
    is_minus: bool = False


@dataclass(frozen=True, slots=True)
class Bind:
    """BIND."""

    expression: Span
    variable: str


@dataclass(frozen=True, slots=True)
class Values:
    """VALUES."""

    span: Span
    names: tuple[str, ...]
    has_gaps: bool


@dataclass(frozen=True, slots=True)
class Item:
    """A column or a key: a variable, and the expression that it stands for, if any."""

    variable: str
    expression: Span | None = None


@dataclass(frozen=True, slots=True)
class Select:
    """A SELECT query or subselect. `columns` is None for `*`."""

    span: Span
    group: Group
    columns: tuple[Item, ...] | None
    keys: tuple[Item, ...] = ()
    having: Span | None = None
    values: Values | None = None
    is_aggregate: bool = False

    def names(self) -> tuple[str, ...]:
        """Give the names of its columns."""
        if self.columns is None:
            bound = self.group.bound()
            return tuple(sorted(name for name in bound if not name.startswith(OURS)))
        return tuple(item.variable for item in self.columns)

    def certain(self) -> set[str]:
        """Give the columns that have a value in each row."""
        certain = self.group.certain()
        if self.columns is not None:
            certain &= {item.variable for item in self.columns if item.expression is None}
        if self.is_aggregate:
            certain &= {key.variable for key in self.keys}
        return certain


@dataclass(frozen=True, slots=True)
class SubSelect:
    """A SELECT in a group."""

    select: Select


Element: TypeAlias = (
    Triples | Optional | Union | InGraph | Exists | Condition | Bind | Values | SubSelect
)


@dataclass(frozen=True, slots=True)
class Group:
    """What stands between two braces."""

    span: Span
    elements: tuple[Element, ...]

    def bindings(self) -> Counter[str]:
        """Count the places that may bind a variable, which is in scope then (section 18.2.1)."""
        found: Counter[str] = Counter()
        for element in self.elements:
            match element:
                case Triples(patterns):
                    for pattern in patterns:
                        found.update(pattern.variables())
                case Optional(group):
                    found += group.bindings()
                case Union(branches):
                    for branch in branches:
                        found += branch.bindings()
                case InGraph(graph, group):
                    found += group.bindings()
                    found.update({graph[1:]} if graph.startswith("?") else ())
                case Bind(_, variable):
                    found[variable] += 1
                case Values(_, names):
                    found.update(names)
                case SubSelect(select):
                    found.update(select.names())
        return found

    def bound(self) -> set[str]:
        """Give the variables that may have a value."""
        return set(self.bindings())

    def certain(self) -> set[str]:
        """Give variables that have a value in each solution."""
        found: set[str] = set()
        for element in self.elements:
            match element:
                case Triples(patterns):
                    found.update(*(pattern.variables() for pattern in patterns))
                case Union(branches):
                    found |= set.intersection(*(branch.certain() for branch in branches))
                case InGraph(graph, group):
                    found |= group.certain() | ({graph[1:]} if graph.startswith("?") else set())
                case Values(_, names, has_gaps):
                    found |= set() if has_gaps else set(names)
                case SubSelect(select):
                    found |= select.certain()
        return found


@dataclass(frozen=True, slots=True)
class Query:
    """A query, read: what stands before its form, its FROM clauses, and what it selects.

    A CONSTRUCT selects all that its pattern binds, and has a template.
    """

    prologue: Span
    dataset: Span
    select: Select
    template: tuple[Pattern, ...] | None = None
