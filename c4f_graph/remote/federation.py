"""A question over several endpoints at once, answered by Comunica (https://comunica.dev).

Comunica is a program of its own, for Node.js. Its command `comunica-sparql` is looked for in the
folder that the profile names, where `npm install @comunica/query-sparql` put it, or on the PATH.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import IO, TYPE_CHECKING
from urllib.parse import urlencode

import pyoxigraph as ox

from c4f_graph.errors import EndpointError
from c4f_graph.remote.dialects import XML, Dialect
from c4f_graph.remote.store import RemoteSolutions, RemoteStore
from c4f_graph.sparql_text import without_services

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from c4f_graph.remote.endpoint import Endpoint
    from c4f_graph.remote.store import RemoteTriples, Term

_COMMAND = "comunica-sparql"
_SECRETS = ("C4F_PASSWORD", "C4F_TOKEN")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_SHOWN = 300


class FederatedStore(RemoteStore):
    """Several endpoints as one graph, for reading: each query goes to all of them.

    A statement that two of them have counts twice, as Comunica does not compare them.

    Args:
        endpoint: our own, with the addresses that its profile allows.
        others: the addresses of the others.

    Raises:
        EndpointError: the profile does not allow an address, or Comunica is not installed.
    """

    def __init__(self, endpoint: Endpoint, others: tuple[str, ...]) -> None:
        super().__init__(endpoint)
        for address in others:
            if address not in endpoint.federate:
                raise EndpointError(
                    f"{address} is not among the endpoints that may be asked beside this one.",
                    hint="List it as `federate` in the profile in config.toml, and name the "
                    "profile with --endpoint.",
                )
        self._command = _comunica(endpoint.comunica)
        self._others = others

    @property
    def dialect(self) -> Dialect:
        """Comunica keeps to the standards, but ends its JSON with a key that has no place there."""
        return Dialect("Comunica", rows_as=XML)

    def query(
        self,
        query: str,
        *,
        substitutions: Mapping[ox.Variable, Term] | None = None,
        own: bool = False,
    ) -> RemoteSolutions | RemoteTriples | ox.QueryBoolean:
        """Ask a query of SPARQL 1.1, as `RemoteStore.query` does."""
        result = super().query(query, substitutions=substitutions, own=own)
        if not isinstance(result, RemoteSolutions):
            return result
        columns = getattr(ox.Store().query(without_services(query)), "variables", [])
        return _Projected(result, columns)

    def _send(self, text: str, media: tuple[str, ...], parameters: Mapping[str, str]) -> _Output:
        del parameters
        return _Output(self._command, self._context(), text, media[0])

    def _context(self) -> str:
        """Write what Comunica is to ask. It goes into a file, as it may have a password in it."""
        own = RemoteStore(self.endpoint).dialect.parameters()
        address = self.endpoint.query
        if own:
            address += ("&" if "?" in address else "?") + urlencode(own)
        source: dict[str, object] = {"type": "sparql", "value": address}
        credentials = self.endpoint.credentials
        if credentials is not None and credentials.kind == "basic":
            source["context"] = {"httpAuth": f"{credentials.user}:{credentials.secret}"}
        others = [{"type": "sparql", "value": other} for other in self._others]
        return json.dumps({"sources": [source, *others]})


class _Projected(RemoteSolutions):
    """Rows with the columns of the query: Comunica leaves out those that no row has."""

    def __init__(self, solutions: RemoteSolutions, columns: list[ox.Variable]) -> None:
        self.variables = columns
        self._answered = solutions

    def __iter__(self) -> Iterator[tuple[Term | None, ...]]:
        given = self._answered.variables
        places = [given.index(column) if column in given else None for column in self.variables]
        for row in self._answered:
            yield tuple(None if place is None else row[place] for place in places)


class _Output:
    """What Comunica prints, read as it comes, as an answer of a server is."""

    def __init__(self, command: Path, context: str, text: str, media: str) -> None:
        self.headers: Mapping[str, str] = {}
        self.error: EndpointError | None = None
        self._folder = tempfile.TemporaryDirectory(prefix="c4f-")
        folder = Path(self._folder.name)
        (folder / "context.json").write_text(context, encoding="utf-8")
        (folder / "query.rq").write_text(text, encoding="utf-8")
        self._messages: IO[bytes] = (folder / "messages.txt").open("w+b")
        environment = {name: value for name, value in os.environ.items() if name not in _SECRETS}
        self._process = subprocess.Popen(  # noqa: S603 (no shell, and no argument from outside)
            [command, "-c", folder / "context.json", "-f", folder / "query.rq", "-t", media],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self._messages,
            env=environment,
        )

    def read(self, size: int = -1) -> bytes:
        """Read a piece; empty at the end.

        Raises:
            EndpointError: Comunica failed.
        """
        if self._process.stdout is None:
            raise AssertionError("its output is a pipe")
        piece = self._process.stdout.read(size)
        if not piece and self._process.wait() != 0:
            self._messages.seek(0)
            said = _COLOUR.sub("", self._messages.read().decode(errors="replace")).split()
            self.error = EndpointError(
                f"Comunica gives no answer: {' '.join(said)[-_SHOWN:].rstrip('.')}.",
                hint="Check that each endpoint answers on its own.",
            )
            raise self.error
        return piece

    def close(self) -> None:
        """End the process, and remove its files."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._messages.close()
        self._folder.cleanup()


def _comunica(folder: Path | None) -> Path:
    if folder is None:
        found = shutil.which(_COMMAND)
        if found:
            return Path(found)
        where = "on the PATH"
    else:
        command = folder / "node_modules" / ".bin" / _COMMAND
        if command.is_file():
            return command
        where = f"in {folder}"
    raise EndpointError(
        f"several endpoints are asked at once by Comunica, which is not {where}.",
        hint="Install it with `npm install @comunica/query-sparql`, and name that folder as "
        "`comunica` in the profile; or ask each endpoint on its own.",
    )
