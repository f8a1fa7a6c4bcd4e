"""The wheel carries all that the command needs, and nothing personal."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest

from tests.corpus_copy import ROOT
from tests.process import COMMAND, PATIENCE, answer

if TYPE_CHECKING:
    from pathlib import Path

PERSON = "Erika Mustermensch"
PARTS = ("c4f_graph", "ontology", "data", "queries")
INSIDE = "c4f_graph/corpus_files/"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a wheel from a copy of the project that holds a private file."""
    folder = tmp_path_factory.mktemp("wheel")
    project = folder / "project"
    for name in PARTS:
        shutil.copytree(ROOT / name, project / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "CONTRIBUTING.md", "LICENSE"):
        shutil.copy(ROOT / name, project)
    private = project / "data" / "private"
    private.mkdir(exist_ok=True)
    (private / "contact.ttl").write_text(f'<http://e.org/p> <http://e.org/n> "{PERSON}" .', "utf-8")
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "wheel", "--no-deps", "--quiet"),
            *("--disable-pip-version-check", "--wheel-dir", folder / "dist", project),
        ],
        check=True,
        timeout=PATIENCE,
    )
    (built,) = (folder / "dist").iterdir()
    return built


def test_the_wheel_has_ontology_data_queries_and_code(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    for folder in ("ontology", "data/registry", "data/sources", "queries"):
        expected = {
            INSIDE + path.relative_to(ROOT).as_posix()
            for path in (ROOT / folder).rglob("*")
            if path.is_file()
        }
        assert expected
        assert expected <= names
    code = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "c4f_graph").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert "c4f_graph/py.typed" in code
    assert code <= names
    assert any(name.endswith(".dist-info/entry_points.txt") for name in names)


def test_the_wheel_has_nothing_private(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        assert not [name for name in archive.namelist() if "private" in name]
        assert not [name for name in archive.namelist() if PERSON.encode() in archive.read(name)]


@pytest.mark.usefixtures("store")
def test_the_wheel_answers_from_any_folder_as_the_checkout_does(
    wheel: Path, tmp_path: Path
) -> None:
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    done = subprocess.run(
        [*COMMAND, "ask", "clusters", "--format", "csv", "--store", tmp_path / "store"],
        env={**os.environ, "PYTHONPATH": str(site)},
        cwd=tmp_path,
        capture_output=True,
        timeout=PATIENCE,
        check=True,
    )
    assert done.stdout.decode() == answer("ask", "clusters", "--format", "csv")
    told = subprocess.run(
        [*COMMAND, "info", "--store", tmp_path / "store"],
        env={**os.environ, "PYTHONPATH": str(site)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    assert f"corpus        {site / 'c4f_graph' / 'corpus_files'}\n" in told.stdout
