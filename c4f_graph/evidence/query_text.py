"""The text of a query: its parts as they are or with other terms, and what is refused of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from c4f_graph.errors import QueryError
from c4f_graph.sparql_text import place, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from c4f_graph.evidence.model import Span
    from c4f_graph.sparql_tokens import Token

_OPENING = {"(": ")", "{": "}", "[": "]"}


def end_of_brackets(tokens: Sequence[Token], start: int) -> int:
    """Give the place after the brackets that open at a place; the end where none closes them."""
    depth = 0
    for index in range(start, len(tokens)):
        token = tokens[index]
        if token.kind == "sign":
            depth += (token.text in _OPENING) - (token.text in _OPENING.values())
        if depth == 0:
            return index + 1
    return len(tokens)


class QueryText:
    """The tokens of one query; `name` is what error messages call it."""

    def __init__(self, text: str, name: str = "query") -> None:
        self.text = text
        self.tokens = tokens(text)
        self._name = name
        self._subselects = list(self._find_subselects())

    def part(
        self,
        span: Span,
        names: Mapping[str, str] | None = None,
        constants: Mapping[str, str] | None = None,
    ) -> str:
        """Write a part of the query as it is, or with other texts for some variables.

        Args:
            span: its tokens.
            names: texts of variables by name.
            constants: the same, but left alone inside subselects, which have a scope of their own.
        """
        first, end = span
        inside = [s for s in self._subselects if first <= s[0] and s[1] <= end]
        out = []
        for index in range(first, end):
            token = self.tokens[index]
            previous = self.tokens[index - 1]
            if index > first and previous.offset + len(previous.text) < token.offset:
                out.append(" ")
            text = (names or {}).get(token.variable, token.text) if token.variable else token.text
            if token.variable in (constants or {}) and not any(a <= index < b for a, b in inside):
                text = (constants or {})[token.variable]
            out.append(text)
        return "".join(out)

    def variables(self, span: Span) -> set[str]:
        """Give the variables that a part mentions."""
        return {token.variable for token in self.tokens[slice(*span)]} - {""}

    def refuse(self, reason: str, span: Span) -> NoReturn:
        """Say of a part that its sources cannot be traced.

        Raises:
            QueryError: always.
        """
        self._refuse(reason, self.tokens[span[0]])

    def _refuse(self, reason: str, token: Token | None) -> NoReturn:
        where = place(self.text, token.offset if token else len(self.text), self._name)
        raise QueryError(
            f"this query's sources cannot be traced: {reason}.",
            location=where,
            hint="Ask without --sources, or write that part otherwise.",
        )

    def _find_subselects(self) -> Iterator[Span]:
        for index, token in enumerate(self.tokens):
            if token.text == "{" and self.tokens[index + 1].keyword == "SELECT":
                yield index + 1, end_of_brackets(self.tokens, index) - 1
