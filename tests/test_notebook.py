"""The notebook runs from its first cell to its last, and shows what it says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.corpus_copy import ROOT
from tests.process import PATIENCE

if TYPE_CHECKING:
    from pathlib import Path

NOTEBOOK = ROOT / "queries" / "notebooks" / "from-install-to-plot.ipynb"
# In a process of its own: what Jupyter leaves to be closed at the end warns there. The kernel and
# its client talk by files, not by ports.
EXECUTE = """
import sys
import nbformat
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
notebook = nbformat.read(sys.argv[1], as_version=4)
NotebookClient(notebook, AsyncKernelManager(transport="ipc")).execute()
nbformat.write(notebook, sys.argv[2])
"""


@pytest.mark.usefixtures("store")
def test_the_notebook_runs_and_ends_in_a_plot(tmp_path: Path) -> None:
    kept = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    # What is kept has no output: that is whatever the graph says when it is run.
    assert not [cell for cell in kept if cell.get("outputs") or cell.get("execution_count")]
    executed = tmp_path / "executed.ipynb"
    inline = {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}
    done = subprocess.run(
        [sys.executable, "-c", EXECUTE, NOTEBOOK, executed],
        env={**os.environ, **inline, "PYTHONPATH": str(ROOT), "HOME": str(tmp_path)},
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    cells = json.loads(executed.read_text(encoding="utf-8"))["cells"]
    shown = [output for cell in cells for output in cell.get("outputs", ())]
    printed = "".join(part for output in shown for part in output.get("text", ""))
    assert "funding-by-cluster" in printed
    assert "https://w3id.org/c4f/graph/" in printed
    assert any("image/png" in output.get("data", {}) for output in shown)
    assert "university" in "".join(shown[-1]["data"]["text/plain"])
    assert not [output for output in shown if output.get("name") == "stderr"]
