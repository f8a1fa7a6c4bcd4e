"""Pull named graphs from a server into an N-Quads file; what the file has already stays there."""

from __future__ import annotations

import contextlib
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.errors import InputError, Location
from c4f_graph.sync import manifest
from c4f_graph.sync.states import GraphState, local_states

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from c4f_graph.remote.store import RemoteStore


@dataclass(frozen=True, slots=True)
class PullPlan:
    """What a pull would do, by graph.

    Attributes:
        fetch: graphs that the server has otherwise, or that are not here.
        remove: graphs that are here and not there.
        same: graphs that stay.
    """

    fetch: tuple[str, ...]
    remove: tuple[str, ...]
    same: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to do."""
        return not (self.fetch or self.remove)


@contextlib.contextmanager
def former_pull(path: Path) -> Iterator[ox.Store]:
    """Load the N-Quads file of a former pull, if it is there, into a store on disk.

    Raises:
        InputError: it cannot be read.
    """
    with tempfile.TemporaryDirectory(prefix="c4f-") as folder:
        store = ox.Store(folder)
        try:
            if path.exists():
                store.bulk_load(path=str(path), format=ox.RdfFormat.N_QUADS)
        except SyntaxError as error:
            raise InputError(
                f"this is not N-Quads, so it is not overwritten: {error}.",
                location=Location(path),
                hint="Name another file, or remove it.",
            ) from error
        except OSError as error:
            raise InputError(
                f"cannot be read: {error.strerror or error}.", location=Location(path)
            ) from error
        yield store


def plan_pull(local: ox.Store, remote: RemoteStore) -> PullPlan:
    """Compare the named graphs of a server with those here.

    Args:
        local: what is here.
        remote: what is there.

    Raises:
        EndpointError: the server cannot be reached, or does not answer as it should.
    """
    here: dict[str, GraphState] = local_states(local)
    there = manifest.remote_states(remote)
    same = {name for name, state in there.items() if state is not None and here.get(name) == state}
    return PullPlan(
        fetch=tuple(sorted(there.keys() - same)),
        remove=tuple(sorted(here.keys() - there.keys())),
        same=tuple(sorted(same)),
    )


def pull(
    local: ox.Store,
    remote: RemoteStore,
    plan: PullPlan,
    *,
    progress: Callable[[int], None] = lambda _statements: None,
) -> Iterator[ox.Quad]:
    """Give the statements of the server's graphs, fetching those that the plan says.

    Args:
        local: what is here.
        remote: what is there.
        plan: what to fetch.
        progress: is told how many statements came, after each graph.

    Raises:
        EndpointError: the server cannot be reached, or does not answer as it should.
    """
    count = 0
    for name in sorted({*plan.fetch, *plan.same}):
        graph = ox.NamedNode(name)
        source = local if name in plan.same else remote
        for quad in source.quads_for_pattern(None, None, None, graph):
            count += source is remote
            yield quad
        progress(count)
