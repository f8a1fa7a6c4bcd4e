"""SPARQL text as tokens (SPARQL 1.1, section 19.8). A text that is no SPARQL gives some as well."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN = re.compile(
    r"""
    (?P<space>(?:\s+|\#[^\n]*)+)
  | (?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
  | (?P<string>\"{3}(?:\"{0,2}(?:[^"\\]|\\.))*\"{3}|'{3}(?:'{0,2}(?:[^'\\]|\\.))*'{3}
        |"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
  | (?P<variable>[?$]\w+)
  | (?P<name>(?:[^\W\d_][\w.-]*)?:(?:[\w:%.\\-]*[\w:%-])?|_:[\w.-]*\w)
  | (?P<language>@[a-zA-Z]+(?:-[a-zA-Z0-9]+)*)
  | (?P<number>\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)
  | (?P<word>[^\W\d]\w*)
  | (?P<sign>\^\^|&&|\|\||!=|<=|>=|.)
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a query: its kind, such as variable or word, its text, and where it starts.

    One that was not read from a text starts nowhere, at -1.
    """

    kind: str
    text: str
    offset: int = -1

    @property
    def keyword(self) -> str:
        """The word in capitals; empty for anything that cannot be a keyword."""
        return self.text.upper() if self.kind == "word" else ""

    @property
    def variable(self) -> str:
        """The name of a variable without its mark; empty for anything else."""
        return self.text[1:] if self.kind == "variable" else ""


def lex(text: str) -> Iterator[Token]:
    """Yield the tokens of a query in order; white space and comments are tokens too."""
    for match in _TOKEN.finditer(text):
        yield Token(match.lastgroup or "sign", match.group(), match.start())
