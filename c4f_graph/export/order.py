"""Put statements into one order, with one name for each blank node, so that bytes do not change.

A statement is sorted as a record: a line of bytes with graph, kind of subject, subject, predicate
and object. Records that do not fit into memory are sorted in runs on disk and merged.
"""

from __future__ import annotations

import heapq
from itertools import groupby, islice
from typing import IO, TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.files import set_aside
from c4f_graph.namespaces import RDF

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

RUN_LENGTH = 200_000
"""How many statements are sorted in memory at once."""
MOST_BLANKS = 100_000
"""How many statements with blank nodes get canonical names: all of them are compared in memory."""
_MOST_RUNS = 200
_AT_ONCE = 10_000
_TYPE = f"{RDF}type"
_SEPARATOR = "\x01"
_NO_GRAPH = str(ox.DefaultGraph())


def ordered(
    quads: Iterable[ox.Quad], *, tell: Callable[[str], None] | None = None
) -> Iterator[ox.Quad]:
    """Sort by graph, subject, predicate (`rdf:type` first) and object, without repetitions.

    Args and errors are those of `ordered_lines`.
    """
    lines = ordered_lines(quads, tell=tell)
    while chunk := b"".join(islice(lines, _AT_ONCE)):
        yield from ox.parse(chunk, format=ox.RdfFormat.N_QUADS, lenient=True)


def ordered_lines(
    quads: Iterable[ox.Quad], *, tell: Callable[[str], None] | None = None
) -> Iterator[bytes]:
    """Give N-Quads, line by line, in the order of `ordered`.

    Blank nodes are named by RDF Dataset Canonicalization 1.0 (https://www.w3.org/TR/rdf-canon/),
    unless more than `MOST_BLANKS` statements have one: then they keep the names of the store.

    Args:
        quads: in any order, with repetitions.
        tell: is told when blank nodes keep the names of the store.

    Raises:
        StoreError: the temporary folder has no room for the runs.
    """
    for record, _ in groupby(sorted_records(map(_record, _with_canonical_names(quads, tell)))):
        yield _line(record)


def ordered_triples(triples: Iterable[ox.Triple]) -> Iterator[ox.Quad]:
    """Sort triples as `ordered` does."""
    return ordered(ox.Quad(triple.subject, triple.predicate, triple.object) for triple in triples)


def _with_canonical_names(
    quads: Iterable[ox.Quad], tell: Callable[[str], None] | None
) -> Iterator[ox.Quad]:
    with_blanks: set[ox.Quad] = set()
    are_too_many = False
    for quad in quads:
        if are_too_many or ox.BlankNode not in {
            type(quad.subject),
            type(quad.object),
            type(quad.graph_name),
        }:
            yield quad
            continue
        with_blanks.add(quad)
        if len(with_blanks) > MOST_BLANKS:
            are_too_many = True
            if tell is not None:
                tell(
                    f"more than {MOST_BLANKS:,} statements have blank nodes: these keep the "
                    "names that they have in this store, and another build names them otherwise."
                )
            yield from with_blanks
            with_blanks.clear()
    if with_blanks:
        dataset = ox.Dataset(with_blanks)
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        yield from dataset


def sorted_records(records: Iterable[bytes]) -> Iterator[bytes]:
    """Sort lines in memory, or in runs on disk, which the system removes when they are closed.

    Raises:
        StoreError: the temporary folder has no room for the runs.
    """
    records = iter(records)
    run = sorted(islice(records, RUN_LENGTH))
    if len(run) < RUN_LENGTH:
        yield from run
        return
    runs: list[IO[bytes]] = []
    try:
        while run:
            runs.append(_on_disk(run))
            if len(runs) == _MOST_RUNS:
                merged = _on_disk(heapq.merge(*runs))
                _close(runs)
                runs = [merged]
            run = sorted(islice(records, RUN_LENGTH))
        yield from heapq.merge(*runs)
    finally:
        _close(runs)


def _on_disk(run: Iterable[bytes]) -> IO[bytes]:
    return set_aside(lambda stream: stream.writelines(run), "statements cannot be sorted")


def _close(runs: Iterable[IO[bytes]]) -> None:
    for stream in runs:
        stream.close()


def _record(quad: ox.Quad) -> bytes:
    """Write the parts in the order in which they count; N-Quads escapes the separator in them."""
    subject, predicate = str(quad.subject), quad.predicate.value
    return _SEPARATOR.join(
        (
            str(quad.graph_name),
            "1" if subject[0] == "_" else "0",
            subject,
            "" if predicate == _TYPE else predicate,
            f"{quad.object}\n",
        )
    ).encode()


def _line(record: bytes) -> bytes:
    graph, _, subject, predicate, value = record.split(_SEPARATOR.encode(), 4)
    where = b"" if graph == _NO_GRAPH.encode() else b" " + graph
    return b"%b <%b> %b%b .\n" % (subject, predicate or _TYPE.encode(), value[:-1], where)
