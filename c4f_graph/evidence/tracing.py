"""Trace each row of an answer to the statements that made it, and to the graphs that state them."""

from __future__ import annotations

import time
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from c4f_graph.engine import Rows, Term, Triples, run_query
from c4f_graph.errors import Location, QueryError
from c4f_graph.evidence.matches import (
    CONTEXT,
    Evidence,
    Existence,
    Match,
    MatchedExists,
    MatchedGraph,
    MatchedSelect,
    MatchedTriple,
    MatchedWalk,
    Rewritten,
    Statement,
    terms,
)
from c4f_graph.evidence.reader import QueryReader
from c4f_graph.evidence.rewriting import Rewriter
from c4f_graph.evidence.traced import Key, Traced
from c4f_graph.evidence.walks import Walks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from c4f_graph.engine import QuadStore
    from c4f_graph.evidence.model import Path, Pattern, Select


class Tracer:
    """Traces one query over one store.

    Args:
        store: the store.
        text: the query.
        bindings: as for `run_query`.
        timeout: seconds in all; None for no limit.
        name: what error messages call the query.

    Raises:
        QueryError: the sources of such a query cannot be traced.
    """

    def __init__(
        self,
        store: QuadStore,
        text: str,
        bindings: Mapping[str, Term],
        timeout: float | None,
        name: str,
    ) -> None:
        self.evidence: list[Evidence] = []
        self._store = store
        self._name = name
        self._constants = {variable: str(term) for variable, term in bindings.items()}
        self._end = None if timeout is None else time.monotonic() + timeout
        self._reader = QueryReader(text, name)
        self._query = self._reader.read()
        self._rewriter = Rewriter(self._reader, self._query)
        self._numbers: dict[Key, int] = {}
        self._selects: dict[tuple[int, bool], Traced] = {}
        self._walks: dict[tuple[str, bool], Walks] = {}
        self._terms: dict[str, Term] = {}

    def trace(self, answer: Rows | Triples) -> list[set[int]]:
        """Give the evidence of each row, or of each triple, as places in the list `evidence`.

        Raises:
            QueryError: the sources cannot be traced, or not in time.
        """
        if isinstance(answer, Triples):
            return self._trace_triples(answer)
        columns = answer.columns
        traced = self._trace(self._query.select, columns, self._constants, in_graph=False)
        return [self._found(traced.of(row, ())) for row in answer.rows]

    def _trace_triples(self, answer: Triples) -> list[set[int]]:
        select, template = self._query.select, self._query.template or ()
        rewritten = self._rewriter.select(select, self._constants, in_graph=False)
        found: dict[Key, set[int]] = {}
        triples = [_texts(pattern, self._constants) for pattern in template]
        self._collect(rewritten, triples, found)
        return [
            self._found(found.get((triple.subject, triple.predicate, triple.object)))
            for triple in answer.triples
        ]

    def _found(self, evidence: set[int] | None) -> set[int]:
        if evidence is None:
            raise QueryError(
                "this query's sources cannot be traced: asked again, it gives other rows.",
                location=Location(self._name),
                hint="Ask without --sources, or leave out what changes, such as NOW().",
            )
        return evidence

    def _subselect(self, select: Select, in_graph: bool) -> Traced:
        at = (select.span[0], in_graph)
        if at not in self._selects:
            self._selects[at] = self._trace(select, select.names(), {}, in_graph=in_graph)
        return self._selects[at]

    def _trace(
        self,
        select: Select,
        columns: tuple[str, ...],
        constants: Mapping[str, str],
        *,
        in_graph: bool,
    ) -> Traced:
        rewritten = self._rewriter.select(select, constants, in_graph=in_graph)
        names = rewritten.names
        texts = [*(f"?{name}" for name in names), *([CONTEXT] if in_graph else [])]
        found: dict[Key, set[int]] = {}
        self._collect(rewritten, [texts], found)
        plain = {item.variable for item in select.columns or () if item.expression is None}
        traced = Traced(found, [], may_be_empty=select.is_aggregate and not select.keys)
        if select.is_aggregate and not set(names) <= plain:
            text = self._rewriter.groups(select, in_graph=in_graph, constants=constants)
            rows = self._run(text)
            at = {column: index for index, column in enumerate(rows.columns)}
            graph = [at[CONTEXT[1:]]] if in_graph else []
            own = [*(at[column] for column in columns), *graph]
            keys = [*(at[name] for name in names), *graph]
            traced.groups = {}
            for row in rows.rows:
                key = tuple(row[index] for index in keys)
                traced.groups.setdefault(tuple(row[index] for index in own), set()).add(key)
        else:
            traced.positions = [columns.index(name) for name in names]
        return traced

    def _collect(
        self,
        rewritten: Rewritten,
        texts: Sequence[Sequence[str]],
        found: dict[Key, set[int]],
    ) -> None:
        """Add what was matched in each solution to the keys that the solution gives.

        Args:
            rewritten: the query.
            texts: the terms of each key, as SPARQL text.
            found: is added to.
        """
        rows = self._run(rewritten.text)
        places = {f"?{column}": index for index, column in enumerate(rows.columns)}
        needed = [text for match in rewritten.matches for text in terms(match)]
        self._read_terms([*needed, *(text for key in texts for text in key)])
        read = list(self._terms)
        places |= {text: len(rows.columns) + index for index, text in enumerate(read)}
        nothing = len(rows.columns) + len(read)
        more = (*(self._terms[text] for text in read), None)

        def picking(wanted: Sequence[str | None]) -> Callable[[Key], Key]:
            # itemgetter gives a tuple from two items on.
            at = [places.get(text or "", nothing) for text in wanted]
            return itemgetter(*at) if len(at) > 1 else lambda row: tuple(row[i] for i in at)

        keys_of = [picking(key) for key in texts]
        adders = [
            (itemgetter(*(places[marker] for marker in match.markers)), len(match.markers), add)
            if match.markers
            else (None, 0, add)
            for match in rewritten.matches
            for add in (self._adder(match, picking),)
        ]
        for row in rows.rows:
            solution = (*row, *more)
            matched: set[int] = set()
            for markers, count, add in adders:
                if markers is not None:
                    bound = markers(solution)
                    if (None in bound) if count > 1 else bound is None:
                        continue
                add(solution, matched)
            for key_of in keys_of:
                found.setdefault(key_of(solution), set()).update(matched)

    def _adder(
        self, match: Match, picking: Callable[[Sequence[str | None]], Callable[[Key], Key]]
    ) -> Callable[[Key, set[int]], None]:
        """Make what adds a match of a solution to a set."""
        match match:
            case MatchedTriple(_, subject, predicate, value, graph):
                statement_of = picking((subject, predicate, value, graph))
                numbers = self._numbers

                def add(solution: Key, matched: set[int]) -> None:
                    statement = statement_of(solution)
                    number = numbers.get(statement)
                    if number is None:
                        number = self.number(statement)
                    matched.add(number)

            case MatchedWalk(_, subject, path, value, graph):
                ends_of = picking((subject, value, graph))

                def add(solution: Key, matched: set[int]) -> None:
                    start, end, where = ends_of(solution)
                    walks = self._walk(path.parts[0], graph is not None)
                    steps = walks.between(start, end, where, path.kind)
                    matched |= steps
                    if start != end:
                        self._found(steps or None)
                    elif not steps:
                        matched.add(self.number((where, start)))

            case MatchedGraph(_, graph):
                graph_of = picking((graph,))

                def add(solution: Key, matched: set[int]) -> None:
                    matched.add(self.number((*graph_of(solution), None)))

            case MatchedSelect(_, select, columns, graph):
                row_of, where_of = picking(columns), picking((graph,) if graph else ())

                def add(solution: Key, matched: set[int]) -> None:
                    traced = self._subselect(select, graph is not None)
                    matched |= self._found(traced.of(row_of(solution), where_of(solution)))

            case MatchedExists(_, marker, exists):
                marker_of = picking((marker,))

                def add(solution: Key, matched: set[int]) -> None:  # noqa: ARG001
                    if marker_of(solution) == (None,):
                        self._reader.refuse("what this FILTER EXISTS matches", exists.span)

        return add

    def _walk(self, path: Path, in_graph: bool) -> Walks:
        at = (str(path), in_graph)
        if at not in self._walks:
            rewritten = self._rewriter.step(path, in_graph=in_graph)
            texts = [*(f"?{name}" for name in rewritten.names), *([CONTEXT] if in_graph else [])]
            steps: dict[Key, set[int]] = {}
            self._collect(rewritten, [texts], steps)
            self._walks[at] = Walks(steps)
        return self._walks[at]

    def number(self, about: tuple[Any, ...]) -> int:
        """Number a statement (subject, predicate, object, graph) or existence (graph, node)."""
        number = self._numbers.setdefault(about, len(self.evidence))
        if number == len(self.evidence):
            self.evidence.append(Statement(*about) if len(about) > 2 else Existence(*about))
        return number

    def _run(self, text: str) -> Rows:
        left = None if self._end is None else max(self._end - time.monotonic(), 0.001)
        answer = run_query(self._store, text, timeout=left, name=self._name)
        if not isinstance(answer, Rows):
            raise AssertionError("a SELECT query did not give rows")
        return answer

    def _read_terms(self, texts: Iterable[str]) -> None:
        """Let the engine read the terms that stand in the query: it knows prefixes and escapes."""
        new = [text for text in dict.fromkeys(texts) if text[0] != "?" and text not in self._terms]
        if not new:
            return
        binds = " ".join(f"BIND({text} AS ?term_{n})" for n, text in enumerate(new))
        prologue = self._reader.part(self._query.prologue)
        answer = run_query(ox.Store(), f"{prologue} SELECT * {{ {binds} }}", name=self._name)
        if isinstance(answer, Rows):
            for column, term in zip(answer.columns, answer.rows[0], strict=True):
                if term is not None:
                    self._terms[new[int(column.removeprefix("term_"))]] = term


def _texts(pattern: Pattern, constants: Mapping[str, str]) -> list[str]:
    """Give the terms of a template's triple as SPARQL text."""
    texts = (pattern.subject, str(pattern.path), pattern.object)
    return [constants.get(text[1:], text) if text[0] == "?" else text for text in texts]
