"""Write a made-up programme graph of any size, with a known number of faults of each kind.

python -m tests.benchmarks.generate 1000000 programme.nt

The same size gives the same bytes in each run. Nothing is held: memory does not grow with the size.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import TextIO

BASE = "https://w3id.org/c4f/"
PREFIXES = {
    "c4f": f"{BASE}ontology#",
    "dcterms": "http://purl.org/dc/terms/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
FORMATS = ("nt", "nq", "ttl")
PROJECTS_PER_CLUSTER = 60
PARTNERS_PER_CLUSTER = 20
ACTORS_PER_CLUSTER = 10
TRIPLES_PER_CLUSTER = 1018
FAULTS_PER_KIND = 10
CASES = ("core", "sparql", "sums", "queries")
STATES = ("bavaria", "hesse", "saxony", "thuringia")
KINDS = ("university", "research-institute", "company", "sme", "hospital", "public-body")
PHASE_CEILING = 15_000_000

Values = tuple[tuple[str, str], ...]
Subject = tuple[str, Values]
"""The IRI of a subject, and its predicates and objects as N-Triples terms with short IRIs."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A kind of fault, the results that one of them gives, and the cases whose shapes find it.

    The shapes `core` stand in every file of shapes, so their faults are found by each.
    """

    name: str
    results: int = 1
    cases: tuple[str, ...] = CASES


FAULTS = (
    Fault("project-without-label"),
    Fault("project-with-two-starts"),
    Fault("project-reference-ill-formed"),
    Fault("project-recipient-no-actor", results=2),
    Fault("project-ends-before-start"),
    Fault("actor-state-unknown"),
    Fault("actor-homepage-literal"),
    Fault("award-amount-negative"),
    Fault("award-amount-string", results=3),
    Fault("award-after-project", cases=("sparql",)),
    Fault("cluster-phases-above-ceiling", cases=("sums", "queries")),
    Fault("actor-name-twice", results=2, cases=("queries",)),
    Fault("cluster-without-coordinator", cases=("queries",)),
    Fault("milestone-before-its-conditions", results=2, cases=("queries",)),
)


@dataclass(frozen=True, slots=True)
class Planted:
    """What a generated file holds."""

    triples: int

    def results(self, case: str) -> int:
        """Count the results that the shapes of a case are to find."""
        return FAULTS_PER_KIND * sum(f.results for f in FAULTS if case in f.cases)


def generate(path: Path, size: int, *, rdf_format: str | None = None) -> Planted:
    """Write about `size` triples to a file, as a stream.

    Args:
        path: the file; it is replaced.
        size: the number of triples, met within one cluster (about 1,020 triples).
        rdf_format: one of `FORMATS`; by default what the suffix says.

    Raises:
        ValueError: the format is none of them.
    """
    form = rdf_format or path.suffix.lstrip(".")
    if form not in FORMATS:
        raise ValueError(f"{form!r} is no format to generate: take one of {', '.join(FORMATS)}")
    clusters = max(1, round(size / TRIPLES_PER_CLUSTER))
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        triples = _writers()[form](stream, _subjects(clusters))
    return Planted(triples)


def _subjects(clusters: int) -> Iterator[Subject]:
    # Not for secrets: the same numbers each time are the purpose.
    random = Random(4)  # noqa: S311
    faults = _places(clusters)
    yield (
        f"{BASE}id/programme/made-up",
        (
            ("rdf:type", "c4f:Programme"),
            ("rdfs:label", '"Made-up programme"@en'),
            ("c4f:ceilingPerPhaseEUR", _decimal(PHASE_CEILING)),
        ),
    )
    for number in (1, 2):
        yield (
            f"{BASE}id/round/{number}",
            (
                ("rdf:type", "c4f:CompetitionRound"),
                ("c4f:roundNumber", f'"{number}"^^xsd:integer'),
                ("c4f:ofProgramme", f"<{BASE}id/programme/made-up>"),
            ),
        )
    for index in range(clusters):
        yield from _cluster(index, random, faults)


def _places(clusters: int) -> dict[str, set[int]]:
    """Spread the faults over all projects: each kind at numbers of its own."""
    projects = clusters * PROJECTS_PER_CLUSTER
    count = FAULTS_PER_KIND * len(FAULTS)
    step = projects // count
    # Two faults of a kind are len(FAULTS) steps apart, and must not meet in one cluster.
    if step * len(FAULTS) < PROJECTS_PER_CLUSTER:
        raise ValueError(f"too small for {count} faults: take at least 12000 triples")
    return {
        fault.name: {(kind + turn * len(FAULTS)) * step for turn in range(FAULTS_PER_KIND)}
        for kind, fault in enumerate(FAULTS)
    }


def _cluster(index: int, random: Random, faults: dict[str, set[int]]) -> Iterator[Subject]:
    cluster = f"<{BASE}id/cluster/c{index}>"
    yield (
        cluster[1:-1],
        (
            ("rdf:type", "c4f:Cluster"),
            ("rdfs:label", f'"Made-up cluster {index}"@en'),
            ("rdfs:label", f'"Erfundener Cluster {index}"@de'),
            ("c4f:ofProgramme", f"<{BASE}id/programme/made-up>"),
            ("c4f:ofRound", f"<{BASE}id/round/{1 + index % 2}>"),
            ("c4f:startDate", '"2022-01-01"^^xsd:date'),
        ),
    )
    first = index * PROJECTS_PER_CLUSTER
    covered = range(first, first + PROJECTS_PER_CLUSTER)
    has = {name for name, places in faults.items() if any(place in places for place in covered)}
    is_above = "cluster-phases-above-ceiling" in has
    for number in range(1, 4):
        euros = random.randrange(5_000_000, PHASE_CEILING) + is_above * PHASE_CEILING
        start = date(2019 + 3 * number, 1, 1)
        is_early = number == 3 and "milestone-before-its-conditions" in has
        planned = date(2020, 1, 1) if is_early else start
        yield (
            f"{BASE}id/phase/c{index}-{number}",
            (
                ("rdf:type", "c4f:FundingPhase"),
                ("c4f:ofCluster", cluster),
                ("c4f:phaseNumber", f'"{number}"^^xsd:integer'),
                ("c4f:startDate", _date(start)),
                ("c4f:endDate", _date(start + timedelta(days=3 * 365))),
                ("c4f:amountEUR", _decimal(euros)),
            ),
        )
        yield (
            f"{BASE}id/milestone/c{index}-phase-{number}-start",
            (
                ("rdf:type", "c4f:Milestone"),
                ("rdfs:label", f'"Cluster {index}: start of phase {number}"@en'),
                ("c4f:subject", cluster),
                ("c4f:plannedDate", _date(planned)),
                *(
                    (("c4f:waitsFor", f"<{BASE}id/milestone/c{index}-phase-{number - 1}-start>"),)
                    if number > 1
                    else ()
                ),
            ),
        )
    for number in range(ACTORS_PER_CLUSTER):
        # Each fault of an actor stands at the first actor at or after its place.
        covered = range(first + 6 * number, first + 6 * number + 6)
        yield _actor(index * ACTORS_PER_CLUSTER + number, random, faults, covered)
    last = (index + 1) * ACTORS_PER_CLUSTER
    for number in range(PARTNERS_PER_CLUSTER):
        is_coordinator = number == 0 and "cluster-without-coordinator" not in has
        role = "coordinator" if is_coordinator else "partner"
        yield (
            f"{BASE}id/participation/c{index}-{number}",
            (
                ("rdf:type", "c4f:Participation"),
                ("c4f:ofCluster", cluster),
                ("c4f:participant", f"<{BASE}id/actor/a{random.randrange(last)}>"),
                ("c4f:role", f"<{BASE}vocab/role/{role}>"),
            ),
        )
    for number in range(PROJECTS_PER_CLUSTER):
        yield from _project(first + number, cluster, last, random, faults)


def _actor(index: int, random: Random, faults: dict[str, set[int]], covered: range) -> Subject:
    has = {name for name, places in faults.items() if any(place in places for place in covered)}
    state = "atlantis" if "actor-state-unknown" in has else random.choice(STATES)
    homepage = f"https://a{index}.example/"
    return f"{BASE}id/actor/a{index}", (
        ("rdf:type", "c4f:Actor"),
        ("rdfs:label", f'"Made-up actor {index}"@en'),
        ("c4f:shortName", f'"A{index - ("actor-name-twice" in has)}"'),
        ("c4f:actorKind", f"<{BASE}vocab/actor-kind/{random.choice(KINDS)}>"),
        ("c4f:state", f'"{state}"'),
        ("c4f:homepage", f'"{homepage}"' if "actor-homepage-literal" in has else f"<{homepage}>"),
    )


def _project(
    index: int, cluster: str, actors: int, random: Random, faults: dict[str, set[int]]
) -> Iterator[Subject]:
    has = {name for name, places in faults.items() if index in places}
    start = date(2021, 1, 1) + timedelta(days=random.randrange(1500))
    end = start + timedelta(days=random.randrange(360, 1080))
    reference = f"03ZU{index:07d}A"
    project = f"<{BASE}id/project/p{index}>"
    recipient = cluster if "project-recipient-no-actor" in has else _actor_iri(random, actors)
    shown_end = start - timedelta(days=30) if "project-ends-before-start" in has else end
    values: list[tuple[str, str]] = [("rdf:type", "c4f:Project")]
    if "project-without-label" not in has:
        values.append(("rdfs:label", f'"Made-up project {index}"@en'))
    if "project-reference-ill-formed" in has:
        reference = f"3ZU-{index}"
    values += [
        ("c4f:fundingReference", f'"{reference}"'),
        ("c4f:ofCluster", cluster),
        ("c4f:recipient", recipient),
        ("c4f:startDate", _date(start)),
        ("c4f:endDate", _date(shown_end)),
    ]
    if "project-with-two-starts" in has:
        values.append(("c4f:startDate", _date(start + timedelta(days=1))))
    yield project[1:-1], tuple(values)
    cents = random.randrange(5_000_000, 150_000_000)
    amount = f'"{cents // 100}.{cents % 100:02d}"'
    typed = f"{amount}^^xsd:decimal"
    if "award-amount-negative" in has:
        typed = f'"-{amount[1:]}^^xsd:decimal'
    if "award-amount-string" in has:
        typed = '"unknown"'
    decided = start - timedelta(days=random.randrange(40, 100))
    if "award-after-project" in has:
        decided = end + timedelta(days=5)
    yield (
        f"{BASE}id/award/p{index}",
        (
            ("rdf:type", "c4f:FundingAward"),
            ("c4f:forProject", project),
            ("c4f:recipient", recipient),
            ("c4f:amountEUR", typed),
            ("c4f:decisionDate", _date(decided)),
            ("c4f:awardedBy", f"<{BASE}id/ministry/bmbf>"),
            ("dcterms:identifier", f'"{reference}-1"'),
        ),
    )


def _actor_iri(random: Random, actors: int) -> str:
    return f"<{BASE}id/actor/a{random.randrange(actors)}>"


def _date(day: date) -> str:
    return f'"{day.isoformat()}"^^xsd:date'


def _decimal(euros: int) -> str:
    return f'"{euros}.00"^^xsd:decimal'


def _writers() -> dict[str, Callable[[TextIO, Iterable[Subject]], int]]:
    return {"nt": _n_triples, "nq": _n_quads, "ttl": _turtle}


def _full(term: str) -> str:
    """Give a term with its prefix written out; a literal's datatype too."""
    if term.startswith("<"):
        return term
    text, mark, datatype = term.rpartition("^^")
    if term.startswith('"') and not mark:
        return term
    prefix, _, name = datatype.partition(":")
    return f"{text}{mark}<{PREFIXES[prefix]}{name}>"


def _n_triples(stream: TextIO, subjects: Iterable[Subject]) -> int:
    return _lines(stream, subjects, lambda _number: "")


def _n_quads(stream: TextIO, subjects: Iterable[Subject]) -> int:
    """Put each thousand subjects into a named graph of their own."""
    return _lines(stream, subjects, lambda number: f"<{BASE}graph/g{number // 1000}> ")


def _lines(stream: TextIO, subjects: Iterable[Subject], graph: Callable[[int], str]) -> int:
    triples = 0
    for number, (subject, values) in enumerate(subjects):
        stream.writelines(
            f"<{subject}> {_full(predicate)} {_full(value)} {graph(number)}.\n"
            for predicate, value in values
        )
        triples += len(values)
    return triples


def _turtle(stream: TextIO, subjects: Iterable[Subject]) -> int:
    stream.writelines(
        f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items()
    )
    triples = 0
    for subject, values in subjects:
        body = " ;\n    ".join(f"{predicate} {value}" for predicate, value in values)
        stream.write(f"\n<{subject}> {body} .\n")
        triples += len(values)
    return triples


def main(arguments: list[str]) -> int:
    """Write one file and print what it holds."""
    if len(arguments) != 2 or not arguments[0].isdigit():
        sys.stderr.write("usage: python -m tests.benchmarks.generate TRIPLES FILE\n")
        return 2
    planted = generate(Path(arguments[1]), int(arguments[0]))
    sys.stdout.write(
        json.dumps({"triples": planted.triples} | {c: planted.results(c) for c in CASES}) + "\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
