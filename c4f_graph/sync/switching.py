"""The updates that put a staged graph in its place, and the merge of all graphs with it.

Each operation works only while the push has the lock and the staging graph is marked as complete:
a request that was cut off, and reaches the server after a later one, changes nothing. Each can be
run again, so that a server that stops between two of them is mended by the next push.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from c4f_graph.remote.dialects import OWN, UNION
from c4f_graph.sync import manifest

if TYPE_CHECKING:
    from c4f_graph.remote.dialects import Dialect
    from c4f_graph.sync.states import GraphState

_TRIPLE = "?s ?p ?o"


def switch_operations(
    dialect: Dialect, token: str, name: str, state: GraphState, waiting: str
) -> list[str]:
    """Write the operations that make a graph what waits for it.

    Args:
        dialect: the server's.
        token: that of the lock.
        name: the graph.
        state: what it becomes.
        waiting: the staging graph that holds it.
    """
    condition = f"{manifest.lock_pattern(token)} {manifest.staged_pattern(waiting)}"
    gone = f"FILTER NOT EXISTS {{ GRAPH <{waiting}> {{ {_TRIPLE} }} }}"
    return [
        _unmerge(dialect, name, condition, gone),
        _remove(name, condition, gone),
        # Virtuoso fails where one template writes to two graphs.
        *(
            f"INSERT {{ {target} }} WHERE {{ {condition} GRAPH <{waiting}> {{ {_TRIPLE} }} }}"
            for target in (_merge(dialect), f"GRAPH <{name}> {{ {_TRIPLE} }}")
        ),
        *manifest.pushed_operations(name, state, waiting, condition),
    ]


def removal_operations(dialect: Dialect, token: str, name: str) -> list[str]:
    """Write the operations that remove a graph; arguments as for `switch_operations`."""
    condition = manifest.lock_pattern(token)
    return [
        _unmerge(dialect, name, condition, ""),
        _remove(name, condition, ""),
        manifest.forget_operation(name, condition),
    ]


def _merge(dialect: Dialect) -> str:
    """Write the pattern of the merge: the default graph, or one that stands for it."""
    return f"GRAPH <{UNION}> {{ {_TRIPLE} }}" if dialect.keeps_union else f"{_TRIPLE} ."


def _remove(name: str, condition: str, gone: str) -> str:
    graph = f"GRAPH <{name}> {{ {_TRIPLE} }}"
    return f"DELETE {{ {graph} }} WHERE {{ {condition} {graph} {gone} }}"


def _unmerge(dialect: Dialect, name: str, condition: str, gone: str) -> str:
    """Take out of the merge what a graph no longer says and no other graph says either."""
    return (
        f"DELETE {{ {_merge(dialect)} }} "
        f"WHERE {{ {condition} GRAPH <{name}> {{ {_TRIPLE} }} {gone} "
        f"FILTER NOT EXISTS {{ GRAPH ?other {{ {_TRIPLE} }} "
        f"FILTER(?other != <{name}> && !STRSTARTS(STR(?other), '{OWN}')) }} }}"
    )
