"""Write how a validation was done: each query of the plan, its time and its results."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from c4f_graph.shacl import Plan, ValidationReport


def explanation(plan: Plan, report: ValidationReport) -> str:
    """Write the queries that were run, in the order of the plan, and how many there were.

    Args:
        plan: what was compiled from the shapes.
        report: what came of running it.
    """
    queries = {query.purpose: query for query in plan.queries}
    parts = []
    for number, timing in enumerate(report.timings, 1):
        query = queries[timing.purpose]
        note = f", {query.note}" if query.note else ""
        # What a native engine was asked is no query.
        asked = "" if query.kind == "native" else f"{query.text.strip()}\n"
        parts.append(
            f"# {number}: {query.kind}{note}; {timing.seconds:.3f} s, {timing.results} results\n"
            f"# {timing.purpose}\n{asked}\n"
        )
    total = sum(timing.seconds for timing in report.timings)
    per_node = sum(query.kind == "per node" for query in plan.queries)
    parts.append(
        f"{len(report.timings)} queries, {per_node} of them run per node; {total:.3f} s in all, "
        f"{len(report.results)} results\n"
    )
    return "".join(parts)
