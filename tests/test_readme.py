"""The examples of README.md and CONTRIBUTING.md are run, in order, in a copy of the project.

A block after a line that ends with a file's name in backquotes and a colon is put into that file: a
`diff` changes it, after "Append to" it goes to its end, else it is the file. Blocks of `sh` and
`python` are run and must succeed. A block of `text` after one is what it printed.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PARTS = (
    *("c4f_graph", "data", "ontology", "queries", "tests", "pyproject.toml"),
    # The guides among the pages.
    *("README.md", "CONTRIBUTING.md"),
)
LEFT_OUT = shutil.ignore_patterns("__pycache__", "private", ".*")
# What cannot be run here, by its first words.
NOT_RUN = {
    "python3 -m venv .venv": "makes a venv; .ci/run runs it",
    ".venv/bin/pip install": "fills a venv; .ci/run runs it",
    "dot -Tsvg": "needs Graphviz; test_picture.py checks what it made",
    "export C4F_ENDPOINT": "needs a server; test_push.py runs these commands with one",
    "chromium --headless": "needs Chromium and a server; test_browser.py has both",
    "npm install": "needs npm and its registry; test_browser.py works with what it made",
    "ruff check": "checks the style of this very copy; .ci/run runs it",
}
RUNNERS = {"sh": ["bash", "-euo", "pipefail"], "python": [sys.executable]}
FILE_KINDS = {"turtle", "sparql", "diff"}
FENCE = re.compile(r"(?P<indent> *)```(?P<kind>\w*)$")
TARGET = re.compile(r"`(?P<path>[\w./-]+)`:$")
PATIENCE = 300


@dataclass(frozen=True)
class Block:
    """A fenced block, the line of the text before it, and where it stands."""

    kind: str
    text: str
    before: str
    line: int


def blocks(name: str) -> list[Block]:
    found = []
    before = ""
    lines = enumerate((ROOT / name).read_text(encoding="utf-8").splitlines(), start=1)
    for number, line in lines:
        if fence := FENCE.match(line):
            inside = takewhile(lambda text: text.strip() != "```", (text for _, text in lines))
            text = "".join(f"{text.removeprefix(fence['indent'])}\n" for text in inside)
            found.append(Block(fence["kind"], text, before, number))
        elif line.strip():
            before = line
    return found


def is_run(block: Block) -> bool:
    return block.kind in RUNNERS and not block.text.startswith(tuple(NOT_RUN))


def put(block: Block, root: Path) -> None:
    """Put a block into the file that the line before it names."""
    target = TARGET.search(block.before)
    assert target, f"line {block.line}: no file is named before this block"
    path = root / target["path"]
    present = path.read_text(encoding="utf-8") if path.exists() else None
    if block.kind == "diff":
        lines = block.text.splitlines(keepends=True)
        old = "".join(line[1:] for line in lines if line[0] != "+")
        new = "".join(line[1:] for line in lines if line[0] != "-")
        assert present is not None
        assert present.count(old) == 1, f"line {block.line}: {path} does not hold this once"
        path.write_text(present.replace(old, new), encoding="utf-8")
    elif "Append to" in block.before:
        assert present is not None, f"line {block.line}: there is no {path}"
        path.write_text(f"{present}\n{block.text}", encoding="utf-8")
    else:
        assert present is None, f"line {block.line}: {path} is there already"
        path.write_text(block.text, encoding="utf-8")


def run(block: Block, root: Path) -> str:
    """Run a block as a user in the folder would, and give what it prints."""
    environment = {name: os.environ[name] for name in ("LANG", "LC_ALL") if name in os.environ}
    environment |= {
        "HOME": str(root.parent),
        "XDG_CACHE_HOME": str(root.parent / "cache"),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PYTHONPATH": str(root),
        # A few tests each: to start workers for them would take longer than the tests.
        "PYTEST_ADDOPTS": "-n 0",
    }
    done = subprocess.run(
        [*RUNNERS[block.kind], "-c", block.text],
        capture_output=True,
        cwd=root,
        env=environment,
        timeout=PATIENCE,
        check=False,
    )
    out, err = done.stdout.decode(), done.stderr.decode()
    assert done.returncode == 0, f"line {block.line}:\n{block.text}\n{out}\n{err}"
    return out


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_the_examples_do_what_they_say(name: str, tmp_path: Path) -> None:
    root = tmp_path / "project"
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, root / part, ignore=LEFT_OUT)
        else:
            shutil.copy(ROOT / part, root / part)
    printed: str | None = None
    for block in blocks(name):
        if block.kind == "text":
            assert printed is not None, f"line {block.line}: nothing was run before this output"
            assert block.text == printed, f"line {block.line}"
        elif block.kind in FILE_KINDS:
            put(block, root)
        elif is_run(block):
            printed = run(block, root)
        else:
            assert block.kind in RUNNERS, f"line {block.line}: what is a block of {block.kind!r}?"


def test_what_is_not_run_is_still_written() -> None:
    texts = [block.text for name in ("README.md", "CONTRIBUTING.md") for block in blocks(name)]
    assert [start for start in NOT_RUN if not any(text.startswith(start) for text in texts)] == []


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_lead_to_files_that_are_there(name: str) -> None:
    document = (ROOT / name).read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)]+)\)", document)
    paths = [target.partition("#")[0] for target in targets if not target.startswith("http")]
    assert [path for path in paths if path and not (ROOT / path).exists()] == []


def layers() -> dict[str, int]:
    """Return the row of each module in the table of CONTRIBUTING.md."""
    document = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \| ([^|]+) \|", document, re.MULTILINE)
    return {name: int(row) for row, names in rows for name in re.findall(r"`(\w+)`", names)}


def imported(path: Path) -> set[str]:
    """Return the modules of the package that a file imports, by the first part of their name."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
        elif isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
    return {name.split(".")[1] for name in names if name.startswith("c4f_graph.")}


def test_a_module_imports_from_its_row_and_those_above() -> None:
    rows = layers()
    package = ROOT / "c4f_graph"
    paths = [path for path in package.rglob("*.py") if not path.name.startswith("__")]
    modules = {path: path.relative_to(package).parts[0].removesuffix(".py") for path in paths}
    assert set(modules.values()) == set(rows)
    assert [
        f"{path.relative_to(package)} imports {name}"
        for path, module in modules.items()
        for name in sorted(imported(path))
        if rows[name] > rows[module] or (module == "shacl" and rows[name] > 1 and name != "shacl")
    ] == []
