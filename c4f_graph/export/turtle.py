"""Write Turtle and TriG (https://www.w3.org/TR/turtle/) whose bytes depend on the statements alone.

One subject is a block, one object is a line: a fact that changes is a line that changes.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.namespaces import ID, PREFIXES, RDF, VOCAB, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from c4f_graph.engine import Term

_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?")
_BARE = {
    f"{XSD}integer": re.compile(r"[+-]?\d+"),
    f"{XSD}boolean": re.compile("true|false"),
}
_TYPE = ox.NamedNode(f"{RDF}type")


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
    names = TurtleNames()
    body = "\n".join(_blocks(triples, names, ""))
    return f"{names.header()}\n{body}" if body else names.header()


def trig(quads: Iterable[ox.Quad]) -> str:
    """Write quads, in the order given, as TriG: the default graph first, if it is first."""
    names = TurtleNames()
    parts = []
    for graph, members in groupby(quads, key=lambda quad: quad.graph_name):
        if isinstance(graph, ox.DefaultGraph):
            parts.append("\n".join(_blocks(members, names, "")))
        else:
            inside = "\n".join(_blocks(members, names, "    "))
            parts.append(f"{names.term(graph)} {{\n{inside}}}\n")
    body = "\n".join(parts)
    return f"{names.header()}\n{body}" if body else names.header()


def _blocks(
    statements: Iterable[ox.Triple | ox.Quad], names: TurtleNames, indent: str
) -> Iterator[str]:
    for subject, about in groupby(statements, key=lambda statement: statement.subject):
        lines = []
        for predicate, same in groupby(about, key=lambda statement: statement.predicate):
            verb = "a" if predicate == _TYPE else names.term(predicate)
            objects = f" ,\n{indent}        ".join(names.term(item.object) for item in same)
            lines.append(f"{verb} {objects}")
        inner = f" ;\n{indent}    ".join(lines)
        yield f"{indent}{names.term(subject)} {inner} .\n"


def _kind_prefix(namespace: str) -> str | None:
    """Name the namespace of a kind of entity or of a vocabulary after it."""
    for base, before in ((ID, ""), (VOCAB, "vocab-")):
        if namespace.startswith(base):
            kind = namespace.removeprefix(base).rstrip("/")
            if _LOCAL.fullmatch(kind):
                name = before + kind
                return f"id-{name}" if name in PREFIXES else name
    return None
