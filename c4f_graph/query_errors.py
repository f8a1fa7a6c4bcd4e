"""What an engine finds wrong with a query, in our words and with its place."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING

from c4f_graph.errors import Location, QueryError
from c4f_graph.sparql_text import place, undeclared_prefixes

if TYPE_CHECKING:
    from collections.abc import Iterator

_PLACE = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
_SENTENCE = re.compile(r"\b[A-Z]\w*(?: \w+)+")
_CHARACTERS = re.compile(r"""("(?:\\.|[^"\\])*")|\[[^\]]*\](?:,\ )?""", re.VERBOSE)


@contextlib.contextmanager
def told_in_our_words(text: str, name: str) -> Iterator[None]:
    """Turn what Oxigraph raises in a block into errors of ours.

    Args:
        text: the query that is run in the block.
        name: what messages call it.

    Raises:
        QueryError: the query is ill-formed, or asks for what the engine does not have.
    """
    try:
        yield
    except SyntaxError as error:
        raise _syntax_error(error, text, name) from error
    except RuntimeError as error:
        # What Oxigraph finds only when it evaluates, such as a function that it does not have.
        raise QueryError(f"{error}.", location=Location(name)) from error


def _syntax_error(error: SyntaxError, text: str, name: str) -> QueryError:
    match = _PLACE.match(str(error.msg))
    if match is None:
        return QueryError(f"{error.msg}.", location=Location(name))
    if "Prefix not found" in match[3]:
        for prefix, offset in undeclared_prefixes(text):
            return QueryError(
                f"syntax error: the prefix {prefix}: is not declared.",
                location=place(text, offset, name),
                hint=f"Begin the query with PREFIX {prefix}: and its namespace in < >.",
            )
    return QueryError(
        f"syntax error: {_reason(match[3])}.",
        location=Location(name, int(match[1]), int(match[2])),
        hint="Mend the query there, or just before.",
    )


def _reason(text: str) -> str:
    """Say why in a person's words: Oxigraph lists every character that it would also have taken."""
    sentence = _SENTENCE.search(text)
    if sentence is not None:
        return sentence.group()
    expected = " ".join(_CHARACTERS.sub(r"\1", text).split()).rstrip(" ,")
    return "it does not go on like this" if expected == "expected" else expected
