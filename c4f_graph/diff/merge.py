"""Find what differs between two sides: as a merge of sorted streams, in bounded memory.

Statements that have blank nodes are few and are kept in memory; `blanks` matches them.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.diff.blanks import has_blank, matched
from c4f_graph.diff.sides import as_stored
from c4f_graph.errors import InputError
from c4f_graph.export.order import sorted_records

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from c4f_graph.diff.sides import Side

MOST_BLANKS = 200_000
"""How many statements with blank nodes a side may have: all of them are compared in memory."""
_SEPARATOR = b"\x01"


@dataclass(frozen=True, slots=True)
class Difference:
    """A statement that differs: its terms as in N-Quads, and the graphs that state it on each side.

    A graph is an IRI in `<>`, a blank node, or empty for the default graph.
    """

    subject: str
    predicate: str
    object: str
    before: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def removed(self) -> list[str]:
        """The graphs that stated it and do so no longer."""
        return [graph for graph in self.before if graph not in self.after]

    @property
    def added(self) -> list[str]:
        """The graphs that state it now and did not."""
        return [graph for graph in self.after if graph not in self.before]


def differences(a: Side, b: Side) -> Iterator[Difference]:
    """Yield the statements that differ, by subject, predicate and object; blank nodes come last.

    Two RDF files are compared as they are written. Else numbers are compared by value, since a
    store keeps that and not how it was written.

    Blank nodes count as the same where the statements around them are the same, whatever their
    names (RDFC-1.0 of each group of statements that blank nodes join). Of those that are left, the
    ones that have most in common are taken for one node that changed.

    Args:
        a: what was.
        b: what is.

    Raises:
        InputError: a side that cannot be read, or one with more than `MOST_BLANKS` statements that
            have blank nodes.
        StoreError: the temporary folder has no room for sorting.
    """
    by_value = not (a.is_file and b.is_file)
    blanks_a: list[ox.Quad] = []
    blanks_b: list[ox.Quad] = []
    yield from _merged(_ground(a, by_value, blanks_a), _ground(b, by_value, blanks_b))
    left_a, left_b = matched(blanks_a, blanks_b, keep_names=a.keeps_names)
    yield from _merged(
        sorted_records(map(_record, left_a)),
        sorted_records(map(_record, left_b)),
    )


def _ground(side: Side, by_value: bool, blanks: list[ox.Quad]) -> Iterator[bytes]:
    """Give the sorted records of a side; statements with blank nodes are put aside meanwhile."""
    quads = side.quads()
    if by_value and not side.is_store:
        quads = as_stored(quads)

    def records() -> Iterator[bytes]:
        for quad in quads:
            if not has_blank(quad):
                yield _record(quad)
                continue
            blanks.append(quad)
            if len(blanks) > MOST_BLANKS:
                raise InputError(
                    f"more than {MOST_BLANKS:,} statements in {side.name} have blank nodes, which "
                    "are too many to find out which are the same.",
                    hint="Give these nodes IRIs in both, and compare again.",
                )

    return sorted_records(records())


def _record(quad: ox.Quad) -> bytes:
    """Write the triple before the graph, so that all graphs that state it stand together."""
    graph = quad.graph_name
    where = "" if isinstance(graph, ox.DefaultGraph) else str(graph)
    return f"{quad.subject}\x01{quad.predicate}\x01{quad.object}\x01{where}\n".encode()


def _triple(record: bytes) -> bytes:
    return record[: record.rindex(_SEPARATOR)]


def _merged(a: Iterable[bytes], b: Iterable[bytes]) -> Iterator[Difference]:
    stream_a, stream_b = groupby(a, _triple), groupby(b, _triple)
    here, there = next(stream_a, None), next(stream_b, None)
    while here is not None or there is not None:
        if there is None or (here is not None and here[0] < there[0]):
            if here is None:
                raise AssertionError("neither side has a statement left")
            yield _difference(here[0], here[1], ())
            here = next(stream_a, None)
        elif here is None or there[0] < here[0]:
            yield _difference(there[0], (), there[1])
            there = next(stream_b, None)
        else:
            before, after = list(here[1]), list(there[1])
            if before != after:
                found = _difference(here[0], before, after)
                if found.before != found.after:
                    yield found
            here, there = next(stream_a, None), next(stream_b, None)


def _difference(triple: bytes, before: Iterable[bytes], after: Iterable[bytes]) -> Difference:
    subject, predicate, value = triple.decode().split("\x01")
    return Difference(subject, predicate, value, _graphs(before), _graphs(after))


def _graphs(records: Iterable[bytes]) -> tuple[str, ...]:
    """Give the graphs without repetitions; they are sorted as the records are."""
    return tuple(
        dict.fromkeys(record[record.rindex(_SEPARATOR) + 1 : -1].decode() for record in records)
    )
