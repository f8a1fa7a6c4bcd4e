"""Measure the import of a made-up funding catalogue beside reading it alone, and beside morph-kgc.

python -m tests.benchmarks.catalogue --rows 302043 --repeat 3 --morph-python rml/bin/python

morph-kgc needs an older pyoxigraph, so it has a venv of its own. It is given rows that our reader
has cleaned, because it reads neither the cells nor the numbers and dates of the catalogue; the time
of cleaning is not counted. All run in turn. Seconds are of processor time and of the clock.
"""

from __future__ import annotations

import argparse
import csv
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from c4f_graph.imports.catalogue_row import (
    Cells,
    RejectedRowError,
    booking,
    check_width,
    funding_reference,
    read_cells,
    read_values,
)
from c4f_graph.imports.csv_records import Records
from c4f_graph.imports.encoding import inspect
from c4f_graph.imports.slugs import slug
from tests import catalogue

MAPPING = Path(__file__).with_name("foerderkatalog.rml.ttl")
FLOOR = """
import csv, sys
with open(sys.argv[1], encoding="cp1252", newline="") as stream:
    print(sum(1 for _ in csv.reader(stream, delimiter=";")))
"""
MADE = (
    *("slug", "rbody", "ebody", "plan", "joint", "start_iso", "end_iso", "amount_dec"),
    *("ministry_slug", "agency_slug"),
)


def clean(source: Path, target: Path) -> None:
    """Write the rows that are taken as a CSV that any program reads, with the identifiers made."""
    records = iter(Records(inspect(source)))
    next(records)
    with target.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([*Cells._fields, *MADE])
        for record in records:
            try:
                check_width(record.cells)
                cells = read_cells(record.cells)
                values = read_values(cells, funding_reference(cells.reference))
            except RejectedRowError:
                continue
            if booking(cells.theme):
                continue
            bodies = (
                f"{slug(name)}-{key}" if name else ""
                for name, key in (
                    (cells.recipient, cells.recipient_key),
                    (cells.executing_body, cells.executing_key),
                )
            )
            slugs = (slug(cells.plan_code), slug(cells.joint_project))
            dates = (values.start, values.end, values.amount or "")
            offices = (slug(cells.ministry), slug(cells.agency))
            writer.writerow([*cells, values.reference.lower(), *bodies, *slugs, *dates, *offices])


def measure(command: list[str | Path]) -> tuple[float, float, float]:
    """Run a command; give seconds of processor time, of the clock, and megabytes at most."""
    start = time.monotonic()
    process = subprocess.Popen(
        [*map(str, command)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"failed: {' '.join(map(str, command))}")
    elapsed = time.monotonic() - start
    return usage.ru_utime + usage.ru_stime, elapsed, usage.ru_maxrss / 1024


def commands(folder: Path, source: Path, morph: Path | None) -> dict[str, list[str | Path]]:
    """Give what is run, by its name in the table."""
    c4f: list[str | Path] = [sys.executable, "-m", "c4f_graph", "import", "foerderkatalog"]
    ours = [*c4f, source, "--as-of", "2026-10-01", "-o", folder / "ours.nq"]
    found: dict[str, list[str | Path]] = {
        "csv reading alone": [sys.executable, "-c", FLOOR, source],
        "c4f import": ours,
        "c4f import --prefix 03ZU": [*ours, "--prefix", "03ZU"],
    }
    if morph is not None:
        cleaned, mapping, settings = (folder / name for name in ("clean.csv", "m.ttl", "m.ini"))
        clean(source, cleaned)
        text = MAPPING.read_text(encoding="utf-8")
        mapping.write_text(text.replace('"SOURCE"', f'"{cleaned}"'), encoding="utf-8")
        settings.write_text(
            f"[CONFIGURATION]\noutput_file: {folder / 'morph.nq'}\noutput_format: N-QUADS\n"
            f"number_of_processes: 2\n[S]\nmappings: {mapping}\n",
            encoding="utf-8",
        )
        found["morph-kgc"] = [morph, "-m", "morph_kgc", settings]
    return found


def main() -> None:
    """Make the file, run all in turn, and print the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=30_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--morph-python", type=Path, help="The python of a venv with morph-kgc.")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "Suchliste.csv"
        oddities = dict.fromkeys(catalogue.ODDITIES, max(1, options.rows // 1000))
        catalogue.write(source, options.rows, oddities)
        jobs = commands(folder, source, options.morph_python)
        runs: dict[str, list[tuple[float, float, float]]] = {job: [] for job in jobs}
        for _ in range(options.repeat):
            for job, command in jobs.items():
                runs[job].append(measure(command))
    for job, measured in runs.items():
        cpu, clock, memory = (statistics.median(column) for column in zip(*measured, strict=True))
        print(f"{job:<26} {cpu:8.1f} s cpu {clock:8.1f} s clock {memory:8.0f} MB")  # noqa: T201


if __name__ == "__main__":
    main()
