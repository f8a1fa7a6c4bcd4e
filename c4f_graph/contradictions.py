"""When two values of a property that has one true value cannot both be right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.namespaces import XSD

if TYPE_CHECKING:
    from c4f_graph.engine import Term

NUMBERS = {f"{XSD}{kind}" for kind in ("integer", "decimal", "double", "float")}
"""The datatypes whose values are compared as numbers."""


def contradict(one: Term, other: Term) -> bool:
    """Tell whether two values cannot both be right, as the question `conflicting-statements` does.

    A month does not contradict a day in it, nor 15.00 the number 15.
    """
    if not isinstance(one, ox.Literal) or not isinstance(other, ox.Literal):
        return one != other
    if {one.datatype.value, other.datatype.value} <= NUMBERS:
        return float(one.value) != float(other.value)
    return not (one.value.startswith(other.value) or other.value.startswith(one.value))
