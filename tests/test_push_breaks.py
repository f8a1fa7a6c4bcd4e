"""Connections break during pushes: no graph is lost, and none is half visible."""

from __future__ import annotations

import random
from threading import Event, Thread
from typing import TYPE_CHECKING

import pytest

from c4f_graph.errors import EndpointError
from c4f_graph.sync import loading, pushing, switching
from tests.breaking_proxy import BreakingProxy
from tests.pushed import Graphs, Shown, push_to, shown, triples
from tests.servers import oxigraph_server

if TYPE_CHECKING:
    from pathlib import Path

NAMES = [f"https://example.org/graph/{number}" for number in range(6)]
# The graphs overlap, so that what one no longer says may have to stay in the merge.
OLD: Graphs = {name: triples(*range(9 * n, 9 * n + 20)) for n, name in enumerate(NAMES[:5])}
NEW: Graphs = {name: triples(*range(7 * n, 7 * n + 25)) for n, name in enumerate(NAMES[1:])}
NEW[NAMES[2]] = OLD[NAMES[2]]


class Watcher:
    """Looks at a server again and again, and keeps all that it has seen."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._stop = Event()
        self._thread = Thread(target=self._watch, daemon=True)
        self.seen: list[Shown] = []

    def __enter__(self) -> Watcher:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(0.01):
            self.seen.append(shown(self._address))


@pytest.mark.parametrize(
    ("at_once", "faults", "carried"), [(100_000, 100, 30_000), (10, 20, 30_000)]
)
def test_faults_lose_no_graph_and_show_no_half_of_one(
    at_once: int, faults: int, carried: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every graph is a small one, or every one a large one that is loaded whole."""
    monkeypatch.setattr(pushing, "_PAUSES", ())
    monkeypatch.setattr(switching, "AT_ONCE", at_once)
    monkeypatch.setattr(loading, "_LANDING_SECONDS", 0.5)
    journal = tmp_path / "journal"
    chance = random.Random(7)  # noqa: S311
    attempts = pushes = 0
    reached: set[str] = set()
    with oxigraph_server(tmp_path / "server") as server:
        push_to(server.query, OLD, journal)
        assert shown(server.query).graphs == OLD
        port = int(server.query.split(":")[2].partition("/")[0])
        with (
            BreakingProxy(port, chance, faults, carried).running() as proxy,
            Watcher(server.query) as watcher,
        ):
            target = NEW
            done = False
            while not done:
                attempts += 1
                try:
                    push_to(f"http://127.0.0.1:{proxy.port}/query", target, journal)
                except EndpointError as error:
                    reached.add(error.message.partition(": ")[0].rpartition("/")[2])
                    continue
                assert shown(server.query).graphs == target
                pushes += 1
                done = proxy.broken == faults and target is NEW
                target = OLD if target is NEW else NEW
        end = shown(server.query)
        assert push_to(server.query, NEW, journal).is_empty
        assert shown(server.query) == end
    assert end.graphs == NEW
    assert end.own == {"urn:c4f:manifest"}
    for state in watcher.seen:
        for name in NAMES:
            assert state.graphs.get(name) in (OLD.get(name), NEW.get(name)), name
        assert set(state.graphs) <= set(NAMES)
        assert state.merge_is_union()
    assert proxy.broken == faults
    assert attempts > faults // 2
    assert pushes >= faults // 33
    assert reached == {"query", "update", "store"}
    assert len(watcher.seen) > attempts
