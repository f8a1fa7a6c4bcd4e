"""Read a query, which an engine has found well-formed, to its parts (SPARQL 1.1, section 19.8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from c4f_graph.evidence.model import (
    OURS,
    Bind,
    Condition,
    Element,
    Exists,
    Group,
    InGraph,
    Item,
    Optional,
    Query,
    Select,
    Span,
    SubSelect,
    Triples,
    Union,
    Values,
)
from c4f_graph.evidence.query_text import QueryText
from c4f_graph.evidence.triples_reader import TriplesReader

if TYPE_CHECKING:
    from collections.abc import Callable

_AGGREGATES = {"COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"}
_CHANGING = {"RAND", "UUID", "STRUUID", "BNODE"}
_MODIFIERS = {"HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES"}


class QueryReader(QueryText):
    """Reads a query once; see `read`."""

    def __init__(self, text: str, name: str = "query") -> None:
        super().__init__(text, name)
        self._triples = TriplesReader(self.tokens, self._refuse)

    def read(self) -> Query:
        """Give the query's parts.

        Raises:
            QueryError: ASK or DESCRIBE, or something whose sources cannot be traced.
        """
        cursor = self._triples
        for token in self.tokens:
            if token.keyword in _CHANGING:
                self._refuse(f"{token.keyword} gives something else each time", token)
            if token.variable.startswith(OURS):
                self._refuse(f"names that begin with {OURS} are in use", token)
        while cursor.word in {"PREFIX", "BASE"}:
            cursor.index += 3 if cursor.word == "PREFIX" else 2
        prologue = (0, cursor.index)
        if cursor.word == "CONSTRUCT":
            return self._construct(prologue)
        if cursor.word != "SELECT":
            self._refuse(f"{cursor.word} has no rows", cursor.token)
        select, dataset = self._select()
        return Query(prologue, dataset, select)

    def _construct(self, prologue: Span) -> Query:
        cursor = self._triples
        start = cursor.index
        cursor.index += 1
        template = None
        if cursor.sign == "{":
            cursor.index += 1
            template = cursor.triples()
            if any("_:" in token.text[:2] or token.text == "[" for token in cursor.since(start)):
                self._refuse("a template with blank nodes makes new ones each time", cursor.token)
            cursor.expect("}")
        dataset = self._skip_to({"WHERE"}, "{")
        cursor.accept("WHERE")
        group = self._group()
        if template is None:
            template = tuple(
                pattern
                for element in group.elements
                if isinstance(element, Triples)
                for pattern in element.patterns
            )
        select = Select((start, len(self.tokens)), group, None)
        return Query(prologue, dataset, select, template)

    def _select(self) -> tuple[Select, Span]:
        cursor = self._triples
        start = cursor.index
        cursor.index += 1
        if cursor.word in {"DISTINCT", "REDUCED"}:
            cursor.index += 1
        columns: list[Item] | None = []
        while cursor.word not in {"FROM", "WHERE"} and cursor.sign != "{":
            if cursor.sign == "*":
                cursor.index += 1
                columns = None
            elif columns is not None:
                columns.append(self._item())
        head = (start, cursor.index)
        dataset = self._skip_to({"WHERE"}, "{")
        cursor.accept("WHERE")
        group = self._group()
        after = cursor.index
        keys: list[Item] = []
        if cursor.word == "GROUP":
            cursor.index += 2
            while cursor.word not in _MODIFIERS and cursor.token and cursor.sign != "}":
                keys.append(self._item(f"{OURS}key_{len(keys)}"))
        having = None
        if cursor.word == "HAVING":
            having = self._skip_to(_MODIFIERS - {"HAVING"}, "}")
        self._skip_to({"VALUES"}, "}")
        values = self._values() if cursor.word == "VALUES" else None
        used = self.tokens[slice(*head)] + self.tokens[after : cursor.index]
        is_aggregate = bool(keys) or any(token.keyword in _AGGREGATES for token in used)
        for token in self.tokens[slice(*head)] + self.tokens[slice(*(having or (0, 0)))]:
            if token.keyword == "EXISTS":
                self._refuse("EXISTS outside of a FILTER of its own", token)
        select = Select(
            (start, cursor.index),
            group,
            None if columns is None else tuple(columns),
            tuple(keys),
            having,
            values,
            is_aggregate,
        )
        return select, dataset

    def _item(self, unnamed: str = "") -> Item:
        """Read a column, or a key of GROUP BY, which need not have a name."""
        cursor = self._triples
        token = cursor.token
        if token is None:
            self._refuse("it ends too early", None)
        if token.variable:
            cursor.index += 1
            return Item(token.variable)
        if cursor.sign != "(":
            start = cursor.index
            while cursor.sign != "(":
                cursor.index += 1
            cursor.balanced()
            return Item(unnamed, (start, cursor.index))
        first, end = cursor.balanced()
        if self.tokens[end - 3].keyword == "AS":
            return Item(self.tokens[end - 2].variable, (first + 1, end - 3))
        return Item(unnamed, (first, end))

    def _skip_to(self, words: set[str], sign: str) -> Span:
        cursor = self._triples
        start = cursor.index
        while cursor.token and cursor.word not in words and cursor.sign != sign:
            if cursor.sign in {"(", "{"}:
                cursor.balanced()
            else:
                cursor.index += 1
        return start, cursor.index

    def _group(self) -> Group:
        cursor = self._triples
        start = cursor.index
        cursor.expect("{")
        elements: list[Element] = []
        if cursor.word == "SELECT":
            select, _ = self._select()
            elements.append(SubSelect(select))
        while cursor.sign != "}":
            if cursor.sign == ".":
                cursor.index += 1
            else:
                elements.append(self._element())
        cursor.index += 1
        return Group((start, cursor.index), tuple(elements))

    def _element(self) -> Element:
        cursor = self._triples
        readers: dict[str, Callable[[], Element]] = {
            "OPTIONAL": self._optional,
            "MINUS": self._minus,
            "GRAPH": self._graph,
            "FILTER": self._filter,
            "BIND": self._bind,
            "VALUES": self._values,
        }
        if cursor.word in readers:
            return readers[cursor.word]()
        if cursor.sign == "{":
            branches = [self._group()]
            while cursor.accept("UNION"):
                branches.append(self._group())
            return Union(tuple(branches))
        return Triples(cursor.triples())

    def _optional(self) -> Optional:
        self._triples.index += 1
        return Optional(self._group())

    def _minus(self) -> Condition:
        start = self._triples.index
        self._triples.index += 1
        self._triples.balanced()
        return Condition((start, self._triples.index), is_minus=True)

    def _graph(self) -> InGraph:
        self._triples.index += 1
        return InGraph(self._triples.term(), self._group())

    def _filter(self) -> Exists | Condition:
        cursor = self._triples
        start = cursor.index
        cursor.index += 1
        if cursor.word == "EXISTS":
            cursor.index += 1
            group = self._group()
            return Exists((start, cursor.index), group)
        if cursor.word == "NOT":
            cursor.index += 2
            cursor.balanced()
            return Condition((start, cursor.index))
        while cursor.sign != "(":
            cursor.index += 1
        first, end = cursor.balanced()
        for token in self.tokens[first:end]:
            if token.keyword == "EXISTS":
                self._refuse("EXISTS outside of a FILTER of its own", token)
        return Condition((start, end))

    def _bind(self) -> Bind:
        self._triples.index += 1
        first, end = self._triples.balanced()
        for token in self.tokens[first:end]:
            if token.keyword == "EXISTS":
                self._refuse("EXISTS outside of a FILTER of its own", token)
        return Bind((first + 1, end - 3), self.tokens[end - 2].variable)

    def _values(self) -> Values:
        cursor = self._triples
        start = cursor.index
        cursor.index += 1
        names = self.variables(cursor.balanced() if cursor.sign == "(" else (start, start + 2))
        if cursor.sign != "{":
            cursor.index += 1
        first, end = cursor.balanced()
        has_gaps = any(token.keyword == "UNDEF" for token in self.tokens[first:end])
        return Values((start, end), tuple(sorted(names)), has_gaps)
