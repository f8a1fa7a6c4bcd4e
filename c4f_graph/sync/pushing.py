"""Push named graphs to a server: stage what changed, then switch, under a lock.

A reader never sees half a graph: a changed graph waits under another name until it is complete,
and takes its place in one update, together with the merge of all graphs. A push that broke off is
taken up where it stopped, as the names of what waits depend on the content.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import uuid
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.errors import EndpointError, StoreError
from c4f_graph.remote.dialects import OWN, UNION
from c4f_graph.remote.writing import RemoteWriter
from c4f_graph.sync import manifest
from c4f_graph.sync.states import GraphState, local_states

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from c4f_graph.remote.store import RemoteStore

# Statements sent at once: some 15 MB.
_PIECE = 100_000


@dataclass(frozen=True, slots=True)
class PushPlan:
    """What a push would do, by graph.

    Attributes:
        add: graphs that the server does not have.
        change: graphs that the server has otherwise.
        remove: graphs of former pushes that are here no more.
        same: graphs that stay.
        states: the state of each graph here.
    """

    add: tuple[str, ...]
    change: tuple[str, ...]
    remove: tuple[str, ...]
    same: tuple[str, ...]
    states: dict[str, GraphState]

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to do."""
        return not (self.add or self.change or self.remove)


def plan_push(store: ox.Store, remote: RemoteStore, *, remove: bool = False) -> PushPlan:
    """Compare the named graphs of an embedded store with those of a server.

    Args:
        store: what is here.
        remote: what is there.
        remove: graphs that former pushes made and that are here no more shall go.

    Raises:
        EndpointError: the server cannot be reached, or does not answer as it should.
    """
    here = local_states(store)
    there = manifest.remote_states(remote)
    gone = manifest.pushed_graphs(remote) - here.keys() if remove else set()
    return PushPlan(
        add=tuple(sorted(here.keys() - there.keys())),
        change=tuple(sorted(name for name in here if name in there and there[name] != here[name])),
        remove=tuple(sorted(gone)),
        same=tuple(sorted(name for name in here if there.get(name) == here[name])),
        states=here,
    )


def push(
    store: ox.Store,
    remote: RemoteStore,
    plan: PushPlan,
    journal: Path,
    *,
    take_over: bool = False,
    progress: Callable[[int], None] = lambda _statements: None,
) -> None:
    """Carry a plan out.

    Args:
        store: what is here.
        remote: the server.
        plan: what to do.
        journal: a folder of this machine, where a push keeps its token until it is done.
        take_over: take the lock of another push, which must have broken off.
        progress: is told how many statements were sent, again and again.

    Raises:
        EndpointError: the server cannot be reached, does not take what it is sent, or somebody else
            pushes. What readers see is as before, or as planned; never half a graph.
        StoreError: the journal cannot be written, or a push from here runs already.
    """
    writer = RemoteWriter(remote)
    with (
        _own_token(journal, remote.endpoint.query) as token,
        _locked(remote, writer, token, take_over),
    ):
        _stage(store, remote, writer, plan, progress)
        if token not in manifest.lock_tokens(remote):
            raise _someone_else()
        steps = [*_switches(remote, plan)]
        if remote.dialect.switches_at_once:
            steps = [[operation for step in steps for operation in step]]
        for operations in steps:
            writer.update(" ;\n".join(operations))


@contextlib.contextmanager
def _own_token(journal: Path, address: str) -> Iterator[str]:
    """Give the token of pushes from here to a server; it is new once a push is done.

    Raises:
        StoreError: the file cannot be written, or another process pushes from here.
    """
    path = journal / f"push-{hashlib.sha256(address.encode()).hexdigest()[:16]}"
    try:
        journal.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror or error}.") from error
    try:
        _lock_file(handle, address)
        token = os.read(handle, 64).decode(errors="replace").strip()
        if not token:
            token = uuid.uuid4().hex
            os.write(handle, token.encode())
            os.fsync(handle)
        yield token
        path.unlink(missing_ok=True)
    finally:
        os.close(handle)


def _lock_file(handle: int, address: str) -> None:
    try:
        import fcntl
    except ImportError:  # Windows: two pushes from one store are noticed by the server's lock only.
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise StoreError(
            f"another push from this store to {address} is under way.", hint="Wait for its end."
        ) from error


@contextlib.contextmanager
def _locked(
    remote: RemoteStore, writer: RemoteWriter, token: str, take_over: bool
) -> Iterator[None]:
    """Hold the server's lock, which stays where the block does not end well."""
    holders = manifest.lock_tokens(remote)
    if take_over:
        for other in holders - {token}:
            writer.update(manifest.unlock_update(other))
    if token not in holders:
        writer.update(manifest.lock_update(token))
    holders = manifest.lock_tokens(remote)
    if holders != {token}:
        if token in holders:
            # Two came at the same moment. Both step back, so that neither half wins.
            writer.update(manifest.unlock_update(token))
        raise _someone_else()
    yield
    writer.update(manifest.unlock_update(token))


def _someone_else() -> EndpointError:
    return EndpointError(
        "somebody else pushes to this server now, or a push broke off there.",
        hint="Wait for its end; if it broke off for good, push with --take-over.",
    )


def _stage(
    store: ox.Store,
    remote: RemoteStore,
    writer: RemoteWriter,
    plan: PushPlan,
    progress: Callable[[int], None],
) -> None:
    """Bring each new state to the server, in a graph where nobody looks for it."""
    staged = manifest.staged_graphs(remote)
    sent = 0
    for name in (*plan.add, *plan.change):
        waiting = manifest.staging_graph(name, plan.states[name])
        if waiting in staged:
            sent += plan.states[name].statements
            progress(sent)
            continue
        target = ox.NamedNode(waiting)
        write = writer.put_graph
        for piece in _pieces(store.quads_for_pattern(None, None, None, ox.NamedNode(name))):
            lines = "".join(f"{triple} .\n" for triple in piece)
            write(target, lines.encode())
            write = writer.add_to_graph
            sent += len(piece)
            progress(sent)
        writer.update(manifest.staged_update([waiting]))


def _pieces(quads: Iterator[ox.Quad]) -> Iterator[list[ox.Triple]]:
    """Cut a graph into pieces. What has blank nodes is one piece: a label counts in one request."""
    blank: list[ox.Triple] = []

    def plain() -> Iterator[ox.Triple]:
        for quad in quads:
            if isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode):
                blank.append(quad.triple)
            else:
                yield quad.triple

    triples = plain()
    while piece := list(islice(triples, _PIECE)):
        yield piece
    if blank:
        yield blank


def _switches(remote: RemoteStore, plan: PushPlan) -> Iterator[list[str]]:
    """Give the update operations that put each graph in its place, and the merge with it."""
    merge = f"GRAPH <{UNION}> {{ ?s ?p ?o }}" if remote.dialect.keeps_union else "?s ?p ?o"
    for name in plan.remove:
        yield [
            _unmerge(merge, name, None),
            f"DROP SILENT GRAPH <{name}>",
            *manifest.pushed_update(name, None, None),
        ]
    for name in (*plan.add, *plan.change):
        state = plan.states[name]
        waiting = manifest.staging_graph(name, state)
        yield [
            *([_unmerge(merge, name, waiting)] if name in plan.change else []),
            f"INSERT {{ {merge} }} WHERE {{ GRAPH <{waiting}> {{ ?s ?p ?o }} }}",
            f"MOVE SILENT GRAPH <{waiting}> TO GRAPH <{name}>",
            *manifest.pushed_update(name, state, waiting),
        ]


def _unmerge(merge: str, name: str, waiting: str | None) -> str:
    """Take out of the merge what a graph no longer says and no other graph says either."""
    kept = f"FILTER NOT EXISTS {{ GRAPH <{waiting}> {{ ?s ?p ?o }} }} " if waiting else ""
    return (
        f"DELETE {{ {merge} }} WHERE {{ GRAPH <{name}> {{ ?s ?p ?o }} {kept}"
        "FILTER NOT EXISTS { GRAPH ?other { ?s ?p ?o } "
        f"FILTER(?other != <{name}> && !STRSTARTS(STR(?other), '{OWN}')) }} }}"
    )
