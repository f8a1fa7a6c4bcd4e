"""Editions: killed at any moment, built twice at once, read during a build: nothing is lost."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

import c4f_graph
from c4f_graph.editions import current_edition, open_edition
from tests.process import COMMAND, PATIENCE

if TYPE_CHECKING:
    from pathlib import Path

    from tests.corpus_copy import CorpusCopy

KILLS = 50


def start(corpus: CorpusCopy, command: str, *arguments: str | Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*COMMAND, *corpus.arguments(command), *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def outside(folder: Path, count: int = 20_000) -> Path:
    path = folder / "outside.nt"
    line = '<https://example.org/{0}> <https://schema.org/name> "{0}" .\n'
    path.write_text("".join(line.format(n) for n in range(count)), encoding="utf-8")
    return path


def held(store: Path) -> int:
    """Read the edition in use to its end, and give how many statements it holds."""
    edition = current_edition(store)
    assert edition is not None
    opened = open_edition(store, edition)
    quads = list(opened)
    named = [quad for quad in quads if not isinstance(quad.graph_name, ox.DefaultGraph)]
    union = {quad.triple for quad in named}
    assert len(named) == edition.statements
    assert len(quads) - len(named) == len(union)
    return len(named)


@pytest.fixture
def thin(corpus: CorpusCopy) -> CorpusCopy:
    """Give a corpus with one source and one shape, which is built quickly, and its store."""
    for path in (corpus.root / "data" / "sources").iterdir():
        if path.stem != "bmbf-slides-2023-09-11":
            path.unlink()
    for path in (corpus.root / "ontology" / "shapes").glob("*.ttl"):
        if path.stem != "place":
            path.unlink()
    shutil.rmtree(corpus.root / "queries" / "checks")
    done = corpus.run("build")
    assert done.code == 0, done.out
    return corpus


def test_fifty_kills_lose_nothing(thin: CorpusCopy, tmp_path: Path) -> None:
    chance = random.Random(5)  # noqa: S311 (moments, not secrets)
    path = outside(tmp_path, 2_000)
    times = {}
    for command, arguments in (("load", [path]), ("build", [])):
        before = time.monotonic()
        process = start(thin, command, *arguments)
        _, err = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, err
        times[command] = (time.monotonic() - before, held(thin.store))
    known = {held for _, held in times.values()}
    for number in range(KILLS):
        command = ("load", "build")[number % 2]
        process = start(thin, command, *([path] if command == "load" else []))
        time.sleep(chance.uniform(0, times[command][0]))
        process.kill()
        process.communicate(timeout=PATIENCE)
        assert process.returncode in {0, -signal.SIGKILL}
        assert held(thin.store) in known
    an_hour_ago = time.time() - 3601
    for path in thin.store.iterdir():
        os.utime(path, (an_hour_ago, an_hour_ago))
    assert thin.run("build").code == 0
    names = thin.editions()
    # Beside the editions, only the pointer's unfinished copy could lie there.
    assert [name for name in names if name.startswith(("building-", ".public"))] == []
    assert len([name for name in names if name.startswith("edition-")]) == 2
    assert held(thin.store) == times["build"][1]


def test_info_names_former_editions_the_newest_first(thin: CorpusCopy) -> None:
    for name, age in (("edition-older", 200), ("edition-newer", 100)):
        folder = thin.store / name
        folder.mkdir()
        os.utime(folder, (time.time() - age, time.time() - age))
    done = thin.run("info")
    assert re.search(r"^former .*edition-newer, edition-older", done.out, re.MULTILINE), done.out


def test_two_builds_at_once_both_end_in_one_edition(thin: CorpusCopy) -> None:
    expected = held(thin.store)
    for process in [start(thin, "build") for _ in range(3)]:
        _, err = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, err
    assert held(thin.store) == expected
    assert len(thin.editions()) <= 3


def test_two_loads_at_once_lose_neither_in_silence(thin: CorpusCopy, tmp_path: Path) -> None:
    path = outside(tmp_path)
    other = path.with_name("other.nt")
    other.write_bytes(path.read_bytes())
    codes = {}
    for process, name in [(start(thin, "load", file), file.name) for file in (path, other)]:
        _, err = process.communicate(timeout=PATIENCE)
        codes[name] = process.returncode
        assert process.returncode == 0 or b"was changed by another process" in err, err
    edition = current_edition(thin.store)
    assert edition is not None
    assert {file.name for file in edition.loaded} == {n for n, code in codes.items() if code == 0}
    held(thin.store)


def test_a_reader_keeps_answering_during_and_after_builds(thin: CorpusCopy, tmp_path: Path) -> None:
    graph = c4f_graph.open(thin.store, thin.root)
    expected = graph.ask("clusters")
    path = outside(tmp_path)
    for command in ("build", "load", "build"):
        process = start(thin, command, *([path] if command == "load" else []))
        while process.poll() is None:
            assert graph.ask("clusters") == expected
        _, err = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, err
    assert graph.ask("clusters") == expected
