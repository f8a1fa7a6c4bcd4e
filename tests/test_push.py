"""`c4f push`, `pull` and `sync` with an Oxigraph server of their own."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from c4f_graph.editions import current_edition
from c4f_graph.errors import EndpointError, StoreError
from c4f_graph.namespaces import XSD
from c4f_graph.remote import Endpoint, RemoteStore, find_endpoint
from c4f_graph.sync import is_unfinished, loading, plan_push, push, pushing, switching
from tests.corpus_copy import CorpusCopy, source_text
from tests.faulty_server import Reply, Request, faulty_server, passed_on
from tests.process import COMMAND, PATIENCE, Finished, c4f, c4f_process
from tests.pushed import Graphs, local_store, push_to, shown, triples
from tests.servers import (
    VIRTUOSO,
    VIRTUOSO_ACCOUNT,
    Server,
    free_port,
    oxigraph_server,
    virtuoso_server,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


A, B, C = (f"https://example.org/graph/{letter}" for letter in "abc")
OLD: Graphs = {A: triples(1, 2, 3), B: triples(3, 4)}
NEW: Graphs = {A: triples(1, 5), C: triples(4)}
HTML = {"Content-Type": "text/html"}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """Run a server without data."""
    with oxigraph_server(tmp_path / "server") as running:
        yield running


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "journal"


def on(server: Server, command: str, *options: str | Path) -> Finished:
    return c4f(command, "--endpoint", server.query, *options)


def update(server: Server, text: str) -> None:
    address = server.query.replace("/query", "/update")
    RemoteStore(Endpoint(server.query)).connection.send(
        "POST",
        address,
        headers={"Content-Type": "application/sparql-update"},
        data=text.encode(),
    ).close()


def test_a_corpus_is_pushed_changed_removed_and_pulled(
    server: Server, corpus: CorpusCopy, tmp_path: Path
) -> None:
    place = ("--corpus", corpus.root, "--store", corpus.store)
    edition = current_edition(corpus.store)
    assert edition is not None
    counts = f"{edition.graphs} added, 0 changed, 0 removed, 0 the same"
    done = on(server, "push", *place, "--dry-run")
    assert done.code == 1
    assert f"c4f: graphs that would be pushed: {counts}" in done.err
    assert "\nadd\thttps://w3id.org/c4f/ontology\n" in done.out
    assert done.out.count("\n") == edition.graphs
    assert shown(server.query).graphs == {}

    done = on(server, "push", *place)
    assert (done.code, done.out) == (0, "")
    assert f"c4f: graphs pushed: {counts}; {edition.statements:,} statements" in done.err
    assert on(server, "push", *place, "--dry-run").code == 0
    question = ("selection-funnel", "--format", "csv")
    assert on(server, "ask", *question).out == corpus.answer("ask", *question)

    pulled = tmp_path / "pulled.nq"
    assert on(server, "pull", "-o", pulled, "--dry-run").code == 1
    assert on(server, "pull", "-o", pulled).code == 0
    assert pulled.read_text("utf-8") == corpus.answer("export", "--format", "nq")

    removed = corpus.root / "data" / "sources" / "uni-leipzig-saxocell-phase-2-2024-09-10.ttl"
    removed.unlink()
    name = "https://w3id.org/c4f/graph/uni-leipzig-saxocell-phase-2-2024-09-10"
    assert on(server, "push", *place, "--dry-run").code == 0
    done = on(server, "sync", *place, "--dry-run")
    assert (done.code, done.out) == (1, f"remove\t{name}\n")
    assert on(server, "sync", *place).code == 0
    assert shown(server.query).merge_is_union()
    done = on(server, "pull", "-o", pulled, "--dry-run")
    assert (done.code, done.out) == (1, f"remove\t{name}\n")
    assert on(server, "pull", "-o", pulled).code == 0
    assert pulled.read_text("utf-8") == corpus.answer("export", "--format", "nq")
    assert on(server, "sync", *place, "--dry-run").code == 0


def test_what_changed_travels_and_sync_removes_what_is_gone(server: Server, journal: Path) -> None:
    foreign = "https://example.org/foreign"
    push_to(server.query, OLD, journal)
    assert shown(server.query).graphs == OLD
    assert shown(server.query).merge_is_union()
    remote = RemoteStore(Endpoint(server.query))
    plan = plan_push(local_store(NEW), remote)
    assert (plan.add, plan.change, plan.remove, plan.same) == ((C,), (A,), (), ())
    plan = push_to(server.query, NEW, journal)
    assert (plan.add, plan.change, plan.remove, plan.same) == ((C,), (A,), (B,), ())
    assert shown(server.query).graphs == NEW
    assert shown(server.query).merge_is_union()
    assert shown(server.query).own == {"urn:c4f:manifest"}
    (line,) = triples(9)
    update(server, f"INSERT DATA {{ GRAPH <{foreign}> {{ {line} }} }}")
    assert push_to(server.query, NEW, journal).is_empty
    assert shown(server.query).graphs == NEW | {foreign: triples(9)}


def test_large_graphs_are_loaded_whole_changed_and_removed(
    server: Server, journal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(switching, "AT_ONCE", 2)
    large, other, blank = triples(*range(50)), triples(*range(40, 60)), "_:b <urn:p> _:b"
    with faulty_server(lambda _request: None, before=server.query) as faulty:
        address = f"{faulty.address}/query"
        for graphs in ({A: large, B: other}, {A: other, B: other, C: triples(7)}, {B: large}, {}):
            push_to(address, graphs, journal)
            assert shown(server.query).graphs == graphs
            assert shown(server.query).merge_is_union()
            assert push_to(address, graphs, journal).is_empty
            assert shown(server.query).own <= {"urn:c4f:manifest"}
        push_to(address, {A: [*large, blank]}, journal)
        (seen,) = (line for line in shown(server.query).graphs[A] if line.startswith("_:"))
        assert seen in shown(server.query).merge
        bulk = [request for request in faulty.requests if request.query == "no_transaction="]
    # A and B whole, what B became in a staging graph, then A whole again.
    assert [b"urn:c4f:staging:" in request.body for request in bulk] == [False, False, True, False]


def test_a_load_that_comes_late_is_waited_for(
    server: Server, journal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection breaks when all was sent, and the server gets to it later."""
    monkeypatch.setattr(switching, "AT_ONCE", 2)
    monkeypatch.setattr(pushing, "_PAUSES", (0,))
    held: list[Request] = []

    def holding(request: Request) -> Reply | None:
        if request.query == "no_transaction=" and not held:
            held.append(request)
            return Reply(502, b"", HTML)
        if b"loading" in request.body and b"SELECT" in request.body and len(held) == 1:
            held.append(request)  # It finds the load under way; then it comes.
            answer = passed_on(server.query, "/store?no_transaction=", held[0])
            assert answer.status == 204
        return None

    with faulty_server(holding, before=server.query) as faulty:
        push_to(f"{faulty.address}/query", OLD, journal)
    assert len(held) == 2
    assert shown(server.query).graphs == OLD
    assert shown(server.query).merge_is_union()
    assert shown(server.query).own == {"urn:c4f:manifest"}


def test_a_graph_that_others_changed_on_the_server_is_pushed_again(
    server: Server, journal: Path
) -> None:
    push_to(server.query, OLD, journal)
    (line,) = triples(8)
    update(server, f"INSERT DATA {{ GRAPH <{A}> {{ {line} }} }}")
    assert push_to(server.query, OLD, journal).change == (A,)
    assert shown(server.query).graphs == OLD
    update(server, f"DROP GRAPH <{A}>")
    assert push_to(server.query, OLD, journal).add == (A,)
    assert shown(server.query).graphs == OLD
    assert shown(server.query).merge_is_union()


def test_odd_names_and_blank_nodes(server: Server, journal: Path) -> None:
    names = [
        "https://example.org/it's(a)graph",
        "https://example.org/grün/ß?q=a&b=c%20d#f;g",
        "urn:example:%C3%A4~$!*,+@",
    ]
    text = '<https://example.org/s> <https://example.org/p> "a\\"b\\\\c\\n\\t<x> {y} é"@de-CH'
    graphs = {
        name: [text, *(f"_:g{g}b{n} <https://example.org/next> _:g{g}b{n + 1}" for n in range(50))]
        for g, name in enumerate(names)
    }
    push_to(server.query, graphs, journal)
    assert push_to(server.query, graphs, journal).is_empty
    seen = shown(server.query)
    assert seen.graphs.keys() == set(names)
    remote = RemoteStore(Endpoint(server.query))
    for name in names:
        there = ox.Dataset(remote.quads_for_pattern(None, None, None, ox.NamedNode(name)))
        here = ox.Dataset(local_store({name: graphs[name]}))
        for dataset in (there, here):
            dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        assert there == here
    assert len(seen.merge) == 1 + 3 * 50
    del graphs[names[0]]
    push_to(server.query, graphs, journal)
    assert len(shown(server.query).merge) == 1 + 2 * 50


def test_personal_data_are_never_pushed(
    server: Server, corpus: CorpusCopy, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = '<id/event/x-2023-01-01> a c4f:Event ; rdfs:label "Erika Mustermensch"@en .'
    corpus.add("data/private/contact.ttl", source_text("private-contact", claim))
    monkeypatch.setenv("C4F_ENDPOINT", server.query)
    assert corpus.run("push").code == 0
    assert "Mustermensch" not in " ".join(shown(server.query).merge)
    done = corpus.run("push", "--private")
    assert done.code == 2
    assert "No such option" in done.err


def test_no_endpoint_is_a_message() -> None:
    for command in (["push"], ["sync"], ["pull", "-o", "x.nq"]):
        done = c4f(*command)
        assert (done.code, done.out) == (2, "")
        assert done.err == "c4f: no endpoint is given. Give its address, or set C4F_ENDPOINT.\n"


def test_a_pull_keeps_a_file_that_is_no_pull(server: Server, tmp_path: Path) -> None:
    letter = tmp_path / "letter.nq"
    letter.write_text("Dear colleague,\n")
    done = on(server, "pull", "-o", letter)
    assert done.code == 2
    assert f"{letter}: this is not N-Quads, so it is not overwritten" in done.err
    assert letter.read_text() == "Dear colleague,\n"


def test_a_pull_that_breaks_leaves_the_file(server: Server, journal: Path, tmp_path: Path) -> None:
    push_to(server.query, OLD, journal)
    pulled = tmp_path / "pulled.nq"
    assert on(server, "pull", "-o", pulled).code == 0
    before = pulled.read_bytes()
    push_to(server.query, NEW, journal)

    def cutting(request: Request) -> Reply | None:
        others = (b"COUNT", b"ASK", b"manifest")
        return None if any(word in request.body for word in others) else Reply(cut=1000)

    with faulty_server(cutting, before=server.query) as faulty:
        done = c4f("pull", "--endpoint", f"{faulty.address}/query", "-o", pulled)
    assert done.code == 2
    assert "the answer broke off after" in done.err
    assert pulled.read_bytes() == before
    assert on(server, "pull", "-o", pulled).code == 0
    assert {line.rsplit(" ", 2)[1] for line in pulled.read_text().splitlines()} == {
        f"<{A}>",
        f"<{C}>",
    }


READ_ONLY = {
    403: "the server does not allow this (HTTP 403). Use an account that may",
    405: "the server does not do this at this address (HTTP 405). Check the address; it may be one",
    404: "there is nothing at this address (HTTP 404). Check the address.",
    500: "the server failed (HTTP 500).",
    413: "this is more than the server takes at once (HTTP 413)",
}


@pytest.mark.parametrize("status", READ_ONLY)
def test_an_endpoint_that_takes_no_updates(server: Server, status: int, store: Path) -> None:
    def refusing(request: Request) -> Reply | None:
        return Reply(status, b"", HTML) if request.path == "/update" else None

    with faulty_server(refusing, before=server.query) as faulty:
        done = c4f("push", "--endpoint", f"{faulty.address}/query", "--store", store)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert READ_ONLY[status] in done.err
    assert shown(server.query).graphs == {}
    for path in store.glob("push-*"):
        path.unlink()


@pytest.mark.parametrize("status", [404, 405, 501])
def test_a_server_without_a_graph_store_gets_updates(
    server: Server, journal: Path, status: int
) -> None:
    def lacking(request: Request) -> Reply | None:
        return Reply(status, b"", HTML) if request.path == "/store" else None

    with faulty_server(lacking, before=server.query) as faulty:
        push_to(f"{faulty.address}/query", OLD, journal)
        assert sum(request.path == "/store" for request in faulty.requests) == 1
    assert shown(server.query).graphs == OLD
    assert shown(server.query).merge_is_union()


def test_an_unknown_engine_gets_updates_where_its_addresses_are_given(
    server: Server, journal: Path
) -> None:
    def renamed(request: Request) -> Reply | None:
        return Reply(body=b'{"head":{},"boolean":true}') if b"ASK" in request.body else None

    with faulty_server(renamed, before=server.query) as faulty:
        address = f"{faulty.address}/query"
        with pytest.raises(EndpointError, match="where an endpoint takes updates is not known"):
            push_to(address, OLD, journal)
        push_to(address, OLD, journal, addresses=(f"{faulty.address}/update", None))
        assert not any(request.path == "/store" for request in faulty.requests)
    assert shown(server.query).graphs == OLD
    assert shown(server.query).merge_is_union()


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_gets_its_push(server: Server, journal: Path, status: int) -> None:
    refused: set[tuple[str, bytes]] = set()

    def busy(request: Request) -> Reply | None:
        if (request.path, request.body) in refused:
            return None
        refused.add((request.path, request.body))
        return Reply(status, b"", {"Retry-After": "0"})

    with faulty_server(busy, before=server.query) as faulty:
        push_to(f"{faulty.address}/query", OLD, journal)
    assert shown(server.query).graphs == OLD


def test_a_server_that_loses_statements_shows_readers_nothing(
    server: Server, journal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def losing(request: Request) -> Reply | None:
        return Reply(204, b"", {}) if request.path == "/store" else None

    push_to(server.query, OLD, journal)
    with (
        faulty_server(losing, before=server.query) as faulty,
        pytest.raises(
            EndpointError, match=r"has 0 of the 1 statements of https://example\.org/graph/c"
        ),
    ):
        push_to(f"{faulty.address}/query", NEW, journal, take_over=True)
    assert shown(server.query).graphs == OLD
    push_to(server.query, NEW, journal, take_over=True)
    assert shown(server.query).graphs == NEW
    assert shown(server.query).own == {"urn:c4f:manifest"}
    monkeypatch.setattr(switching, "AT_ONCE", 0)
    monkeypatch.setattr(loading, "_LANDING_SECONDS", 0)
    with (
        faulty_server(losing, before=server.query) as faulty,
        pytest.raises(EndpointError, match=r"does not have what it was sent of .*/graph/b\."),
    ):
        push_to(f"{faulty.address}/query", NEW | OLD, journal)


def test_a_server_that_is_killed_and_stays_away(
    tmp_path: Path, journal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pushing, "_PAUSES", ())
    port = free_port()
    address = f"http://127.0.0.1:{port}/query"
    for last in range(2, 12):
        folder = tmp_path / f"server {last}"
        with oxigraph_server(folder, port) as running:
            push_to(address, OLD, journal)
            count = 0

            def killing(_request: Request, running: Server = running, last: int = last) -> None:
                nonlocal count
                count += 1
                if count == last:
                    running.process.send_signal(signal.SIGKILL)
                    running.process.wait(PATIENCE)

            with (
                faulty_server(killing, before=address) as faulty,
                pytest.raises(EndpointError, match=r"closed the connection\. Check that it runs"),
            ):
                push_to(f"{faulty.address}/query", NEW, journal)
        with oxigraph_server(folder, port):
            assert shown(address).graphs in (OLD, NEW)
            assert shown(address).merge_is_union()
            push_to(address, NEW, journal, take_over=True)
            assert shown(address).graphs == NEW
            assert shown(address).merge_is_union()


def test_a_push_waits_for_a_server_that_restarts(
    tmp_path: Path, journal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server is killed after each request but the first ones, and started by another hand."""
    monkeypatch.setattr(pushing, "_PAUSES", (0.1,) * 8)
    port = free_port()
    address = f"http://127.0.0.1:{port}/query"
    folder = tmp_path / "server"
    with contextlib.ExitStack() as servers:
        running = servers.enter_context(oxigraph_server(folder, port))
        push_to(address, OLD, journal)
        target, count, told = NEW, 0, list[str]()

        def killing(request: Request) -> None:
            nonlocal count, running
            count += request.path != "/query"
            if count in range(4, 40, 7) and request.path != "/query":
                running.process.send_signal(signal.SIGKILL)
                running.process.wait(PATIENCE)

        def starting(message: str) -> None:
            nonlocal running
            told.append(message)
            running = servers.enter_context(oxigraph_server(folder, port))

        with faulty_server(killing, before=address) as faulty:
            while count < 40:
                push_to(f"{faulty.address}/query", target, journal, tell=starting)
                assert shown(address).graphs == target
                assert shown(address).merge_is_union()
                assert shown(address).own == {"urn:c4f:manifest"}
                target = OLD if target is NEW else NEW
    assert len(told) >= 5
    assert all("the server closed the connection. Trying again in 0.1 s." in said for said in told)


def test_a_pusher_that_is_killed_is_taken_up_by_the_next(
    server: Server, corpus: CorpusCopy
) -> None:
    place = ("--corpus", corpus.root, "--store", corpus.store)
    edition = current_edition(corpus.store)
    assert edition is not None

    def stalling(request: Request) -> None:
        if request.path == "/update" and b"manifest" in request.body and b"hash" in request.body:
            process.send_signal(signal.SIGKILL)
            process.wait(PATIENCE)

    with faulty_server(stalling, before=server.query) as faulty:
        process = subprocess.Popen(
            [*COMMAND, "push", "--endpoint", f"{faulty.address}/query", *map(str, place)],
            stderr=subprocess.DEVNULL,
        )
        process.wait(PATIENCE)
        assert process.returncode == -signal.SIGKILL
        end = time.monotonic() + PATIENCE
        while len(shown(server.query).graphs) < edition.graphs and time.monotonic() < end:
            time.sleep(0.05)  # The server finishes what it has been sent.
        remote = RemoteStore(Endpoint(f"{faulty.address}/query"))
        assert is_unfinished(remote, corpus.store)
        done = c4f("push", "--endpoint", f"{faulty.address}/query", *place)
        assert done.code == 0, done.err
        assert f"{edition.graphs} the same" in done.err
        assert not is_unfinished(remote, corpus.store)
    assert shown(server.query).own == {"urn:c4f:manifest"}
    assert on(server, "push", *place, "--dry-run").code == 0


def test_two_pushers_at_once_are_noticed(
    server: Server, journal: Path, tmp_path: Path, store: Path
) -> None:
    others: list[Finished] = []

    def meanwhile(_count: int) -> None:
        if not others:
            others.append(c4f_process("push", "--endpoint", server.query, "--store", store))
            with pytest.raises(StoreError, match="another push from this store to http"):
                push_to(server.query, NEW, journal)

    push_to(server.query, OLD, journal, progress=meanwhile)
    (other,) = others
    assert (other.code, other.out) == (2, "")
    assert other.err == (
        "c4f: somebody else pushes to this server now, or a push broke off there. Wait for its "
        "end; if it broke off for good, push with --take-over.\n"
    )
    assert shown(server.query).graphs == OLD
    for path in store.glob("push-*"):
        path.unlink()

    # One whose lock is taken over changes nothing any more.
    taken: list[object] = []

    def taking(_count: int) -> None:
        if not taken:
            taken.append(None)
            push_to(server.query, NEW, tmp_path / "another", take_over=True)

    with pytest.raises(EndpointError, match=r"somebody else pushes|has 0 of the"):
        push_to(server.query, OLD | {C: triples(77)}, journal, progress=taking)
    assert shown(server.query).graphs == NEW
    assert shown(server.query).merge_is_union()


def test_a_journal_that_cannot_be_written_is_a_message(server: Server, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(StoreError, match="cannot be written"):
        push_to(server.query, OLD, blocked)
    assert shown(server.query).graphs == {}


@pytest.mark.skipif(VIRTUOSO is None, reason="needs the Debian package virtuoso-opensource-7")
def test_virtuoso_takes_what_changed(
    tmp_path: Path, journal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in VIRTUOSO_ACCOUNT.items():
        monkeypatch.setenv(name, value)
    odd = "https://example.org/grün/it's(a)graph"
    chain = [f"_:b{n} <https://example.org/next> _:b{n + 1}" for n in range(5)]
    # Virtuoso makes one literal of these two.
    merging = [f'<https://example.org/s> <https://example.org/p> "{n}"^^<{XSD}int>' for n in (1, 2)]
    merging += [line.replace("int>", "integer>") for line in merging]
    with virtuoso_server(tmp_path / "server") as server:
        endpoint = find_endpoint(server.query)
        assert endpoint is not None
        remote = RemoteStore(endpoint)
        for graphs in (OLD | {odd: chain}, NEW | {odd: chain, B: merging}):
            store = local_store(graphs)
            push(store, remote, plan_push(store, remote, remove=True), journal)
            assert plan_push(store, remote, remove=True).is_empty
            assert {node.value for node in remote.named_graphs()} == set(graphs)
            named = {q.triple for q in remote.quads_for_pattern(None, None, None, None)}
            merge = {
                q.triple for q in remote.quads_for_pattern(None, None, None, ox.DefaultGraph())
            }
            plain = {t for t in named if not isinstance(t.subject, ox.BlankNode)}
            assert plain == {t for t in merge if not isinstance(t.subject, ox.BlankNode)}
            assert len(merge) == len(plain) + len(chain)
