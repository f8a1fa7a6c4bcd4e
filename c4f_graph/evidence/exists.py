"""What a FILTER EXISTS sees of the group around it; whether an OPTIONAL would match the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from c4f_graph.evidence.model import Bind, Condition, Exists, Group, InGraph, Optional, Union

if TYPE_CHECKING:
    from collections.abc import Iterable

    from c4f_graph.evidence.query_text import QueryText


def local_variables(
    reader: QueryText,
    exists: Exists,
    group: Group,
    constants: Iterable[str],
    outer: frozenset[str],
) -> set[str]:
    """Give the variables that stand for something of their own inside a FILTER EXISTS.

    Args:
        reader: the reader of the query.
        exists: the filter.
        group: the group that it filters.
        constants: variables that are bound beforehand.
        outer: variables that the filter sees, and its group does not bind.

    Raises:
        QueryError: an OPTIONAL of the same content would not match the same.
    """
    mentioned = (reader.variables(exists.span) | exists.group.bound()) - set(constants)
    shared = mentioned & group.bound()
    if mentioned & outer:
        reader.refuse("FILTER EXISTS in OPTIONAL, about what is outside", exists.span)
    if shared - group.certain():
        reader.refuse("FILTER EXISTS about what may have no value", exists.span)
    _check(reader, exists.group, shared, is_outermost=True)
    return mentioned - shared


def _check(reader: QueryText, group: Group, shared: set[str], *, is_outermost: bool) -> None:
    """Refuse what an EXISTS sees of the outside, and an OPTIONAL in its place does not."""
    unseen = shared - group.bound()
    for element in group.elements:
        match element:
            case Condition(span, is_minus):
                if is_minus or (not is_outermost and unseen & reader.variables(span)):
                    reader.refuse("this in FILTER EXISTS", span)
            case Bind(expression):
                if unseen & reader.variables(expression):
                    reader.refuse("this in FILTER EXISTS", expression)
            case Optional(inner) | InGraph(_, inner) | Exists(_, inner):
                _check(reader, inner, shared, is_outermost=False)
            case Union(branches):
                for branch in branches:
                    _check(reader, branch, shared, is_outermost=False)
