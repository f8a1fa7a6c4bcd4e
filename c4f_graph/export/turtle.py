"""Write Turtle and TriG (https://www.w3.org/TR/turtle/) whose bytes depend on the statements alone.

One subject is a block, one object is a line: a fact that changes is a line that changes.
"""

from __future__ import annotations

import io
import re
import shutil
import tempfile
from itertools import groupby, islice
from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.namespaces import ID, PREFIXES, RDF, VOCAB, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import BinaryIO

    from c4f_graph.engine import Term

_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?")
_BARE = {
    f"{XSD}integer": re.compile(r"[+-]?\d+"),
    f"{XSD}boolean": re.compile("true|false"),
}
_TYPE = ox.NamedNode(f"{RDF}type")
_AT_ONCE = 10_000
_IN_MEMORY = 16_000_000


class TurtleNames:
    """Shortens IRIs with the project's prefixes and remembers which of them were needed."""

    def __init__(self) -> None:
        self._namespaces = {
            iri: name for name, iri in PREFIXES.items() if name not in {"id", "vocab"}
        }
        self.used: dict[str, str] = {}

    def term(self, term: Term) -> str:
        """Write a term as Turtle does."""
        if isinstance(term, ox.NamedNode):
            return self._iri(term)
        if not isinstance(term, ox.Literal):
            return str(term)
        datatype = term.datatype
        if term.language is not None or datatype.value == f"{XSD}string":
            return str(term)
        bare = _BARE.get(datatype.value)
        if bare and bare.fullmatch(term.value):
            return term.value
        return f"{ox.Literal(term.value)}^^{self._iri(datatype)}"

    def _iri(self, node: ox.NamedNode) -> str:
        iri = node.value
        cut = max(iri.rfind("/"), iri.rfind("#")) + 1
        namespace, local = iri[:cut], iri[cut:]
        name = self._namespaces.get(namespace) or _kind_prefix(namespace)
        if name is None or not _LOCAL.fullmatch(local):
            return str(node)
        self.used[name] = namespace
        return f"{name}:{local}"

    def header(self) -> str:
        """Declare the prefixes that were used: the known ones in their order, then the kinds."""
        order = list(PREFIXES)
        known = sorted(
            self.used, key=lambda name: (order.index(name) if name in order else len(order), name)
        )
        return "".join(f"@prefix {name}: <{self.used[name]}> .\n" for name in known)


def turtle(triples: Iterable[ox.Triple | ox.Quad]) -> str:
    """Write statements, in the order given, as Turtle."""
    stream = io.BytesIO()
    write_turtle(stream, triples)
    return stream.getvalue().decode()


def write_turtle(stream: BinaryIO, triples: Iterable[ox.Triple | ox.Quad]) -> None:
    """Write statements, in the order given, as Turtle to a stream."""
    names = TurtleNames()
    _write(stream, names, _blocks(triples, names, ""))


def write_trig(stream: BinaryIO, quads: Iterable[ox.Quad]) -> None:
    """Write quads, in the order given, as TriG: the default graph first, if it is first."""
    names = TurtleNames()
    _write(stream, names, _graphs(quads, names))


def _write(stream: BinaryIO, names: TurtleNames, pieces: Iterator[str]) -> None:
    """Write the header, which is known only after the body: that waits, on disk if it is long."""
    with tempfile.SpooledTemporaryFile(_IN_MEMORY, prefix="c4f-") as body:
        while chunk := "".join(islice(pieces, _AT_ONCE)):
            body.write(chunk.encode())
        stream.write(names.header().encode())
        if body.tell():
            stream.write(b"\n")
        body.seek(0)
        shutil.copyfileobj(body, stream)


def _graphs(quads: Iterable[ox.Quad], names: TurtleNames) -> Iterator[str]:
    before = ""
    for graph, members in groupby(quads, key=lambda quad: quad.graph_name):
        if isinstance(graph, ox.DefaultGraph):
            if before:
                yield before
            yield from _blocks(members, names, "")
        else:
            yield f"{before}{names.term(graph)} {{\n"
            yield from _blocks(members, names, "    ")
            yield "}\n"
        before = "\n"


def _blocks(
    statements: Iterable[ox.Triple | ox.Quad], names: TurtleNames, indent: str
) -> Iterator[str]:
    """Write in pieces, one an object: a subject may have a million of them."""
    between = f" ,\n{indent}        "
    blank_line = ""
    for subject, about in groupby(statements, key=lambda statement: statement.subject):
        before = f"{blank_line}{indent}{names.term(subject)} "
        for predicate, same in groupby(about, key=lambda statement: statement.predicate):
            before += "a " if predicate == _TYPE else f"{names.term(predicate)} "
            for statement in same:
                yield f"{before}{names.term(statement.object)}"
                before = between
            before = f" ;\n{indent}    "
        yield " .\n"
        blank_line = "\n"


def _kind_prefix(namespace: str) -> str | None:
    """Name the namespace of a kind of entity or of a vocabulary after it."""
    for base, before in ((ID, ""), (VOCAB, "vocab-")):
        if namespace.startswith(base):
            kind = namespace.removeprefix(base).rstrip("/")
            if _LOCAL.fullmatch(kind):
                name = before + kind
                return f"id-{name}" if name in PREFIXES else name
    return None
