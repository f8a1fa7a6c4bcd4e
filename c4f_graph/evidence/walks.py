"""Follow a path of any length: the steps that lie on a walk from one node to another."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from c4f_graph.engine import Term

Node: TypeAlias = "tuple[Term | None, ...]"
"""A term, and the graph that it is in where the query names it."""


class Walks:
    """All single steps of a path, to be put together.

    Args:
        steps: the evidence of each step, by start, end and, within GRAPH, the graph.
    """

    def __init__(self, steps: Mapping[tuple[Term | None, ...], set[int]]) -> None:
        self._steps = steps
        self._onward: dict[Node, list[Node]] = {}
        self._back: dict[Node, list[Node]] = {}
        for start, end, *graph in steps:
            self._onward.setdefault((start, *graph), []).append((end, *graph))
            self._back.setdefault((end, *graph), []).append((start, *graph))
        self._reached: dict[tuple[bool, Node], set[Node]] = {}
        self._found: dict[tuple[Node, Node], set[int]] = {}

    def between(
        self, start: Term | None, end: Term | None, graph: Term | None, kind: str
    ) -> set[int]:
        """Give the evidence of each step on any walk from one node to another.

        Args:
            start: the first node.
            end: the last one.
            graph: the graph, where the query names it.
            kind: `?` for one step at most, `*` and `+` for any number.
        """
        where = () if graph is None else (graph,)
        if kind == "?":
            return self._steps.get((start, end, *where), set())
        first, last = (start, *where), (end, *where)
        if (first, last) not in self._found:
            onward, back = self._reach(first, self._onward), self._reach(last, self._back)
            found: set[int] = set()
            for node in onward:
                for following in self._onward.get(node, ()):
                    if following in back:
                        found |= self._steps[(node[0], *following)]
            self._found[first, last] = found
        return self._found[first, last]

    def _reach(self, node: Node, steps: Mapping[Node, list[Node]]) -> set[Node]:
        """Give the node, and those that can be reached from it."""
        at = (steps is self._onward, node)
        if at not in self._reached:
            reached = {node}
            ahead = [node]
            while ahead:
                for following in steps.get(ahead.pop(), ()):
                    if following not in reached:
                        reached.add(following)
                        ahead.append(following)
            self._reached[at] = reached
        return self._reached[at]
