"""Answers that were given, to be given again: an edition never changes."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from c4f_graph.web.jobs import Done


class KeptAnswers:
    """The answers that were last asked for, by their ETags, which name the edition."""

    def __init__(self, most_bytes: int) -> None:
        """Begin with none.

        Args:
            most_bytes: how long they may be together; one may be a hundredth of it.
        """
        self._most = most_bytes
        self._length = 0
        self._answers: OrderedDict[str, Done] = OrderedDict()

    def get(self, tag: str) -> Done | None:
        """Give the answer of an ETag, if it was kept."""
        answer = self._answers.get(tag)
        if answer is not None:
            self._answers.move_to_end(tag)
        return answer

    def keep(self, tag: str, answer: Done) -> None:
        """Keep an answer, in place of those that were not asked for for longest."""
        if tag in self._answers or 100 * len(answer.body) > self._most:
            return
        self._answers[tag] = answer
        self._length += _size(answer)
        while self._length > self._most:
            _, former = self._answers.popitem(last=False)
            self._length -= _size(former)


def _size(answer: Done) -> int:
    # An entry takes about so much beside its body.
    return len(answer.body) + 1000
