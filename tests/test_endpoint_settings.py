"""Settings of an endpoint that cannot be used: one message that says what to write instead."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from c4f_graph.remote.endpoint import config_path
from tests.faulty_server import Reply, faulty_server
from tests.process import Finished, c4f

if TYPE_CHECKING:
    from pathlib import Path

ADDRESS = "https://data.example.org/query"
PROFILE = f'[profiles.own]\nendpoint = "{ADDRESS}"\n'
BEGIN = "<sparql xmlns='http://www.w3.org/2005/sparql-results#'><head><variable name='n'/></head>"
SELECT = "SELECT ?n WHERE { ?s ?p ?n }"


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the user's configuration file, which is not there yet, on a machine without keyring."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setitem(sys.modules, "keyring", None)
    config_path().parent.mkdir(parents=True, exist_ok=True)
    return config_path()


def ask(address: str, *options: str) -> Finished:
    return c4f("query", "-", "--endpoint", address, *options, stdin=SELECT)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            None,
            '{path}: "own" is no address, and there is no configuration file with a profile of '
            "that name. Give an address that begins with http, or write the profile.",
        ),
        ("[profiles", "{path}: cannot be read: "),
        ('[profiles.owm]\nendpoint = "x"', '{path}: there is no profile "own". Did you mean owm?'),
        ("", '{path}: there is no profile "own". Write [profiles.own] in it.'),
        ("profiles.own = 5", '{path}: there is no profile "own". '),
        (
            f"{PROFILE}passwort = 1",
            '{path}: the profile "own" has "passwort", which means nothing here. It may have '
            "endpoint, ",
        ),
        (
            f"{PROFILE}usr = 1",
            '{path}: the profile "own" has "usr", which means nothing here. Did you mean user?',
        ),
        ('[profiles.own]\nuser = "me"', '{path}: the profile "own" has no endpoint.'),
        (
            '[profiles.own]\nendpoint = "data.example.org"',
            '"data.example.org" is no address of a server. It begins with https:// or http://.',
        ),
    ],
)
def test_a_profile_that_cannot_be_used(config: Path, content: str | None, message: str) -> None:
    if content is not None:
        config.write_text(content, encoding="utf-8")
    done = ask("own")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"c4f: {message.format(path=config)}"), done.err


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        (
            {"C4F_AUTHENTICATION": "kerberos"},
            'there is no authentication "kerberos". Choose from basic, digest, bearer.',
        ),
        (
            {"C4F_AUTHENTICATION": "bearer"},
            "there is no token. Put it into C4F_TOKEN, or into the keyring.",
        ),
        (
            {"C4F_USER": "steward"},
            'there is no password for "steward". Put it into C4F_PASSWORD, or into the keyring.',
        ),
        (
            {"C4F_UPDATE_ENDPOINT": "ftp://data.example.org"},
            '"ftp://data.example.org" is no address of a server.',
        ),
    ],
)
def test_an_account_that_cannot_be_used(
    variables: dict[str, str], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    done = ask(ADDRESS)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"c4f: {message}"), done.err


def test_a_server_has_no_personal_data(monkeypatch: pytest.MonkeyPatch) -> None:
    done = c4f("ask", "clusters", "--endpoint", ADDRESS, "--private")
    assert (done.code, done.out) == (2, "")
    assert "--endpoint goes with neither --store nor --private." in done.err
    monkeypatch.setenv("C4F_ENDPOINT", ADDRESS)
    done = c4f("ask", "clusters", "--private")
    assert (done.code, done.out) == (2, "")
    assert "a server has no personal data: leave --private out." in done.err


def test_an_answer_that_the_server_cut_off_is_none(tmp_path: Path) -> None:
    row = "<result><binding name='n'><literal>1</literal></binding></result>"
    reply = Reply(
        body=f"{BEGIN}<results>{row * 3}</results></sparql>".encode(),
        headers={"Content-Type": "application/sparql-results+xml", "X-SPARQL-MaxRows": "3"},
    )
    output = tmp_path / "rows.csv"
    with faulty_server(
        lambda request: reply if b"SELECT" in request.body else None, name="Virtuoso/07.20"
    ) as server:
        done = ask(f"{server.address}/query", "--format", "csv", "-o", str(output))
    assert (done.code, done.out) == (2, "")
    assert done.err.endswith(
        "the server gives 3 rows at most, and cut the answer off there. "
        "Ask for less, or raise the server's limit.\n"
    )
    assert not output.exists()
