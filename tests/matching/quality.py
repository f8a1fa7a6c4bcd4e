"""How well the matcher does on pairs that a person labelled, in `pairs.csv`.

A row is an organisation as the funding catalogue would write it with its place, an actor of the
registry, and whether they are the same body. Thresholds and weights were set on the rows of the
part `tuning`; those of the part `test` were only measured. What the matcher gets wrong stays in.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from c4f_graph.matching.candidates import METHODS, Candidate, Matcher
from c4f_graph.matching.organisations import Organisation
from c4f_graph.namespaces import ID

if TYPE_CHECKING:
    from collections.abc import Sequence

PAIRS = Path(__file__).parent / "pairs.csv"
PARTS = ("tuning", "test")
THRESHOLDS = (1.0, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6)


@dataclass(frozen=True, slots=True)
class Pair:
    """A labelled pair, and what the matcher says of it; None where it does not list it at all."""

    name: str
    place: str
    actor: str
    is_match: bool
    part: str
    candidate: Candidate | None


def labelled_pairs(actors: Sequence[Organisation], threshold: float) -> list[Pair]:
    """Run the matcher on every pair, over the whole registry."""
    matcher = Matcher(actors)
    with PAIRS.open(encoding="utf-8", newline="") as stream:
        return [_pair(row, matcher, threshold) for row in csv.DictReader(stream)]


def _pair(row: dict[str, str], matcher: Matcher, threshold: float) -> Pair:
    body = Organisation(f"{ID}catalogue-body/x", (row["name"],), (row["place"],), frozenset())
    candidates = {
        candidate.actor.slug: candidate for candidate in matcher.candidates(body, threshold)
    }
    return Pair(
        row["name"],
        row["place"],
        row["actor"],
        {"match": True, "no match": False}[row["label"]],
        row["part"],
        candidates.get(row["actor"]),
    )


def figures(actors: Sequence[Organisation]) -> str:
    """Measure precision and recall at each threshold, and what each method finds, as CSV."""
    pairs = labelled_pairs(actors, THRESHOLDS[-1])
    lines = ["part,threshold,found_right,found_wrong,missed,precision,recall\n"]
    for threshold in THRESHOLDS:
        lines += [f"{part},{threshold:.2f},{_quality(pairs, part, threshold)}\n" for part in PARTS]
    lines.append("\npart,method,found_right,found_wrong\n")
    for part in PARTS:
        for method in METHODS:
            found = [
                pair.is_match
                for pair in pairs
                if pair.part == part and pair.candidate and pair.candidate.method == method
            ]
            lines.append(f"{part},{method},{sum(found)},{len(found) - sum(found)}\n")
    return "".join(lines)


def _quality(pairs: Sequence[Pair], part: str, threshold: float) -> str:
    """Count what is found from a score on: what is listed at it is a part of what is at a lower."""
    right = wrong = missed = 0
    for pair in pairs:
        if pair.part == part:
            found = pair.candidate is not None and pair.candidate.score >= threshold
            right += found and pair.is_match
            wrong += found and not pair.is_match
            missed += pair.is_match and not found
    precision = right / max(right + wrong, 1)
    recall = right / max(right + missed, 1)
    return f"{right},{wrong},{missed},{precision:.3f},{recall:.3f}"
