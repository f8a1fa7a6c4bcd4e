"""The line of progress on a terminal."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextlib.contextmanager
def progress_line() -> Iterator[Callable[[str], None]]:
    """Give what puts a text in place of the one before; nothing is shown without a terminal."""
    if not sys.stderr.isatty():
        yield lambda _text: None
        return
    from rich.console import Console

    console = Console(stderr=True)

    def show(text: str) -> None:
        console.print(text, end="\r", highlight=False, markup=False, overflow="crop", no_wrap=True)

    try:
        yield show
    finally:
        sys.stderr.write("\n")
