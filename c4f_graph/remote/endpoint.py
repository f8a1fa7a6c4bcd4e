"""Where a server is and who we are to it: from the command line, the environment, or a profile.

A profile stands in `config.toml` in the user's configuration folder:

    [profiles.institute]
    endpoint = "https://data.example.org/query"
    update-endpoint = "https://data.example.org/update"
    graph-store-endpoint = "https://data.example.org/store"
    authentication = "digest"
    user = "steward"
    federate = ["https://other.example.org/sparql"]
    comunica = "/opt/comunica"

A secret stands in none of these: it comes from the environment, or from the system's keyring.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from c4f_graph.errors import EndpointError, InputError, Location

if TYPE_CHECKING:
    from collections.abc import Mapping

_SCHEMES = ("http", "https")
_AUTHENTICATION = ("basic", "digest", "bearer")
_KEYS = (
    "endpoint",
    "update-endpoint",
    "graph-store-endpoint",
    "authentication",
    "user",
    "federate",
    "comunica",
)
_KEYRING_SERVICE = "c4f"
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who we are: `kind` is `basic`, `digest` or `bearer`; a bearer has a token and no user."""

    kind: str
    user: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The addresses of a graph on a server.

    Attributes:
        query: where queries go.
        update: where updates go; None where it is not known.
        graph_store: the Graph Store Protocol's address; None where it is not known.
        credentials: who we are; None for anybody.
        federate: addresses that a query may name with SERVICE, or be sent to besides.
        comunica: the folder in which Comunica is installed; None for the PATH.
    """

    query: str
    update: str | None = None
    graph_store: str | None = None
    credentials: Credentials | None = None
    federate: tuple[str, ...] = ()
    comunica: Path | None = None


def config_path() -> Path:
    """Give the configuration file, which need not exist."""
    import platformdirs

    return platformdirs.user_config_path("c4f") / "config.toml"


def find_endpoint(
    named: str | None,
    update: str | None = None,
    graph_store: str | None = None,
    *,
    environment: Mapping[str, str] = os.environ,
    config: Path | None = None,
) -> Endpoint | None:
    """Find the endpoint that is meant, or None where none is.

    Args:
        named: a query address, or the name of a profile; without it, `C4F_ENDPOINT` counts.
        update: the update address; without it, `C4F_UPDATE_ENDPOINT` or the profile's.
        graph_store: the graph store's; without it, `C4F_GRAPH_STORE_ENDPOINT` or the profile's.
        environment: where variables and secrets are looked up.
        config: the configuration file; without it, the user's.

    Raises:
        EndpointError: an ill-formed address, one with a password in it, or a secret that would
            travel unencrypted.
        InputError: a configuration file that cannot be read, or has no such profile.
    """
    named = named or environment.get("C4F_ENDPOINT")
    if not named:
        return None
    profile: dict[str, Any] = {}
    if "://" not in named:
        profile = _profile(named, config or config_path())
    query = _address(profile.get("endpoint", named))
    update = update or environment.get("C4F_UPDATE_ENDPOINT") or profile.get("update-endpoint")
    graph_store = (
        graph_store
        or environment.get("C4F_GRAPH_STORE_ENDPOINT")
        or profile.get("graph-store-endpoint")
    )
    credentials = _credentials(profile, query, environment)
    endpoint = Endpoint(
        query,
        _address(update) if update else None,
        _address(graph_store) if graph_store else None,
        credentials,
        _addresses(profile.get("federate", [])),
        Path(profile["comunica"]).expanduser() if profile.get("comunica") else None,
    )
    for address in (endpoint.query, endpoint.update, endpoint.graph_store):
        if credentials is not None and address is not None:
            _refuse_plain_secret(address)
    return endpoint


def _profile(name: str, path: Path) -> dict[str, Any]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(
            f'"{name}" is no address, and there is no configuration file with a profile of that '
            "name.",
            location=Location(path),
            hint="Give an address that begins with http, or write the profile.",
        ) from None
    except (OSError, ValueError) as error:
        raise InputError(f"cannot be read: {error}.", location=Location(path)) from error
    profiles = content.get("profiles", {})
    if not isinstance(profiles, dict) or not isinstance(profiles.get(name), dict):
        near = difflib.get_close_matches(name, profiles, n=1)
        raise InputError(
            f'there is no profile "{name}".',
            location=Location(path),
            hint=f"Did you mean {near[0]}?" if near else f"Write [profiles.{name}] in it.",
        )
    profile: dict[str, Any] = profiles[name]
    for key in profile:
        if key not in _KEYS:
            near = difflib.get_close_matches(key, _KEYS, n=1)
            raise InputError(
                f'the profile "{name}" has "{key}", which means nothing here.',
                location=Location(path),
                hint=f"Did you mean {near[0]}?" if near else f"It may have {', '.join(_KEYS)}.",
            )
    if "endpoint" not in profile:
        raise InputError(f'the profile "{name}" has no endpoint.', location=Location(path))
    return profile


def _address(text: str) -> str:
    """Check an address.

    Raises:
        EndpointError: it is none, or has a user or password in it.
    """
    parts = urlsplit(text)
    if parts.scheme not in _SCHEMES or not parts.hostname:
        raise EndpointError(
            f'"{text}" is no address of a server.', hint="It begins with https:// or http://."
        )
    if parts.username is not None or parts.password is not None:
        raise EndpointError(
            f"the address of {parts.hostname} has a user or password in it, which others can see.",
            hint="Put them into C4F_USER and C4F_PASSWORD, or into the keyring.",
        )
    return text


def _addresses(listed: object) -> tuple[str, ...]:
    if not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
        raise EndpointError(
            "`federate` in a profile is a list of addresses.",
            hint='Write it as federate = ["https://…", "https://…"].',
        )
    return tuple(map(_address, listed))


def _credentials(
    profile: Mapping[str, Any], query: str, environment: Mapping[str, str]
) -> Credentials | None:
    kind = environment.get("C4F_AUTHENTICATION") or profile.get("authentication")
    if kind is not None and kind not in _AUTHENTICATION:
        raise EndpointError(
            f'there is no authentication "{kind}".',
            hint=f"Choose from {', '.join(_AUTHENTICATION)}.",
        )
    token = environment.get("C4F_TOKEN")
    if token and kind in (None, "bearer"):
        return Credentials("bearer", "", token)
    user = environment.get("C4F_USER") or profile.get("user")
    if kind == "bearer":
        token = _from_keyring(query, "token")
        if token is None:
            raise EndpointError(
                "there is no token.", hint="Put it into C4F_TOKEN, or into the keyring."
            )
        return Credentials("bearer", "", token)
    if not user:
        return None
    secret = environment.get("C4F_PASSWORD") or _from_keyring(query, user)
    if secret is None:
        raise EndpointError(
            f'there is no password for "{user}".',
            hint="Put it into C4F_PASSWORD, or into the keyring.",
        )
    return Credentials(kind or "basic", user, secret)


def _from_keyring(query: str, user: str) -> str | None:
    """Look a secret up in the system's keyring, where the package `keyring` is installed."""
    try:
        import keyring
    except ImportError:
        return None
    host = urlsplit(query).netloc
    secret: str | None = keyring.get_password(f"{_KEYRING_SERVICE}:{host}", user)
    return secret


def _refuse_plain_secret(address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme == "http" and parts.hostname not in _THIS_MACHINE:
        raise EndpointError(
            f"a password or token would travel unencrypted to {parts.hostname}.",
            hint="Use an https address; http is for this machine only.",
        )
