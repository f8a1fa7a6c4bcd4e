"""Push named graphs to a server: stage what changed, then switch, under a lock.

A reader never sees half a graph: a changed graph waits under another name until it is complete,
and takes its place in one update, together with the merge of all graphs. Up to 100,000 statements
take their places at once; beyond, some graphs after the others. A larger graph that the server does
not have is loaded whole, where the engine can. A push that broke off is taken up where it stopped,
as the names of what waits depend on the content, and waits for a server that went away.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import time
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from c4f_graph.errors import EndpointError, StoreError
from c4f_graph.remote.http import GoneError
from c4f_graph.remote.writing import RemoteWriter
from c4f_graph.sync import manifest, switching
from c4f_graph.sync.loading import await_loads, load
from c4f_graph.sync.staging import Count, clear, stage
from c4f_graph.sync.states import GraphState, local_states
from c4f_graph.sync.switching import (
    large_removal_updates,
    large_switch_updates,
    removal_operations,
    switch_operations,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    import pyoxigraph as ox

    from c4f_graph.remote.dialects import Dialect
    from c4f_graph.remote.store import RemoteStore

# Seconds between attempts to reach a server that went away.
_PAUSES = (1, 2, 4, 8, 15, 30, 30, 30)


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
    gone = manifest.pushed_hashes(remote).keys() - here.keys() if remove else set()
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
    tell: Callable[[str], None] = lambda _message: None,
) -> None:
    """Carry a plan out. A server that goes away meanwhile is waited for, two minutes in all.

    Args:
        store: what is here.
        remote: the server.
        plan: what to do.
        journal: a folder of this machine, where a push keeps its token until it is done.
        take_over: take the lock of another push, which must have broken off.
        progress: is told how many statements were sent, again and again.
        tell: is told when the server is waited for.

    Raises:
        EndpointError: the server stays away, does not take what it is sent, or somebody else
            pushes. What readers see is as before, or as planned; never half a graph.
        StoreError: the journal cannot be written, or a push from here runs already.
    """
    writer = RemoteWriter(remote)
    pauses = iter(_PAUSES)
    with _own_token(journal, remote.endpoint.query) as token:
        lock = _Lock(remote, writer, token, take_over)
        while True:
            try:
                with lock.held():
                    _carry_out(store, remote, writer, token, plan, Count(progress))
            except GoneError as error:
                pause = next(pauses, None)
                if pause is None:
                    raise
                tell(f"{error.message} Trying again in {pause} s.")
                time.sleep(pause)
            else:
                return


def _carry_out(
    store: ox.Store,
    remote: RemoteStore,
    writer: RemoteWriter,
    token: str,
    plan: PushPlan,
    count: Count,
) -> None:
    """Do what a plan says and is not done yet, under the lock."""
    if remote.dialect.bulk_parameter is not None:
        await_loads(remote, writer)
    sizes = manifest.graph_sizes(remote)
    there = manifest.remote_states(remote, sizes)
    sent = {
        name: plan.states[name]
        for name in (*plan.add, *plan.change)
        if there.get(name) != plan.states[name]
    }
    staged = {}
    for name, state in sent.items():
        is_new = state.statements > switching.AT_ONCE and name not in there
        if not (is_new and load(store, remote, writer, token, name, state, count.add)):
            staged[name] = state
    waiting = stage(store, remote, writer, staged, count)
    for update in _updates(remote.dialect, token, plan.remove, staged, waiting, sizes):
        writer.update(update)
    # An operation that finds the lock in other hands does nothing, and says nothing.
    hashes = manifest.pushed_hashes(remote)
    if hashes.keys() & set(plan.remove) or any(
        hashes.get(name) != state.hash for name, state in sent.items()
    ):
        raise _someone_else()
    clear(remote, writer, {graph: staged[name].statements for name, graph in waiting.items()})


def _updates(
    dialect: Dialect,
    token: str,
    removed: Iterable[str],
    staged: Mapping[str, GraphState],
    waiting: Mapping[str, str],
    sizes: Mapping[str, int],
) -> Iterator[str]:
    """Give the updates that switch: one for all, but for what is too much for a server."""
    operations: list[str] = []
    statements = 0
    for name in (*removed, *staged):
        state = staged.get(name)
        size = max(sizes.get(name, 0), state.statements if state else 0)
        is_large = dialect.switches_at_once and size > switching.AT_ONCE
        full = not dialect.switches_at_once or statements + size > switching.AT_ONCE
        if operations and (is_large or full):
            yield " ;\n".join(operations)
            operations, statements = [], 0
        if is_large and state is None:
            yield from large_removal_updates(dialect, token, name)
        elif is_large and state is not None:
            yield from large_switch_updates(dialect, token, name, state, waiting[name])
        else:
            operations += (
                removal_operations(dialect, token, name)
                if state is None
                else switch_operations(dialect, token, name, state, waiting[name])
            )
            statements += size
            if size > switching.AT_ONCE:
                # Operations of one update share the limit of Virtuoso's log.
                yield from operations
                operations, statements = [], 0
    if operations:
        yield " ;\n".join(operations)


def is_unfinished(remote: RemoteStore, journal: Path) -> bool:
    """Tell whether a push from here to a server broke off, and holds its lock.

    Args:
        remote: the server.
        journal: as for `push`.

    Raises:
        EndpointError: the server cannot be reached, or does not answer as it should.
    """
    path = _journal_path(journal, remote.endpoint.query)
    try:
        return path.read_text(encoding="utf-8") in manifest.lock_tokens(remote)
    except OSError:
        return False


def _journal_path(journal: Path, address: str) -> Path:
    return journal / f"push-{hashlib.sha256(address.encode()).hexdigest()[:16]}"


@contextlib.contextmanager
def _own_token(journal: Path, address: str) -> Iterator[str]:
    """Give the token of pushes from here to a server; it is new once a push is done.

    Raises:
        StoreError: the file cannot be written, or another process pushes from here.
    """
    path = _journal_path(journal, address)
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


class _Lock:
    """The server's lock of a push, which stays where its work does not end well."""

    def __init__(
        self, remote: RemoteStore, writer: RemoteWriter, token: str, take_over: bool
    ) -> None:
        self._remote = remote
        self._writer = writer
        self._token = token
        self._take_over = take_over

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Hold it; another's is taken over once only, as whoever has it later pushes now."""
        holders = manifest.lock_tokens(self._remote)
        if self._take_over:
            for other in holders - {self._token}:
                self._writer.update(manifest.unlock_update(other))
        if self._token not in holders:
            self._writer.update(manifest.lock_update(self._token))
        holders = manifest.lock_tokens(self._remote)
        if holders != {self._token}:
            if self._token in holders:
                # Two came at the same moment. Both step back, so that neither half wins.
                self._writer.update(manifest.unlock_update(self._token))
            raise _someone_else()
        self._take_over = False
        yield
        self._writer.update(manifest.unlock_update(self._token))


def _someone_else() -> EndpointError:
    return EndpointError(
        "somebody else pushes to this server now, or a push broke off there.",
        hint="Wait for its end; if it broke off for good, push with --take-over.",
    )
