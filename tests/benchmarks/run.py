"""Measure all contenders side by side and print the tables.

python -m tests.benchmarks.run --sizes 100000,1000000,10000000 --json out.json --plot out.svg
python -m tests.benchmarks.run --only validation --validators c4f,shacl --repeat 5

The first makes the table and the plot of the README. The contenders are in the extra `bench`. Each
runs in a process of its own; one round runs all of them in turn, so that a machine that is busy for
a while is busy for all. The table has medians.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import asdict, dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.benchmarks import ROOT, compile_package
from tests.benchmarks.contenders import EXPORTS, LOADERS, QUERIES, VALIDATORS, installed
from tests.benchmarks.generate import CASES, Planted, generate

if TYPE_CHECKING:
    from collections.abc import Iterator

SHAPES = Path(__file__).parent / "shapes"
TASKS = ("validation", "load", "query", "export")
OURS = "c4f validate"
SMALL = 100_000
# pySHACL takes minutes on a million triples and says nothing new there; rdflib needs over 10 GB for
# ten million.
LARGEST = {
    "pySHACL on rdflib": SMALL,
    "pySHACL on oxrdflib": SMALL,
    "rdflib": 1_000_000,
    "oxrdflib": 1_000_000,
}


@dataclass(frozen=True, slots=True)
class Job:
    """One contender with one task: what its command is, and the row that it fills."""

    task: str
    contender: str
    size: int
    case: str
    command: tuple[str, ...]


@dataclass(slots=True)
class Measured:
    """What the runs of a job gave; seconds by step, `all` being the whole process."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    megabytes: list[float] = field(default_factory=list)
    results: list[str] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    failure: str = ""

    def median(self, step: str) -> float | None:
        """Give the median seconds of a step, or None where it was never measured."""
        return statistics.median(self.seconds[step]) if self.seconds.get(step) else None


def measure(job: Job, limit: float, measured: Measured) -> None:
    """Run a job once in a process of its own and add what it gives."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as problems:
        start = time.perf_counter()
        process = subprocess.Popen(
            job.command, cwd=ROOT, stdout=out, stderr=problems, start_new_session=True
        )
        is_over = threading.Event()

        def stop() -> None:
            is_over.set()
            os.killpg(process.pid, signal.SIGKILL)

        timer = threading.Timer(limit, stop)
        timer.start()
        # wait4 gives the peak memory of just this child, which no other way does.
        _, status, usage = os.wait4(process.pid, 0)
        timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - start
        out.seek(0)
        problems.seek(0)
        if is_over.is_set():
            measured.failure = f"over {limit:g} s"
            return
        # Exit code 1 of `c4f validate` says that the data does not conform.
        if process.returncode not in ((0, 1) if job.contender == OURS else (0,)):
            told = problems.read().decode(errors="replace").strip().splitlines() or ["no message"]
            measured.failure = f"failed ({process.returncode}): {told[-1][:100]}"
            return
        outcome = json.loads(out.read())
    measured.megabytes.append(usage.ru_maxrss / 1024)
    if job.contender == OURS:
        outcome = {"results": [_our_key(finding) for finding in outcome["findings"]]}
    for step, taken in {"all": seconds, **outcome.get("seconds", {})}.items():
        measured.seconds.setdefault(step, []).append(taken)
    measured.results = outcome.get("results", [])
    measured.rows = outcome.get("rows", {})


def _our_key(finding: dict[str, Any]) -> str:
    component = finding["rule"].split()[-1]
    return f"{finding['focus_node']} {(finding['path'] or '').strip('<>')} {component}"


def jobs(options: argparse.Namespace, files: dict[int, Path]) -> list[Job]:
    """List what is to be measured, in the order of one round."""
    found = []
    worker = (sys.executable, "-m", "tests.benchmarks.contenders")
    chosen: list[str] = options.validators
    for size, data in files.items():
        if "validation" in options.only:
            for case in CASES:
                shapes = str(SHAPES / f"{case}.ttl")
                ours = (sys.executable, "-m", "c4f_graph", "validate", str(data), "--shapes")
                whole = (*ours, shapes, "--format", "json")
                found.append(Job("validation", OURS, size, case, whole))
                for name in VALIDATORS:
                    is_named = any(_is_named(name, part) for part in chosen)
                    if is_named if chosen else size <= LARGEST.get(name, size):
                        command = (*worker, "validation", name, str(data), shapes)
                        found.append(Job("validation", name, size, case, command))
        for task, names in (("load", LOADERS), ("query", LOADERS), ("export", EXPORTS)):
            found += [
                Job(task, name, size, "", (*worker, task, name, str(data)))
                for name in names
                if task in options.only
                and (task, name) != ("query", "c4f")
                and size <= LARGEST.get(name, size)
            ]
    return found


def _is_named(contender: str, part: str) -> bool:
    return f"{contender.replace(',', ' ')} ".startswith(f"{part} ")


def run(options: argparse.Namespace, work: list[Job]) -> dict[Job, Measured]:
    """Run all jobs, round by round."""
    measured = {job: Measured() for job in work}
    for turn in range(options.repeat):
        for number, job in enumerate(work, 1):
            outcome = measured[job]
            if installed(job.contender) is None:
                outcome.failure = "not installed"
            # What was over the limit once is not tried again, nor with more triples.
            if not outcome.failure:
                outcome.failure = _failed_before(job, measured)
            if not outcome.failure:
                name = f"{job.task} {job.case} {job.contender} {job.size}"
                sys.stderr.write(f"[{turn + 1}/{options.repeat} {number}/{len(work)}] {name}\n")
                measure(job, options.limit, outcome)
    return measured


def _failed_before(job: Job, measured: dict[Job, Measured]) -> str:
    """Say what became of a smaller job of the same kind, if it was over the limit."""
    return next(
        (
            f"{outcome.failure.partition(' at ')[0]} at {other.size:,}"
            for other, outcome in measured.items()
            if replace(other, size=job.size, command=job.command) == job
            and other.size < job.size
            and outcome.failure.startswith("over ")
        ),
        "",
    )


def machine() -> str:
    """Name the machine by its cores and memory, and the day."""
    gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    return f"{os.cpu_count()} cores, {gigabytes:.0f} GB, {time.strftime('%Y-%m-%d')}"


def tables(measured: dict[Job, Measured], planted: dict[int, Planted]) -> str:
    """Write what was measured as Markdown."""
    lines = [machine(), ""]
    for size, what in planted.items():
        for case in CASES if any(job.task == "validation" for job in measured) else ():
            lines += _validation(measured, size, case, what)
        for task in ("load", "query", "export"):
            lines += _steps(measured, size, task)
    lines += _growth(measured, list(planted))
    return "\n".join(lines)


def _validation(measured: dict[Job, Measured], size: int, case: str, planted: Planted) -> list[str]:
    rows = {job: m for job, m in measured.items() if (job.size, job.case) == (size, case)}
    expected = planted.results(case)
    ours = next((m for job, m in rows.items() if job.contender == OURS), Measured())
    base = ours.median("all")
    lines = [
        f"Validation, {planted.triples:,} triples, shapes {case}, {expected} results planted",
        "",
        "| validator | seconds | times ours | peak MB | results | same as ours |",
        "|---|---|---|---|---|---|",
    ]
    for job, outcome in rows.items():
        name = " ".join(filter(None, (job.contender, installed(job.contender))))
        # A loaded store is no whole process: only the validation counts.
        seconds = outcome.median("validate") or outcome.median("all")
        if outcome.failure or seconds is None:
            lines.append(f"| {name} | {outcome.failure} | | | | |")
            continue
        ratio = f"{seconds / base:.2f}" if base else ""
        found = len(outcome.results)
        is_same = Counter(outcome.results) == Counter(ours.results)
        lines.append(
            f"| {name} | {seconds:.2f} | {ratio} | {statistics.median(outcome.megabytes):.0f} | "
            f"{found}{'' if found == expected else ' (not as planted)'} | "
            f"{'yes' if is_same else 'no'} |"
        )
    return [*lines, ""]


def _steps(measured: dict[Job, Measured], size: int, task: str) -> list[str]:
    rows = {job: m for job, m in measured.items() if (job.size, job.task) == (size, task)}
    if not rows:
        return []
    steps = {"load": ["load"], "query": list(QUERIES), "export": ["nt", "ttl", "xml"]}[task]
    lines = [
        f"{task.capitalize()}, about {size:,} triples, seconds",
        "",
        f"| engine | {' | '.join(steps)} | peak MB |{' rows |' if task == 'query' else ''}",
        f"|---|{'---|' * len(steps)}---|{'---|' if task == 'query' else ''}",
    ]
    for job, outcome in rows.items():
        name = " ".join(filter(None, (job.contender, installed(job.contender))))
        if outcome.failure:
            lines.append(f"| {name} | {outcome.failure} |")
            continue
        taken = [f"{outcome.median(step) or 0:.4f}" for step in steps]
        counts = f" {', '.join(map(str, outcome.rows.values()))} |" if task == "query" else ""
        peak = f"{statistics.median(outcome.megabytes):.0f}"
        lines.append(f"| {name} | {' | '.join(taken)} | {peak} |{counts}")
    return [*lines, ""]


def _growth(measured: dict[Job, Measured], sizes: list[int]) -> list[str]:
    """Write how time and memory of validation grow: times as much for times as many triples."""
    lines = []
    for small, large in pairwise(sizes):
        rows = {
            job: (measured[other], outcome)
            for job, outcome in measured.items()
            for other in measured
            if (job.task, job.size, other.size) == ("validation", large, small)
            and replace(other, size=large, command=job.command) == job
            and measured[other].seconds
            and outcome.seconds
        }
        lines += [
            f"Growth of validation from {small:,} to {large:,} triples ({large / small:.3g} times)",
            "",
            "| validator | shapes | seconds | memory |",
            "|---|---|---|---|",
        ]
        for job, (less, more) in rows.items():
            step = "validate" if "validate" in more.seconds else "all"
            seconds = (more.median(step) or 0) / (less.median(step) or 1)
            memory = statistics.median(more.megabytes) / statistics.median(less.megabytes)
            lines.append(
                f"| {job.contender} | {job.case} | {seconds:.1f} times | {memory:.1f} times |"
            )
        lines.append("")
    return lines


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.run", description="Measure all contenders side by side."
    )
    parser.add_argument(
        "--sizes",
        type=lambda text: [int(part) for part in text.split(",")],
        default=[SMALL],
        help="numbers of triples (default: %(default)s)",
    )
    parser.add_argument(
        "--only", action="append", choices=TASKS, help="one task; may be given several times"
    )
    parser.add_argument(
        "--validators",
        type=lambda text: text.split(","),
        default=[],
        help="only these, such as `shacl,pyshacl-turbo`, at every size; ours always runs",
    )
    parser.add_argument("--repeat", type=int, default=3, help="rounds (default: %(default)s)")
    parser.add_argument(
        "--limit", type=float, default=300.0, help="seconds for one run (default: %(default)s)"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there too")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw validation there, as SVG")
    options = parser.parse_args(arguments)
    options.only = options.only or TASKS
    return options


def _figures(
    measured: dict[Job, Measured], planted: dict[int, Planted]
) -> Iterator[dict[str, Any]]:
    for job, outcome in measured.items():
        yield {
            "task": job.task,
            "contender": job.contender,
            "version": installed(job.contender),
            "size": job.size,
            "case": job.case,
            **{key: value for key, value in asdict(outcome).items() if key != "results"},
            "results": len(outcome.results),
            "planted": planted[job.size].results(job.case),
        }


def main(arguments: list[str]) -> int:
    """Generate the graphs, run everything, print the tables."""
    options = _options(arguments)
    compile_package()
    with tempfile.TemporaryDirectory() as folder:
        files = {size: Path(folder, f"{size}.nt") for size in options.sizes}
        planted = {size: generate(path, size) for size, path in files.items()}
        measured = run(options, jobs(options, files))
    sys.stdout.write(tables(measured, planted))
    figures = {"machine": machine(), "measured": [*_figures(measured, planted)]}
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    if options.plot:
        from tests.benchmarks.plot import plot

        plot(figures, options.plot)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
