"""Run the command `c4f`: as a process of its own, the way a user does, or within this one.

A process takes longer to start than most commands take to run, so only tests of what belongs to the
process start one: signals, terminals, time limits, hash seeds, what is imported, and `test_cli.py`.
"""

from __future__ import annotations

import contextlib
import io
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from c4f_graph.cli.main import run as run_command

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMAND = (sys.executable, "-W", "error", "-m", "c4f_graph")
# Longer than anything takes on the slowest machine: it ends a test that hangs, and decides nothing.
PATIENCE = 300


@dataclass(frozen=True, slots=True)
class Finished:
    """What a process left behind: its exit code and the two streams, byte for byte as UTF-8."""

    code: int
    out: str
    err: str


def run(command: Sequence[str | Path], *, stdin: str = "", cwd: Path | None = None) -> Finished:
    """Run any command to its end."""
    done = subprocess.run(
        [*map(str, command)],
        input=stdin.encode(),
        capture_output=True,
        cwd=cwd,
        timeout=PATIENCE,
        check=False,
    )
    return Finished(done.returncode, done.stdout.decode(), done.stderr.decode())


def c4f_process(*arguments: str | Path, stdin: str = "", cwd: Path | None = None) -> Finished:
    """Run `c4f` as a process of its own, with warnings turned into errors."""
    return run([*COMMAND, *arguments], stdin=stdin, cwd=cwd)


def c4f_without(package: str, *arguments: str | Path) -> Finished:
    """Run `c4f` as a process of its own, as where a package is not installed."""
    code = (
        f"import sys; sys.modules[{package!r}] = None; from c4f_graph.cli.main import main; main()"
    )
    return run([sys.executable, "-W", "error", "-c", code, *arguments])


def c4f(*arguments: str | Path, stdin: str = "", cwd: Path | None = None) -> Finished:
    """Run `c4f` within this process, where pytest turns warnings into errors."""
    # Python's own stderr writes what is no character, such as a stray byte of an argument, as well.
    streams = {"stdout": _stream(), "stderr": _stream(errors="backslashreplace")}
    streams["stdin"] = io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch, contextlib.chdir(cwd or Path.cwd()):
        patch.setattr(sys, "argv", ["c4f", *map(str, arguments)])
        for name, stream in streams.items():
            patch.setattr(sys, name, stream)
        code = run_command()
    return Finished(code, _written(streams["stdout"]), _written(streams["stderr"]))


def _stream(errors: str = "strict") -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors=errors, newline="\n")


def _written(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()


def answer(*arguments: str | Path, stdin: str = "") -> str:
    """Run `c4f`, which must succeed and say nothing beside its data; give the data."""
    done = c4f(*arguments, stdin=stdin)
    assert (done.code, done.err) == (0, ""), done.err
    return done.out
