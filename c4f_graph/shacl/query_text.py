"""SPARQL text as tokens in a tree of brackets: enough to see and change the shape of a query.

A text that is no SPARQL may pass here: whether it is well-formed is for an engine to say.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from c4f_graph.sparql_tokens import Token, lex

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_CLOSING = {"{": "}", "(": ")", "[": "]"}


class BracketError(ValueError):
    """A text whose brackets do not match."""


@dataclass(slots=True)
class Block:
    """What stands between two brackets; the whole text is a block with an empty bracket."""

    bracket: str
    children: list[Token | Block]

    def __str__(self) -> str:
        inner = "".join(
            child.text if isinstance(child, Token) else str(child) for child in self.children
        )
        return f"{self.bracket}{inner}{_CLOSING.get(self.bracket, '')}"

    def tokens(self) -> Iterator[Token]:
        """Yield all tokens inside, except white space, in order."""
        for child in self.children:
            if isinstance(child, Block):
                yield from child.tokens()
            elif child.kind != "space":
                yield child

    def blocks(self, bracket: str) -> Iterator[Block]:
        """Yield the blocks with this bracket inside, at any depth, outer ones first."""
        for child in self.children:
            if isinstance(child, Block):
                if child.bracket == bracket:
                    yield child
                yield from child.blocks(bracket)

    def first_keyword(self) -> str:
        """Return the keyword that stands first, or an empty text."""
        for child in self.children:
            if isinstance(child, Block):
                return ""
            if child.kind != "space":
                return child.keyword
        return ""

    def mentions(self, variable: str) -> bool:
        """Tell whether a variable stands anywhere inside."""
        return any(token.variable == variable for token in self.tokens())


@functools.lru_cache(maxsize=256)
def parse_query(text: str) -> Block:
    """Return the tokens of a query as a tree of brackets, which nobody may change.

    Raises:
        BracketError: the brackets do not match.

    """
    root = Block("", [])
    open_blocks = [root]
    for token in lex(text):
        if token.kind == "sign" and token.text in _CLOSING:
            block = Block(token.text, [])
            open_blocks[-1].children.append(block)
            open_blocks.append(block)
        elif token.kind == "sign" and token.text in "})]":
            block = open_blocks.pop()
            if _CLOSING.get(block.bracket) != token.text:
                raise BracketError(f"a {token.text!r} closes nothing")
        else:
            open_blocks[-1].children.append(token)
    if len(open_blocks) > 1:
        raise BracketError(f"a {open_blocks[-1].bracket!r} is not closed")
    return root


def substitute(block: Block, values: Mapping[str, str]) -> Block:
    """Return a block with texts in place of variables.

    `BOUND(?v)` of such a variable becomes true, and a SELECT clause loses it, as neither may
    hold a constant (SHACL, appendix A: pre-binding of variables).

    Args:
        block: a query or a part of one.
        values: the texts by variable name.

    """
    children: list[Token | Block] = []
    is_projection = False
    for child in block.children:
        if isinstance(child, Block):
            if child.bracket == "(" and _ends_with_bound(children):
                (variable, *_) = [token.variable for token in child.tokens()] or [""]
                if variable in values:
                    del children[_last_word(children) :]
                    children.append(Token("constant", "(true)"))
                    continue
            is_projection = is_projection and child.bracket == "("
            children.append(substitute(child, values))
            continue
        if child.keyword == "SELECT":
            is_projection = True
        elif child.keyword in ("WHERE", "FROM"):
            is_projection = False
        if child.variable in values:
            if not is_projection:
                children.append(Token("constant", values[child.variable]))
        else:
            children.append(child)
    return Block(block.bracket, children)


def rename(block: Block, names: Mapping[str, str], prefix: str) -> Block:
    """Return a block with its variables under other names.

    Args:
        block: a query or a part of one.
        names: the new names of some variables, without marks.
        prefix: put before the name of each other variable.

    """
    children: list[Token | Block] = []
    for child in block.children:
        if isinstance(child, Block):
            children.append(rename(child, names, prefix))
        elif child.kind == "variable":
            name = names.get(child.variable, prefix + child.variable)
            children.append(Token("variable", f"?{name}"))
        else:
            children.append(child)
    return Block(block.bracket, children)


def _last_word(children: list[Token | Block]) -> int:
    for index in range(len(children) - 1, -1, -1):
        child = children[index]
        if isinstance(child, Block) or child.kind != "space":
            return index
    return -1


def _ends_with_bound(children: list[Token | Block]) -> bool:
    index = _last_word(children)
    child = children[index] if index >= 0 else None
    return isinstance(child, Token) and child.keyword == "BOUND"
