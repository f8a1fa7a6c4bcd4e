"""`c4f serve` under load and under attack: its limits hold, and it goes on answering."""

from __future__ import annotations

import asyncio
import concurrent.futures
import shutil
import socket
import threading
import time
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from c4f_graph.editions import current_edition
from c4f_graph.web.kept import KeptAnswer, KeptAnswers
from c4f_graph.web.limits import RateLimit, network
from tests.c4f_server import c4f_server
from tests.corpus_copy import ROOT
from tests.process import PATIENCE, c4f, c4f_without

if TYPE_CHECKING:
    from pathlib import Path

    from tests.c4f_server import C4fServer
    from tests.corpus_copy import CorpusCopy

HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
HUNGRY = "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT * { ?a ?b ?c . ?d ?e ?f } }"
LIGHT = "ASK { ?s ?p ?o }"


def test_a_heavy_query_is_stopped_while_others_go_on(store: Path) -> None:
    with (
        c4f_server(store, ROOT, "--timeout", "2", "--workers", "2") as server,
        concurrent.futures.ThreadPoolExecutor() as threads,
    ):
        heavy = threads.submit(server.sparql, HEAVY)
        for _ in range(20):
            assert server.sparql(LIGHT).status == 200
        assert not heavy.done()
        reply = heavy.result(PATIENCE)
        assert (reply.status, "no answer within 2 seconds" in reply.text) == (504, True)
        # Both workers are gone, and both are back.
        both = [threads.submit(server.sparql, HEAVY) for _ in range(2)]
        assert [one.result(PATIENCE).status for one in both] == [504, 504]
        assert server.sparql(LIGHT).status == 200
        assert "c4f_workers_killed 3.0" in server.ask("/metrics").text
        assert server.stop() == 0
        assert "c4f: stopped." in server.log.read_text(encoding="utf-8")


def test_limits_of_rows_length_and_memory_hold(store: Path) -> None:
    limits = {"rows": 50, "answer_bytes": 100_000, "worker_bytes": 400 * 2**20, "workers": 1}
    with c4f_server(store, ROOT, limits={**limits, "query_seconds": 60}) as server:
        exact = 'SELECT ("},{\\"},{" AS ?x) { ?s ?p ?o } LIMIT '
        for accept in (
            "application/json",
            "application/xml",
            "text/csv",
            "text/tab-separated-values",
        ):
            assert server.sparql(f"{exact}50", accept).status == 200
            reply = server.sparql(f"{exact}51", accept)
            assert (reply.status, "more than 50 rows" in reply.text) == (400, True), accept
        triples = "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o } LIMIT "
        assert server.sparql(f"{triples}50").status == 200
        assert "more than 50 rows" in server.sparql(f"{triples}51").text
        long = server.sparql("SELECT * { ?s ?p ?o . ?a ?b ?c }")
        assert (long.status, "longer than this server gives" in long.text) == (400, True)
        hungry = server.sparql(HUNGRY)
        assert (hungry.status, "more memory than it may" in hungry.text) == (503, True)
        assert server.sparql(LIGHT).status == 200
        assert "Traceback" not in server.log.read_text(encoding="utf-8")


def test_too_many_queries_are_told_to_come_again(store: Path) -> None:
    limits = {"workers": 1, "waiting": 1, "wait_seconds": 0.5, "query_seconds": 3}
    with (
        c4f_server(store, ROOT, limits=limits) as server,
        concurrent.futures.ThreadPoolExecutor() as threads,
    ):
        asked = [threads.submit(server.sparql, HEAVY) for _ in range(3)]
        replies = [one.result(PATIENCE) for one in asked]
        assert sorted(reply.status for reply in replies) == [503, 503, 504]
        busy = next(reply for reply in replies if reply.status == 503)
        assert "too many queries" in busy.text
        end = time.monotonic() + PATIENCE
        while server.sparql(LIGHT).status != 200:  # another worker comes up
            assert time.monotonic() < end


def test_pages_are_held_by_the_limits_and_hold_nobody(store: Path) -> None:
    limits = {"workers": 1, "waiting": 0, "query_seconds": 5}
    with (
        c4f_server(store, ROOT, limits=limits) as server,
        concurrent.futures.ThreadPoolExecutor() as threads,
    ):
        heavy = threads.submit(server.sparql, HEAVY)
        while "c4f_queries_running 1.0" not in server.ask("/metrics").text:
            assert not heavy.done()
        for path in ("/cluster", "/not/there", "/id/cluster/saxocell"):
            reply = server.ask(path, accept="text/html")
            assert (reply.status, "too many queries" in reply.text) == (503, True), path
        assert server.ask("/healthz").status == 200
        assert server.ask("/static/c4f.css").status == 200
        assert heavy.result(PATIENCE).status == 504


def test_a_client_that_takes_nothing_in_is_let_go(store: Path) -> None:
    long = quote("SELECT * { ?s ?p ?o . ?a ?b ?c } LIMIT 40000")
    request = f"GET /sparql?query={long} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    with (
        c4f_server(store, ROOT, limits={"client_seconds": 1.0}) as server,
        socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as client,
    ):
        client.sendall(request.encode())
        client.recv(1)
        time.sleep(3)
        taken = 1
        while part := client.recv(2**20):
            taken += len(part)
        assert taken < len(server.sparql(unquote(long)).body)


def test_an_address_that_asks_too_much_has_to_wait(store: Path) -> None:
    with c4f_server(store, ROOT, "--rate", "0.5") as server:
        replies = [server.ask("/nothing") for _ in range(8)]
        assert [reply.status for reply in replies] == [404] * 5 + [429] * 3
        assert int(replies[-1].headers["retry-after"]) >= 1
        assert "too many requests from this address" in replies[-1].text
        assert server.ask("/healthz").status == 200


def test_a_rate_limit_is_for_each_customer() -> None:
    rate = RateLimit(0.001, 1)
    assert rate.wait("192.0.2.1") == 0
    assert rate.wait("192.0.2.1") > 0
    assert rate.wait("192.0.2.2") == 0
    assert rate.wait("2001:db8::1") == 0
    assert rate.wait("2001:db8::2") > 0
    assert rate.wait("2001:db8:0:1::1") == 0
    assert [network(one) for one in ("192.0.2.77", "2001:db8:1:2::3", "?")] == [
        "192.0.2.0",
        "2001:db8:1::",
        "unknown",
    ]


def test_answers_are_kept_within_their_limit() -> None:
    kept = KeptAnswers(150_000)
    for number in range(100):
        kept.keep((str(number),), KeptAnswer([], b"x" * 1000, None))
        assert kept.get(("0",)) is not None
    assert kept.get(("1",)) is None
    assert kept.get(("99",)) is not None
    assert sum(kept.get((str(number),)) is not None for number in range(100)) == 49
    kept.keep(("long",), KeptAnswer([], b"x" * 2000, None))
    assert kept.get(("long",)) is None


def exchange(server: C4fServer, *parts: bytes, pause: float = 0) -> bytes:
    """Send bytes as they are, and read until the server closes."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as client:
        for part in parts:
            client.sendall(part)
            time.sleep(pause)
        found = b""
        try:
            while part := client.recv(65536):
                found += part
        except ConnectionResetError:
            pass
        return found


def test_malformed_and_slow_clients_are_let_go(store: Path) -> None:
    with c4f_server(store, ROOT, limits={"client_seconds": 1.0, "workers": 1}) as server:
        assert exchange(server, b"\x16\x03\x01\x02\x00garbage\r\n\r\n").startswith(b"HTTP/1.1 400")
        assert exchange(server, b"GET /\x00 HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 400")
        length = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: "
        assert exchange(server, length + b"-1\r\n\r\n").startswith(b"HTTP/1.1 400")
        both = length + b"3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        assert exchange(server, both).startswith(b"HTTP/1.1 400")
        endless = [b"GET / HTTP/1.1\r\n", *[b"X: " + b"y" * 8000 + b"\r\n"] * 10]
        assert b"headers are too long" in exchange(server, *endless)
        # Nothing, half a head, half a body: each ends in time.
        assert exchange(server) == b""
        assert exchange(server, b"GET /healthz HT") == b""
        slow = length + b"50\r\nContent-Type: application/sparql-query\r\n\r\nASK"
        assert exchange(server, slow).startswith(b"HTTP/1.1 408")
        chunk = b"100000\r\n" + b"x" * 2**20 + b"\r\n"
        chunked = (
            b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
            b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        )
        assert b" 413 " in exchange(server, chunked, chunk, chunk).split(b"\r\n")[0]
        assert server.sparql(LIGHT).status == 200
        assert "Traceback" not in server.log.read_text(encoding="utf-8")


def test_a_thousand_connections_at_once_are_answered(store: Path) -> None:
    import resource

    soft, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    request = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

    async def all_at_once(port: int) -> list[bytes]:
        ready = await asyncio.gather(
            *(asyncio.open_connection("127.0.0.1", port) for _ in range(1000))
        )

        async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
            writer.write(request)
            answer = await reader.read()
            writer.close()
            return answer

        return await asyncio.gather(*(ask(*pair) for pair in ready))

    limits = {
        "requests_per_second": 1e4,
        "burst": 10_000,
        "waiting": 2000,
        "wait_seconds": PATIENCE,
    }
    try:
        with c4f_server(store, ROOT, limits=limits) as server:
            answers = asyncio.run(all_at_once(server.port))
            assert {answer[:12] for answer in answers} == {b"HTTP/1.1 200"}
            assert all(answer.endswith(b'"boolean":true}') for answer in answers)
            assert server.sparql(LIGHT).status == 200
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, most))


def test_a_new_edition_is_served_without_a_failed_request(corpus: CorpusCopy) -> None:
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    with c4f_server(corpus.store, corpus.root, "--rate", "100000") as server:
        before = server.sparql(count)
        statuses: set[int] = set()
        is_over = threading.Event()

        def keep_asking() -> None:
            while not is_over.is_set():
                statuses.add(server.sparql(count).status)
                statuses.add(server.ask("/api/questions/clusters").status)

        askers = [threading.Thread(target=keep_asking) for _ in range(4)]
        for asker in askers:
            asker.start()
        for number in range(2):
            corpus.add_source(
                f"a-new-document-{number}",
                "<id/actor/tu-dresden> rdfs:seeAlso <https://example.org/document> .",
            )
            done = c4f("build", "--corpus", corpus.root, "--store", corpus.store)
            assert done.code == 0, done.out + done.err
            end = time.monotonic() + PATIENCE
            newest = current_edition(corpus.store)
            assert newest is not None
            while newest.folder not in server.ask("/healthz").text:
                assert time.monotonic() < end
                time.sleep(0.05)
        is_over.set()
        for asker in askers:
            asker.join()
        assert statuses == {200}
        after = server.sparql(count)
        assert after.json != before.json
        assert after.headers["etag"] != before.headers["etag"]
        assert "now serving edition-" in server.log.read_text(encoding="utf-8")


def test_a_damaged_pointer_leaves_the_edition_in_use(corpus: CorpusCopy) -> None:
    with c4f_server(corpus.store, corpus.root) as server:
        (corpus.store / "public.json").write_text("{", encoding="utf-8")
        end = time.monotonic() + PATIENCE
        while "is damaged" not in server.log.read_text(encoding="utf-8"):
            assert time.monotonic() < end
            time.sleep(0.05)
        assert server.sparql(LIGHT).status == 200


def test_a_port_in_use_and_a_bad_host_are_told(store: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = c4f("serve", "--port", str(port), "--store", store)
        assert (done.code, done.out) == (2, "")
        assert f"127.0.0.1:{port} cannot be listened on: Address already in use" in done.err
        assert "Choose another with --host or --port." in done.err
    done = c4f("serve", "--host", "256.1.1.1", "--port", "0", "--store", store)
    assert (done.code, "256.1.1.1:0 cannot be listened on" in done.err) == (2, True)
    done = c4f("serve", "--host", ".", "--port", "0")
    assert (done.code, ".:0 cannot be listened on" in done.err) == (2, True)


def test_a_damaged_store_is_told_at_the_start(corpus: CorpusCopy) -> None:
    edition = next(corpus.store.glob("edition-*"))
    for path in edition.iterdir():
        path.unlink()
    done = corpus.run("serve", "--port", "0")
    assert (done.code, "cannot be read" in done.err) == (2, True), done.err
    shutil.rmtree(corpus.store)
    corpus.store.write_text("no folder", encoding="utf-8")
    done = corpus.run("serve", "--port", "0")
    assert (done.code, "cannot be written" in done.err) == (2, True), done.err


def test_the_parts_that_are_missing_are_named(store: Path) -> None:
    done = c4f_without("uvicorn", "serve", "--port", "0", "--store", store)
    assert (done.code, done.out) == (2, "")
    assert "the server needs uvicorn, which is not installed" in done.err
    assert "pip install 'c4f-graph[web]'" in done.err
