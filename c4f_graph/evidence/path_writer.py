"""Write a pattern with a property path so that what each of its steps matched can be told.

Sequences, alternatives, inverse and negated paths become triple patterns (SPARQL 1.1,
section 18.2).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from c4f_graph.evidence.matches import MatchedTriple, MatchedWalk

if TYPE_CHECKING:
    from collections.abc import Callable

    from c4f_graph.evidence.matches import Match
    from c4f_graph.evidence.model import Path


class PathWriter:
    """Writes the patterns of one SELECT.

    Args:
        matches: what is written is told here.
        fresh: gives a variable that the query does not have, by what it is for.
    """

    def __init__(self, matches: list[Match], fresh: Callable[[str], str]) -> None:
        self._matches = matches
        self._fresh = fresh

    def write(
        self, subject: str, path: Path, value: str, markers: tuple[str, ...], graph: str | None
    ) -> str:
        """Write a pattern with a path as patterns with IRIs, as far as that is the same."""
        match path.kind:
            case "link":
                self._matches.append(MatchedTriple(markers, subject, path.link, value, graph))
                return f"{subject} {path.link} {value} ."
            case "inverse":
                return self.write(value, path.parts[0], subject, markers, graph)
            case "sequence":
                between = [self._fresh("between") for _ in path.parts[1:]]
                ends = [subject, *between, value]
                return " ".join(
                    self.write(ends[index], part, ends[index + 1], markers, graph)
                    for index, part in enumerate(path.parts)
                )
            case "alternative":
                branches = []
                for part in path.parts:
                    marker = self._fresh("marker")
                    body = self.write(subject, part, value, (*markers, marker), graph)
                    branches.append(f"{{ {body} BIND(1 AS {marker}) }}")
                return " UNION ".join(branches)
            case "negated":
                return self._negated(subject, path, value, markers, graph)
        self._matches.append(MatchedWalk(markers, subject, path, value, graph))
        return f"{subject} {path} {value} ."

    def _negated(
        self, subject: str, path: Path, value: str, markers: tuple[str, ...], graph: str | None
    ) -> str:
        inverse = [str(part.parts[0]) for part in path.parts if part.kind == "inverse"]
        direct = [str(part) for part in path.parts if part.kind != "inverse"]
        branches = []
        for excluded, start, end in ((direct, subject, value), (inverse, value, subject)):
            if excluded:
                link = self._fresh("link")
                self._matches.append(MatchedTriple((*markers, link), start, link, end, graph))
                others = ", ".join(excluded)
                branches.append(f"{{ {start} {link} {end} FILTER({link} NOT IN ({others})) }}")
        return " UNION ".join(branches)
