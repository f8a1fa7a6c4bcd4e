"""Queries in other words, so that OpenLink Virtuoso 7 answers them right.

- Where a default graph is named, `GRAPH <name>` finds nothing, but `GRAPH ?graph` does.
- A subselect with DISTINCT loses rows where it is joined with more than one portion of rows, such
  as those of each side of a UNION: what it gave for a row of one portion, it takes for given to the
  row of the same number in the next. GROUP BY with a condition is computed anew for each.
- In a group with OPTIONAL, what EXISTS asks of a variable that a subselect, a UNION or a path gave
  is asked of its namesake in the optional part, which may be unbound. Within braces of its own,
  with what comes before the optional part, it is asked of the right one.
- A group of VALUES alone is empty to it where it is part of a UNION, but not with a filter.
- ORDER BY LCASE(?name) gives two sorted runs of rows, one after the other, where some names were
  taken by COALESCE; STR around it gives one.
- The datatype of a text with a language is xsd:string for it, and `sameTerm` with a text that has
  none is false for those that were loaded, so both are written in other words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.namespaces import RDF
from c4f_graph.remote.dialects import (
    HIDDEN,
    changed,
    end_of_group,
    graph_groups,
)
from c4f_graph.sparql_text import QUERY_FORMS, tokens, without_services

if TYPE_CHECKING:
    from collections.abc import Iterator

    from c4f_graph.sparql_tokens import Token


def rewritten(text: str) -> str:
    """Write a well-formed query so that Virtuoso answers it right."""
    for rewrite in (
        _naming_by_filter,
        _telling_languages,
        _comparing_texts,
        _keeping_values,
        _sorting_texts,
        _testing_first,
        _grouping_distinct,
    ):
        text = rewrite(text)
    return text


def _naming_by_filter(text: str) -> str:
    """Write `GRAPH <name> { … }` as `GRAPH ?hidden { … } FILTER(?hidden = <name>)`."""
    stream = tokens(text)
    changes = []
    for index, end in graph_groups(stream):
        graph = stream[index]
        if not graph.variable:
            variable = f"?{HIDDEN}{index}"
            changes.append((graph.offset, graph.offset + len(graph.text), variable))
            changes.append((end, end, f" FILTER({variable} = {graph.text})"))
    return changed(text, changes)


def _telling_languages(text: str) -> str:
    """Write `DATATYPE(?x)` so that it is rdf:langString where there is a language."""
    stream = tokens(text)
    changes = []
    for index, token in enumerate(stream[:-3]):
        variable = stream[index + 2]
        if token.keyword == "DATATYPE" and variable.variable and stream[index + 3].text == ")":
            name = variable.text
            told = f"IF(LANG({name}) != '', <{RDF}langString>, DATATYPE({name}))"
            changes.append((token.offset, stream[index + 3].offset + 1, told))
    return changed(text, changes)


def _comparing_texts(text: str) -> str:
    """Write `sameTerm(?x, "text")`, of a text without a language, by `=`."""
    stream = tokens(text)
    changes = []
    for index, token in enumerate(stream[:-5]):
        variable, _, value, closing = stream[index + 2 : index + 6]
        if (
            token.keyword == "SAMETERM"
            and variable.variable
            and value.text[0] in "\"'"
            and closing.text == ")"
        ):
            same = (
                f"(isLiteral({variable.text}) && LANG({variable.text}) = '' && "
                f"STR({variable.text}) = {value.text})"
            )
            changes.append((token.offset, closing.offset + 1, same))
    return changed(text, changes)


def _keeping_values(text: str) -> str:
    """Write `{ VALUES … { … } }` with a filter that is always true."""
    stream = tokens(text)
    changes = []
    for index, token in enumerate(stream[1:], 1):
        if token.keyword == "VALUES" and stream[index - 1].text == "{":
            opening = next(n for n in range(index, len(stream)) if stream[n].text == "{")
            closing = next(n for n in range(opening, len(stream)) if stream[n].text == "}")
            if closing + 1 < len(stream) and stream[closing + 1].text == "}":
                end = stream[closing].offset + 1
                changes.append((end, end, " FILTER(true)"))
    return changed(text, changes)


def _sorting_texts(text: str) -> str:
    """Write `LCASE(?x)` in ORDER BY as `STR(LCASE(?x))`."""
    stream = tokens(text)
    changes = []
    is_order = False
    for index, token in enumerate(stream[:-3]):
        is_order = token.keyword == "ORDER" or (is_order and token.text not in {"{", "}"})
        if is_order and token.keyword == "LCASE" and stream[index + 3].text == ")":
            end = stream[index + 3].offset
            changes += [(token.offset, token.offset, "STR("), (end, end, ")")]
    return changed(text, changes)


def _testing_first(text: str) -> str:
    """Write `A OPTIONAL { B } FILTER EXISTS { C }` as `{ A FILTER EXISTS { C } } OPTIONAL { B }`.

    A condition stays where a variable of it comes from B alone.
    """
    while True:
        stream = tokens(text)
        groups = (n for n, token in enumerate(stream) if token.text == "{")
        changes = next(filter(None, (_tests_first(text, stream, n) for n in groups)), None)
        if changes is None:
            return text
        text = changed(text, changes)


def _tests_first(text: str, stream: list[Token], opening: int) -> list[tuple[int, int, str]]:
    """Give the changes that bring the conditions of a group before its first OPTIONAL."""
    optional = 0
    tests = []
    closing = end_of_group(stream, opening)
    index = opening + 1
    while index < closing:
        end = index
        if stream[index].keyword == "FILTER":
            end = _end_of_filter(stream, index)
            if any(token.keyword == "EXISTS" for token in stream[index : end + 1]):
                tests.append((index, end))
        elif stream[index].keyword == "OPTIONAL":
            optional = optional or index
        elif stream[index].text == "{":
            end = end_of_group(stream, index)
        index = end + 1
    if not optional or optional == opening + 1 or stream[opening + 1].keyword == "SELECT":
        return []
    inside = {index for start, end in tests for index in range(start, end + 1)}
    given, rest = (
        {stream[n].variable for n in range(*span) if n not in inside}
        for span in ((opening + 1, optional), (optional, closing))
    )
    first = [
        (stream[start].offset, stream[end].offset + len(stream[end].text))
        for start, end in tests
        if not {token.variable for token in stream[start : end + 1]} & (rest - given - {""})
    ]
    if not first:
        return []
    start, place = stream[opening].offset + 1, stream[optional].offset
    conditions = " ".join(text[start:end] for start, end in first)
    return [
        (start, start, " {"),
        *((start, end, "") for start, end in first),
        (place, place, f"{conditions} }} "),
    ]


def _end_of_filter(stream: list[Token], start: int) -> int:
    """Find the last token of a FILTER: the end of the pattern of EXISTS, or of its parentheses."""
    index = start + 1
    while stream[index].text not in {"{", "("}:
        index += 1
    if stream[index].text == "{":
        return end_of_group(stream, index)
    return _outside_parentheses(stream, index + 1, ")")


def _grouping_distinct(text: str) -> str:
    """Write the subselect `SELECT DISTINCT ?x …` as `SELECT ?x … GROUP BY ?x HAVING(COUNT(*) > 0)`.

    One that computes something is put into such a subselect. One with a LIMIT stays: Virtuoso
    computes it alone, and joins then.
    """
    stream = tokens(text)
    changes = []
    for start, opening, end in _distinct_subselects(stream):
        closing = end_of_group(stream, opening)
        modifiers = stream[closing + 1 : end]
        if any(token.keyword == "LIMIT" for token in modifiers):
            continue
        select, distinct, last = (stream[index].offset for index in (start, start + 1, end))
        names = [
            token.variable for token in stream[start + 2 : opening] if token.keyword != "WHERE"
        ]
        is_plain = "" not in names and all(
            token.keyword not in {"GROUP", "HAVING"} and token.variable in {"", *names}
            for token in modifiers
        )
        if not is_plain:
            names = _columns(text, stream, select, last)
        listed = " ".join(f"?{name}" for name in names)
        grouping = f" GROUP BY {listed} HAVING(COUNT(*) > 0) "
        changes.append((distinct, distinct + len("DISTINCT"), ""))
        if is_plain:
            position = stream[closing].offset + 1
            changes.append((position, position, grouping))
        else:
            changes.append((select, select, f"SELECT {listed} WHERE {{ "))
            changes.append((last, last, f" }}{grouping}"))
    return changed(text, changes)


def _distinct_subselects(stream: list[Token]) -> Iterator[tuple[int, int, int]]:
    """Find each: its SELECT, the brace that opens its pattern, and the one that ends it."""
    groups = 0
    for start, token in enumerate(stream[:-1]):
        groups += (token.text == "{") - (token.text == "}")
        if groups and token.keyword == "SELECT" and stream[start + 1].keyword == "DISTINCT":
            opening = _outside_parentheses(stream, start, "{")
            closing = end_of_group(stream, opening)
            yield start, opening, _outside_parentheses(stream, closing + 1, "}")


def _outside_parentheses(stream: list[Token], start: int, mark: str) -> int:
    """Find a mark, such as the brace of a pattern, that is not part of an expression."""
    depth = 0
    index = start
    while stream[index].text != mark or depth:
        depth += (stream[index].text == "(") - (stream[index].text == ")")
        index += 1
    return index


def _columns(text: str, stream: list[Token], start: int, end: int) -> list[str]:
    """Name the columns of the subselect between two places of a query."""
    first = next(token.offset for token in stream if token.keyword in QUERY_FORMS)
    results = ox.Store().query(without_services(text[:first] + text[start:end]))
    if not isinstance(results, ox.QuerySolutions):
        raise AssertionError("a subselect gives rows")
    return [variable.value for variable in results.variables]
