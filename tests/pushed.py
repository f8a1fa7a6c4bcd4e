"""Small graphs to push, and what a server shows of them."""

from __future__ import annotations

import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.remote import Endpoint, RemoteStore
from c4f_graph.sync import PushPlan, plan_push, push

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

Graphs = dict[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Shown:
    """The named graphs of a server, the merge of them that it keeps, and our books."""

    graphs: Graphs
    merge: frozenset[str]
    own: frozenset[str]

    def merge_is_union(self) -> bool:
        """Tell whether the merge is exactly what the graphs say."""
        return self.merge == frozenset().union(*self.graphs.values())


def triples(*values: object) -> frozenset[str]:
    """Give a triple for each value."""
    return frozenset(
        f'<https://example.org/s/{value}> <https://example.org/p> "value {value}"'
        for value in values
    )


def local_store(graphs: Mapping[str, Iterable[str]]) -> ox.Store:
    """Make an embedded store of these graphs."""
    store = ox.Store()
    lines = "".join(f"{line} <{name}> .\n" for name, lines in graphs.items() for line in lines)
    store.load(lines.encode(), format=ox.RdfFormat.N_QUADS)
    return store


def shown(query_address: str) -> Shown:
    """Read all that an Oxigraph server has at one moment."""
    address = query_address.replace("/query", "/store")
    request = urllib.request.Request(address, headers={"Accept": "application/n-quads"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
        text = answer.read()
    graphs: dict[str, set[str]] = {}
    for quad in ox.parse(text, format=ox.RdfFormat.N_QUADS):
        name = "" if isinstance(quad.graph_name, ox.DefaultGraph) else quad.graph_name.value
        graphs.setdefault(name, set()).add(str(quad.triple))
    frozen = {name: frozenset(lines) for name, lines in graphs.items()}
    merge = frozen.pop("", frozenset())
    own = frozenset(name for name in frozen if name.startswith("urn:c4f:"))
    return Shown({name: frozen[name] for name in frozen if name not in own}, merge, own)


def push_to(
    query_address: str,
    graphs: Mapping[str, Iterable[str]],
    journal: Path,
    *,
    addresses: tuple[str | None, str | None] = (None, None),
    take_over: bool = False,
    progress: Callable[[int], None] = lambda _count: None,
    tell: Callable[[str], None] = lambda _message: None,
) -> PushPlan:
    """Push graphs by the library, and remove others; give what was planned."""
    store = local_store(graphs)
    remote = RemoteStore(Endpoint(query_address, *addresses))
    plan = plan_push(store, remote, remove=True)
    push(store, remote, plan, journal, take_over=take_over, progress=progress, tell=tell)
    return plan
