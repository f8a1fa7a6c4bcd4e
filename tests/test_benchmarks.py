"""The benchmarks run, and our own validator finds what is planted."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.benchmarks import run
from tests.benchmarks.generate import CASES

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_what_is_planted_is_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "figures.json"
    only_ours = ("--only", "validation", "--validators", "c4f validate", "--repeat", "1")
    assert run.main(["--sizes", "13000", *only_ours, "--json", str(file)]) == 0
    rows = json.loads(file.read_text(encoding="utf-8"))["measured"]
    assert [(row["case"], row["contender"], row["failure"]) for row in rows] == [
        (case, "c4f validate", "") for case in CASES
    ]
    assert all(row["results"] == row["planted"] > 0 for row in rows)
    assert "not as planted" not in capsys.readouterr().out
