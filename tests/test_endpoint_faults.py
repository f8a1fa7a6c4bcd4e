"""Servers that fail while they are asked: one clear message, exit code 2, and no half file."""

from __future__ import annotations

import shutil
import ssl
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from c4f_graph.errors import EndpointError
from c4f_graph.remote import Endpoint, RemoteStore, find_endpoint, http
from c4f_graph.remote.http import Connection
from tests.faulty_server import ROWS, Reply, Request, faulty_server
from tests.process import Finished, c4f, c4f_process
from tests.servers import free_port

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SECRET = "open-sesame-4711"  # noqa: S105 (opens nothing)
SELECT = "SELECT ?n WHERE { ?s ?p ?n }"
HTML = {"Content-Type": "text/html"}


def ask(address: str, *options: str | Path) -> Finished:
    return c4f("query", "-", "--endpoint", f"{address}/query", *options, stdin=SELECT)


def failing(reply: Reply) -> Callable[[Request], Reply | None]:
    """Fail where rows are asked for, and not where the engine is recognised."""
    return lambda request: reply if b"SELECT" in request.body else None


def message(done: Finished) -> str:
    """Give the one message of a command that could not run."""
    assert done.code == 2, done.out + done.err
    assert done.err.count("\n") == 1, done.err
    assert "Traceback" not in done.err
    return done.err


REPLIES = {
    "an error": (Reply(500, b"out of memory", HTML), "the server failed (HTTP 500): out of memory"),
    "an error page": (Reply(502, b"<h1>Bad  gateway</h1>", HTML), "(HTTP 502): <h1>Bad gateway"),
    "HTML": (Reply(body=b"<html>Welcome", headers=HTML), "the answer is text/html, which is not"),
    "another type": (
        Reply(headers={"Content-Type": "application/octet-stream"}),
        "the answer is application/octet-stream, which is not what a SPARQL endpoint gives",
    ),
    "no type": (Reply(headers={}), "the answer is of no media type"),
    "HTML that says it is JSON": (Reply(body=b"<html>"), "the server's answer is ill-formed"),
    "a body that is cut off": (Reply(cut=len(ROWS) // 2), "the answer broke off after"),
    "chunks that are cut off": (
        Reply(cut=len(ROWS) // 2, chunked=True),
        "the answer broke off after",
    ),
    "half a result that ends well": (
        Reply(body=ROWS[: len(ROWS) // 2], chunked=True),
        "the server's answer is ill-formed, or was cut off",
    ),
    "an error halfway through": (
        Reply(body=ROWS[: len(ROWS) // 2] + b"Internal Server Error", chunked=True),
        "the server's answer is ill-formed, or was cut off",
    ),
    "a redirect": (
        Reply(307, b"", {"Location": "https://elsewhere.example/query"}),
        "the server sends us on to https://elsewhere.example/query, and we do not follow",
    ),
    "a wrong password": (
        Reply(401, b"", {"WWW-Authenticate": 'Basic realm="data"'}),
        "does not take what it was told (HTTP 401). Check C4F_USER and C4F_PASSWORD",
    ),
    "no permission": (Reply(403, b"", HTML), "the server does not allow this (HTTP 403)"),
    "no such address": (Reply(404, b"", HTML), "there is nothing at this address (HTTP 404)"),
}


@pytest.mark.parametrize("fault", REPLIES)
def test_a_faulty_answer_is_one_message_and_no_file(
    fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("C4F_USER", "steward")
    monkeypatch.setenv("C4F_PASSWORD", SECRET)
    reply, text = REPLIES[fault]
    output = tmp_path / "rows.csv"
    with faulty_server(failing(reply)) as server:
        said = message(ask(server.address, "--format", "csv", "-o", output))
    assert text in said
    assert SECRET not in said
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_is_down() -> None:
    said = message(ask(f"http://127.0.0.1:{free_port()}"))
    assert "the connection is refused. Check that it runs and that the address is right." in said


def test_a_server_that_has_no_name() -> None:
    assert "there is no machine of that name" in message(ask("http://nowhere.invalid"))


def test_a_slow_server_is_given_up_at_the_time_limit() -> None:
    def slow(request: Request) -> None:
        time.sleep(1.0 if b"SELECT" in request.body else 0.0)

    with faulty_server(slow) as server:
        said = message(ask(server.address, "--timeout", "0.2"))
        assert "0.2 seconds" in said
        remote = RemoteStore(Endpoint(f"{server.address}/query"))
        remote.connection = Connection(None, silence=0.1)
        with pytest.raises(EndpointError, match="the server has been silent for too long"):
            remote.query(SELECT)


def test_a_server_that_stops_halfway_is_given_up() -> None:
    def halting(request: Request) -> Reply | None:
        if b"SELECT" not in request.body:
            return None
        return Reply(body=ROWS + b" " * 10, cut=len(ROWS) - 5)

    with faulty_server(halting) as server:
        remote = RemoteStore(Endpoint(f"{server.address}/query"))
        rows = remote.query(SELECT)
        with pytest.raises(EndpointError, match="the answer broke off after"):
            list(rows)  # type: ignore[arg-type]


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_is_asked_again(status: int) -> None:
    asked: list[Request] = []

    def busy(request: Request) -> Reply | None:
        if b"SELECT" not in request.body:
            return None
        asked.append(request)
        return Reply(status, b"", {"Retry-After": "0"}) if len(asked) < 2 else Reply()

    with faulty_server(busy) as server:
        done = ask(server.address, "--format", "csv")
    assert (done.code, done.err) == (0, "")
    assert len(asked) == 2
    assert done.out.count("\n") == 20_001


def test_a_server_that_stays_busy_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "_RETRIES", http._RETRIES.new(backoff_factor=0))
    with faulty_server(failing(Reply(503, b"maintenance", {"Retry-After": "0"}))) as server:
        said = message(ask(server.address))
        assert len(server.requests) == 7
    assert "not available now (HTTP 503): maintenance. Ask again later." in said


@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes a certificate with openssl")
def test_a_certificate_that_nobody_vouches_for(tmp_path: Path) -> None:
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", key, "-out", certificate),
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with faulty_server(lambda _request: None, tls=context) as server:
        assert "the server's certificate is not to be trusted" in message(ask(server.address))
        assert server.requests == []


def test_a_server_without_encryption_behind_https() -> None:
    with faulty_server(lambda _request: None) as server:
        said = message(ask(server.address.replace("http:", "https:")))
    assert "no encrypted connection can be made" in said


def test_a_password_goes_unencrypted_to_this_machine_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("C4F_USER", "steward")
    monkeypatch.setenv("C4F_PASSWORD", SECRET)
    said = message(ask("http://data.example.org"))
    assert "a password or token would travel unencrypted to data.example.org. Use an https" in said
    assert SECRET not in said
    for option in ("--update-endpoint", "--graph-store-endpoint"):
        said = message(ask("https://data.example.org", option, "http://other.example.org/x"))
        assert "unencrypted to other.example.org" in said


def test_a_password_in_an_address_is_refused_and_not_repeated() -> None:
    said = message(ask(f"https://steward:{SECRET}@data.example.org"))
    assert "has a user or password in it" in said
    assert SECRET not in said


def test_a_server_that_repeats_the_password_is_not_quoted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("C4F_USER", "steward")
    monkeypatch.setenv("C4F_PASSWORD", SECRET)

    def repeating(request: Request) -> Reply:
        sent = request.headers["Authorization"]
        return Reply(400, f"not understood: {sent} {SECRET}".encode(), HTML)

    with faulty_server(repeating) as server:
        said = message(ask(server.address))
        sent = server.requests[0].headers["Authorization"].removeprefix("Basic ")
    assert "not understood: Basic … …" in said
    assert SECRET not in said
    assert sent not in said


def test_a_secret_is_in_no_text_about_an_endpoint() -> None:
    environment = {"C4F_ENDPOINT": "https://data.example.org/query", "C4F_TOKEN": SECRET}
    endpoint = find_endpoint(None, environment=environment)
    assert endpoint is not None
    assert endpoint.credentials is not None
    assert endpoint.credentials.secret == SECRET
    remote = RemoteStore(endpoint)
    for thing in (endpoint, endpoint.credentials, remote, remote.connection):
        assert SECRET not in repr(thing) + str(thing)


def test_no_option_takes_a_secret() -> None:
    for command in ("query", "push", "pull", "sync"):
        text = c4f(command, "--help").out.lower()
        assert "--endpoint" in text
        assert "--password" not in text
        assert "--token" not in text


def test_a_credential_reaches_no_other_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("C4F_TOKEN", SECRET)
    with faulty_server(lambda _request: Reply()) as other:
        moved = Reply(302, b"", {"Location": f"{other.address}/query"})
        with faulty_server(lambda _request: moved) as server:
            assert "we do not follow" in message(ask(server.address))
            assert server.requests[0].headers["Authorization"] == f"Bearer {SECRET}"
        assert other.requests == []


def test_a_process_says_no_more_than_the_message() -> None:
    done = c4f_process(
        "query", "-", "--endpoint", f"http://127.0.0.1:{free_port()}/query", stdin=SELECT
    )
    assert "the connection is refused" in message(done)
    assert done.out == ""
