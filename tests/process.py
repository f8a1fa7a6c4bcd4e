"""Run the command `c4f` as a process of its own, the way a user does."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

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


def c4f(*arguments: str | Path, stdin: str = "", cwd: Path | None = None) -> Finished:
    """Run `c4f` with warnings turned into errors."""
    return run([*COMMAND, *arguments], stdin=stdin, cwd=cwd)


def answer(*arguments: str | Path, stdin: str = "") -> str:
    """Run `c4f`, which must succeed and say nothing beside its data; give the data."""
    done = c4f(*arguments, stdin=stdin)
    assert (done.code, done.err) == (0, ""), done.err
    return done.out
