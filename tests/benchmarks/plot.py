"""Draw the time of validation by the number of triples, one picture a case of shapes.

Only who found just what was planted is drawn.

python -m tests.benchmarks.plot figures.json picture.svg

The same figures give the same bytes.
"""

from __future__ import annotations

import json
import statistics
import sys
from pathlib import Path
from typing import Any

from tests.benchmarks.generate import CASES


def plot(figures: dict[str, Any], path: Path) -> None:
    """Draw what `python -m tests.benchmarks.run --json` wrote.

    Args:
        figures: the content of the JSON file.
        path: the SVG file; it is replaced.
    """
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "c4f"
    from matplotlib import pyplot as plt

    rows = [row for row in figures["measured"] if row["task"] == "validation"]
    names = list(dict.fromkeys(row["contender"] for row in rows))
    cases = [case for case in CASES if any(row["case"] == case for row in rows)]
    sizes = sorted({row["size"] for row in rows})
    figure, axes = plt.subplots(
        1, max(len(cases), 1), figsize=(4 * max(len(cases), 1), 4), sharey=True, squeeze=False
    )
    for axis, case in zip(axes[0], cases, strict=True):
        for number, name in enumerate(names):
            points = sorted(
                (row["size"], _seconds(row))
                for row in rows
                if (row["case"], row["contender"]) == (case, name)
                and row["seconds"]
                and row["results"] == row["planted"]
            )
            axis.plot(*zip(*points, strict=True) if points else ([], []), **_style(number, name))
        axis.set(xscale="log", yscale="log", xlabel="triples", title=f"shapes: {case}")
        axis.set_xticks(sizes, [f"{size:,}" for size in sizes])
        axis.minorticks_off()
        axis.grid(alpha=0.3)
    axes[0][0].set_ylabel("seconds")
    handles, labels = axes[0][0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="lower center", ncols=5, frameon=False, fontsize="small")
    figure.suptitle(f"SHACL validation ({figures['machine']})")
    figure.tight_layout(rect=(0, 0.1, 1, 1))
    figure.savefig(path, format="svg", metadata={"Date": None})
    plt.close(figure)


def _seconds(row: dict[str, Any]) -> float:
    seconds = row["seconds"]
    return float(statistics.median(seconds.get("validate") or seconds["all"]))


def _style(number: int, name: str) -> dict[str, Any]:
    is_ours = name.startswith("c4f")
    return {
        "label": name,
        "color": f"C{number}",
        "marker": "o",
        "linewidth": 2.5 if is_ours else 1,
        "linestyle": "-" if number < 5 else "--",
    }


def main(arguments: list[str]) -> int:
    """Draw a file of figures."""
    figures, picture = arguments
    plot(json.loads(Path(figures).read_text(encoding="utf-8")), Path(picture))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
