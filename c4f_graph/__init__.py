"""The knowledge graph of the German Clusters4Future programme, and the toolkit that keeps it.

>>> import c4f_graph
>>> graph = c4f_graph.open()
>>> answer = graph.ask("clusters")
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from c4f_graph.backups import back_up, restore
    from c4f_graph.graph import ProgrammeGraph
    from c4f_graph.loading import load
    from c4f_graph.opening import build, connect, open  # noqa: A004

__all__ = [
    "ProgrammeGraph",
    "__version__",
    "back_up",
    "build",
    "connect",
    "load",
    "open",
    "restore",
]


def __getattr__(name: str) -> object:
    """Load the library when it is first used, so that importing the package costs nothing."""
    if name in {"back_up", "restore"}:
        from c4f_graph import backups

        return getattr(backups, name)
    if name == "load":
        from c4f_graph.loading import load

        return load
    if name == "ProgrammeGraph":
        from c4f_graph.graph import ProgrammeGraph

        return ProgrammeGraph
    if name in {"build", "connect", "open"}:
        from c4f_graph import opening

        return getattr(opening, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
