"""Benchmarks: made-up graphs of any size, and one command that measures who is how fast on them."""

from __future__ import annotations

import compileall
from pathlib import Path

ROOT = Path(__file__).parents[2]


def compile_package() -> None:
    """Keep the bytecode of `c4f_graph`, as pip does for whoever installs it, and the others have.

    A Python that is told to write none would translate the package anew in each process.
    """
    compileall.compile_dir(ROOT / "c4f_graph", quiet=1)
