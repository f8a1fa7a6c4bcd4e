"""What can be told from a query's text before it runs: its kind, and whether it reaches outside."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from c4f_graph.errors import Location, QueryError, RefusedQueryError
from c4f_graph.sparql_tokens import Token, lex

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

QUERY_FORMS = {"SELECT", "CONSTRUCT", "DESCRIBE", "ASK"}
_GROUPING = {"GROUP", "COUNT", "SUM", "AVG", "MIN", "MAX", "SAMPLE", "GROUP_CONCAT"}
_UPDATES = {"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"}


def tokens(text: str) -> list[Token]:
    """Split a query into tokens, without white space and comments."""
    return list(_tokens(text))


# Each function here wants the tokens of the same text, one after the other.
@lru_cache(maxsize=2)
def _tokens(text: str) -> tuple[Token, ...]:
    return tuple(token for token in lex(text) if token.kind != "space")


def place(text: str, offset: int, name: str = "query") -> Location:
    """Turn an offset into the text to a line and a column, both counted from 1."""
    line_start = text.rfind("\n", 0, offset) + 1
    return Location(name, text.count("\n", 0, offset) + 1, offset - line_start + 1)


def query_form(text: str, name: str = "query", services: Collection[str] = ()) -> str:
    """Say what a query is: `SELECT`, `CONSTRUCT`, `DESCRIBE` or `ASK`.

    Args:
        text: the query.
        name: what error messages call it.
        services: the addresses that it may name with SERVICE.

    Raises:
        RefusedQueryError: it is an update, or reaches elsewhere with SERVICE.
        QueryError: it is none of the four.
    """
    form = ""
    calls = service_calls(text) if services else []
    allowed = {call.offset for call in calls if call.address in services}
    for token in tokens(text):
        word = token.keyword
        if not form and word in _UPDATES:
            raise RefusedQueryError(
                f"{word} is an update, which is refused: the graph comes from its source files.",
                location=place(text, token.offset, name),
                hint="Ask with SELECT, ASK, CONSTRUCT or DESCRIBE; change the files in data/.",
            )
        if word == "SERVICE" and services and token.offset not in allowed:
            raise RefusedQueryError(
                "SERVICE is refused: it may name the addresses that the profile lists, written "
                f"out: {', '.join(services)}.",
                location=place(text, token.offset, name),
                hint="Add the address to `federate` in the profile, if you trust it.",
            )
        if word == "SERVICE" and not services:
            raise RefusedQueryError(
                "SERVICE is refused: a query never reaches the network.",
                location=place(text, token.offset, name),
                hint="Load the other graph's data here, or ask its endpoint on its own.",
            )
        if not form and word in QUERY_FORMS:
            form = word
    if not form:
        raise QueryError(
            "this is no query: it has none of SELECT, ASK, CONSTRUCT and DESCRIBE.",
            location=Location(name),
        )
    return form


@dataclass(frozen=True, slots=True)
class ServiceCall:
    """A SERVICE of a query: its address, or None where a variable holds it, and where it stands."""

    address: str | None
    offset: int


def service_calls(text: str) -> list[ServiceCall]:
    """List where a query reaches out with SERVICE."""
    declared = prefixes(text)
    stream = tokens(text)
    found = []
    for index, token in enumerate(stream):
        if token.keyword == "SERVICE":
            after = [each for each in stream[index + 1 : index + 3] if each.keyword != "SILENT"]
            found.append(
                ServiceCall(_written_iri(after[0], declared) if after else None, token.offset)
            )
    return found


def _written_iri(token: Token, declared: Mapping[str, str]) -> str | None:
    if token.kind == "iri":
        return token.text[1:-1]
    prefix, _, local = token.text.partition(":")
    return declared[prefix] + local if token.kind == "name" and prefix in declared else None


def without_services(text: str) -> str:
    """Write each `SERVICE <address>` as `GRAPH <address>`, every character in its place.

    What is left is as well-formed as the query, has its columns, and reaches nowhere.
    """
    stream = tokens(text)
    for before, token in pairwise([Token("sign", ""), *stream]):
        if token.keyword == "SERVICE":
            text = _replaced(text, token, "GRAPH")
        elif token.keyword == "SILENT" and before.keyword == "SERVICE":
            text = _replaced(text, token, "")
    return text


def _replaced(text: str, token: Token, word: str) -> str:
    end = token.offset + len(token.text)
    return text[: token.offset] + word.ljust(len(token.text)) + text[end:]


@dataclass(frozen=True, slots=True)
class DatasetClause:
    """A graph that a query names with FROM, or with FROM NAMED, and where it does."""

    iri: str
    is_named: bool
    offset: int


def dataset_clauses(text: str) -> list[DatasetClause]:
    """List the graphs that a query names with FROM and FROM NAMED."""
    declared = prefixes(text)
    stream = tokens(text)
    found = []
    for index, token in enumerate(stream[:-1]):
        if token.keyword == "FROM":
            is_named = stream[index + 1].keyword == "NAMED"
            graph = stream[min(index + 1 + is_named, len(stream) - 1)]
            if graph.kind == "iri":
                found.append(DatasetClause(graph.text[1:-1], is_named, graph.offset))
            elif graph.kind == "name":
                prefix, _, local = graph.text.partition(":")
                iri = declared.get(prefix, "") + local
                found.append(DatasetClause(iri, is_named, graph.offset))
    return found


def prefixes(text: str) -> dict[str, str]:
    """Give the prefixes that a query declares."""
    stream = tokens(text)
    return {
        stream[index + 1].text.rstrip(":"): stream[index + 2].text[1:-1]
        for index, token in enumerate(stream[:-2])
        if token.keyword == "PREFIX"
        and stream[index + 1].kind == "name"
        and stream[index + 2].kind == "iri"
    }


def undeclared_prefixes(text: str) -> list[tuple[str, int]]:
    """List the prefixes that a query uses and does not declare, each with where it does so."""
    declared = prefixes(text)
    return [
        (prefix, token.offset)
        for token in tokens(text)
        if token.kind == "name" and (prefix := token.text.partition(":")[0]) not in {*declared, "_"}
    ]


def iris(text: str) -> list[tuple[str, Token]]:
    """List the IRIs that a query uses, written out, each with its token; not those it declares."""
    declared = prefixes(text)
    found = []
    stream = tokens(text)
    for index, token in enumerate(stream):
        before = stream[index - 1].keyword if index else ""
        before_that = stream[index - 2].keyword if index > 1 else ""
        if before in {"PREFIX", "BASE"} or before_that == "PREFIX":
            continue
        if token.kind == "iri":
            found.append((token.text[1:-1], token))
        elif token.kind == "name":
            prefix, _, local = token.text.partition(":")
            if prefix in declared:
                found.append((declared[prefix] + local.rstrip("."), token))
    return found


def projecting(text: str, variables: Iterable[str]) -> str:
    """Add variables to what a SELECT query returns, which Oxigraph wants of those that it binds."""
    stream = tokens(text)
    words = [token.keyword for token in stream]
    if "SELECT" not in words:
        return text
    first = words.index("SELECT") + 1
    if words[first : first + 1] in (["DISTINCT"], ["REDUCED"]):
        first += 1
    projected = list(itertools.takewhile(lambda token: token.text != "{", stream[first:]))
    if projected[:1] and projected[0].text == "*":
        return text
    present = {token.variable for token in projected}
    end = stream[first - 1].offset + len(stream[first - 1].text)
    added = "".join(f" ?{name}" for name in variables if name not in present)
    return text[:end] + added + text[end:]


def is_grouped(text: str) -> bool:
    """Tell whether a SELECT query gives one row for each group of solutions."""
    braces = 0
    for token in tokens(text):
        braces += (token.text == "{") - (token.text == "}")
        if braces == 0 and token.keyword in _GROUPING:
            return True
    return False


def with_values(text: str, terms: Mapping[str, object]) -> str:
    """Bind variables in a query's text, where nothing else can bind them.

    Args:
        text: a query; the variables stand in its outermost group.
        terms: variables, without marks, to what they stand for; str() of it is N-Triples.

    Raises:
        QueryError: the query has no group to bind them in, or a blank node would be bound.
    """
    if not terms:
        return text
    stream = tokens(text)
    is_construct = any(token.keyword == "CONSTRUCT" for token in stream)
    braces = parentheses = 0
    for before, token in pairwise(stream):
        is_outermost = token.text == "{" and braces == parentheses == 0
        if is_outermost and (not is_construct or before.keyword == "WHERE"):
            variables = " ".join(f"?{name}" for name in terms)
            values = " ".join(str(term) for term in terms.values())
            start = token.offset + 1
            return f"{text[:start]} VALUES ({variables}) {{ ({values}) }}{text[start:]}"
        braces += (token.text == "{") - (token.text == "}")
        parentheses += (token.text == "(") - (token.text == ")")
    raise QueryError(
        "the query has no outermost group to bind variables in.",
        hint="Write WHERE before its group.",
    )
