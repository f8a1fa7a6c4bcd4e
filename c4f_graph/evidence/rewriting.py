"""Rewrite a query so that it returns, beside its columns, what its patterns matched.

The text stays as it was, with these changes. DISTINCT, aggregation, order and limits go, at the
outermost level only: a subselect stays whole, and is rewritten on its own. Sequences, alternatives
and inverse paths become triple patterns. An OPTIONAL, and each branch of a UNION, binds a marker,
so that a solution tells which of them matched. What a FILTER EXISTS matches is asked for by an
OPTIONAL of the same content.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from c4f_graph.evidence.exists import local_variables
from c4f_graph.evidence.matches import (
    CONTEXT,
    Match,
    MatchedExists,
    MatchedGraph,
    MatchedSelect,
    Rewritten,
    terms,
)
from c4f_graph.evidence.model import (
    OURS,
    Bind,
    Condition,
    Exists,
    Group,
    InGraph,
    Item,
    Optional,
    Path,
    Query,
    Select,
    SubSelect,
    Triples,
    Union,
    Values,
)
from c4f_graph.evidence.path_writer import PathWriter

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from c4f_graph.evidence.query_text import QueryText


class Rewriter:
    """Rewrites the SELECTs and the paths of one query."""

    def __init__(self, reader: QueryText, query: Query) -> None:
        self._reader = reader
        self._query = query
        self._fresh = 0

    def select(self, select: Select, constants: Mapping[str, str], *, in_graph: bool) -> Rewritten:
        """Rewrite a SELECT.

        Args:
            select: the query itself, or a subselect of it.
            constants: texts to write for variables that are bound beforehand.
            in_graph: it stands inside GRAPH, and so is asked of each graph: `CONTEXT`.
        """
        keys: tuple[Item, ...] = select.keys
        if not select.is_aggregate:
            keys = tuple(Item(name) for name in select.names())
            keys = select.columns if select.columns is not None else keys
        scope = _Scope(self, select.group, constants)
        body = scope.write(select.group, CONTEXT if in_graph else None)
        for key in keys:
            if key.expression is not None:
                expression = self._reader.part(key.expression, None, constants)
                body += f" BIND({expression} AS ?{key.variable})"
        if select.values is not None and not select.is_aggregate:
            body += " " + self._reader.part(select.values.span)
        names = tuple(key.variable for key in keys if key.variable not in constants)
        text = self._text(body, [f"?{name}" for name in names], scope.matches, in_graph)
        return Rewritten(text, scope.matches, names)

    def groups(self, select: Select, *, in_graph: bool, constants: Mapping[str, str]) -> str:
        """Write a SELECT that returns the keys of its groups beside its columns."""
        part = self._reader.part
        columns = select.columns or ()
        present = {item.variable for item in columns}
        hidden = [Item(key.variable) for key in select.keys if key.variable not in present]
        head = " ".join(
            f"?{item.variable}"
            if item.expression is None
            else f"({part(item.expression, None, constants)} AS ?{item.variable})"
            for item in (*columns, *hidden)
            if item.variable not in constants
        )
        keys = " ".join(
            f"?{key.variable}"
            if key.expression is None
            else f"({part(key.expression, None, constants)} AS ?{key.variable})"
            for key in select.keys
        )
        having = part(select.having, None, constants) if select.having else ""
        inner = (
            f"WHERE {part(select.group.span, None, constants)} "
            f"{f'GROUP BY {keys}' if keys else ''} {having}"
        )
        if in_graph:
            return self._whole("*", f"GRAPH {CONTEXT} {{ {{ SELECT {head} {inner} }} }}")
        prologue, dataset = part(self._query.prologue), part(self._query.dataset)
        return f"{prologue} SELECT {head} {dataset} {inner}"

    def step(self, path: Path, *, in_graph: bool) -> Rewritten:
        """Write a query for all single steps of a path, from `?_c4f_from` to `?_c4f_to`."""
        matches: list[Match] = []
        paths = PathWriter(matches, self.fresh)
        names = (f"{OURS}from", f"{OURS}to")
        start, end = (f"?{name}" for name in names)
        body = paths.write(start, path, end, (), CONTEXT if in_graph else None)
        text = self._text(body, [start, end], matches, in_graph)
        return Rewritten(text, matches, names)

    def fresh(self, kind: str) -> str:
        """Give a variable that the query does not have."""
        self._fresh += 1
        return f"?{OURS}{kind}_{self._fresh}"

    @property
    def reader(self) -> QueryText:
        """The reader of the query."""
        return self._reader

    def _text(self, body: str, columns: list[str], matches: Iterable[Match], in_graph: bool) -> str:
        needed: dict[str, None] = dict.fromkeys([*columns, *([CONTEXT] if in_graph else [])])
        for match in matches:
            needed.update(dict.fromkeys([*match.markers, *terms(match)]))
        if in_graph:
            body = f"GRAPH {CONTEXT} {{ {body} }}"
        head = " ".join(text for text in needed if text.startswith("?"))
        return self._whole(f"DISTINCT {head}" if head else "*", body)

    def _whole(self, columns: str, body: str) -> str:
        prologue = self._reader.part(self._query.prologue)
        dataset = self._reader.part(self._query.dataset)
        return f"{prologue} SELECT {columns} {dataset} WHERE {{ {body} }}"


class _Scope:
    """Writes the groups of one SELECT."""

    def __init__(self, rewriter: Rewriter, group: Group, constants: Mapping[str, str]) -> None:
        self.matches: list[Match] = []
        self._rewriter = rewriter
        self._reader = rewriter.reader
        self._constants = constants
        self._bindings = group.bindings()
        self._paths = PathWriter(self.matches, rewriter.fresh)

    def write(
        self,
        group: Group,
        graph: str | None,
        markers: tuple[str, ...] = (),
        names: Mapping[str, str] | None = None,
        outer: frozenset[str] = frozenset(),
    ) -> str:
        """Write what stands in a group, without its braces.

        Args:
            group: the group.
            graph: the text of the graph that it is matched in, if it stands in GRAPH.
            markers: are bound where it was matched.
            names: other names of variables, inside a FILTER EXISTS.
            outer: variables of the groups around it that its filters see, as OPTIONAL has it.
        """
        parts: list[str] = []
        existing: list[str] = []
        for element in group.elements:
            match element:
                case Triples(patterns):
                    parts += [
                        self._paths.write(
                            self._term(pattern.subject, names),
                            self._path(pattern.path, names),
                            self._term(pattern.object, names),
                            markers,
                            graph,
                        )
                        for pattern in patterns
                    ]
                case Optional(inner):
                    marker, ending = self._marker(inner, names)
                    seen = frozenset(self._bindings.keys() - inner.bound())
                    body = self.write(inner, graph, (*markers, marker), names, seen)
                    parts.append(f"OPTIONAL {{ {body}{ending} }}")
                case Union((only,)):
                    parts.append(f"{{ {self.write(only, graph, markers, names)} }}")
                case Union(branches):
                    written = []
                    for branch in branches:
                        marker, ending = self._marker(branch, names)
                        body = self.write(branch, graph, (*markers, marker), names)
                        written.append(f"{{ {body}{ending} }}")
                    parts.append(" UNION ".join(written))
                case InGraph(name, inner):
                    where = self._term(name, names)
                    self.matches.append(MatchedGraph(markers, where))
                    parts.append(f"GRAPH {where} {{ {self.write(inner, where, markers, names)} }}")
                case Exists():
                    parts.append(self._part(element.span, names))
                    existing.append(self._exists(element, group, graph, markers, names, outer))
                case Condition(span) | Values(span):
                    parts.append(self._part(span, names))
                case Bind(expression, variable):
                    target = self._term(f"?{variable}", names)
                    parts.append(f"BIND({self._part(expression, names)} AS {target})")
                case SubSelect(select):
                    parts.append(self._subselect(select, graph, markers, names))
        return " ".join((*parts, *existing))

    def _exists(
        self,
        exists: Exists,
        group: Group,
        graph: str | None,
        markers: tuple[str, ...],
        names: Mapping[str, str] | None,
        outer: frozenset[str],
    ) -> str:
        unknown = local_variables(self._reader, exists, group, self._constants, outer)
        local = {name: self._rewriter.fresh("exists") for name in sorted(unknown)}
        marker = self._rewriter.fresh("marker")
        self.matches.append(MatchedExists(markers, marker, exists))
        inner = {**(names or {}), **local}
        unseen = frozenset(group.bound() - exists.group.bound())
        body = self.write(exists.group, graph, (*markers, marker), inner, unseen)
        return f"OPTIONAL {{ {body} BIND(1 AS {marker}) }}"

    def _subselect(
        self,
        select: Select,
        graph: str | None,
        markers: tuple[str, ...],
        names: Mapping[str, str] | None,
    ) -> str:
        if graph is not None and graph.startswith("?"):
            # Oxigraph leaves the graph unbound there.
            self._reader.refuse("a subselect in GRAPH with a variable", select.span)
        certain = select.certain()
        columns = []
        copies = ""
        for name in select.names():
            column = self._term(f"?{name}", names)
            if name not in certain and (self._bindings[name] > 1 or names is not None):
                # Another pattern may give it a value where the subselect has none.
                copy = self._rewriter.fresh("copy")
                copies += f" BIND({column} AS {copy})"
                column = copy
            columns.append(column)
        self.matches.append(MatchedSelect(markers, select, tuple(columns), graph))
        text = f"{{ {self._reader.part(select.span, names)} }}"
        return f"{{ {text}{copies} }}" if copies else text

    def _marker(self, group: Group, names: Mapping[str, str] | None) -> tuple[str, str]:
        """Give a variable that is bound where a group matched, and the text that binds it."""
        if names is None:
            inside = group.bindings()
            for name in sorted(group.certain()):
                if inside[name] == self._bindings[name] and name not in self._constants:
                    return f"?{name}", ""
        marker = self._rewriter.fresh("marker")
        return marker, f" BIND(1 AS {marker})"

    def _part(self, span: tuple[int, int], names: Mapping[str, str] | None) -> str:
        return self._reader.part(span, names, self._constants)

    def _term(self, text: str, names: Mapping[str, str] | None) -> str:
        name = text[1:] if text.startswith("?") else ""
        return (names or {}).get(name) or self._constants.get(name) or text

    def _path(self, path: Path, names: Mapping[str, str] | None) -> Path:
        return Path("link", self._term(path.link, names)) if path.kind == "link" else path
