"""One store of the project's corpus for all tests, and copies of the corpus to be spoilt.

The user's cache is in a temporary folder, so that no test sees or touches a store of yours.
"""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest

import c4f_graph
from tests.corpus_copy import CorpusCopy
from tests.process import c4f

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LONGEST = {
    *("test_readme.py", "test_editions.py", "test_shapes.py", "test_wheel.py", "test_engines.py"),
    *("test_serve_limits.py", "test_site.py", "test_push_breaks.py", "test_push.py"),
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--renew-golden",
        action="store_true",
        help="Write tests/golden anew from what the questions answer now; read the difference.",
    )


def pytest_configure() -> None:
    """Let ctrl-C reach what the tests start, also where the tests run in the background."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest: one that is left for the end runs alone."""
    items.sort(key=lambda item: item.path.name not in LONGEST)


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give the user's cache folder during the tests."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder))
        for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "PYTHONHASHSEED"):
            patch.delenv(name, raising=False)
        yield folder


@pytest.fixture(scope="session")
def store(cache: Path) -> Path:
    """Build the store of the project's corpus where commands look for it."""
    done = c4f("build")
    assert done.code == 0, done.out + done.err
    return cache / "c4f" / "store"


@pytest.fixture(scope="session")
def graph(store: Path) -> c4f_graph.ProgrammeGraph:
    """Open the project's graph by the library."""
    return c4f_graph.open(store)


@pytest.fixture(scope="session")
def built_copy(tmp_path_factory: pytest.TempPathFactory) -> CorpusCopy:
    """Give a copy of the corpus, with few sources, and its store, to be left as they are."""
    copy = CorpusCopy.of_project(tmp_path_factory.mktemp("built"))
    done = copy.run("build")
    assert done.code == 0, f"SOURCES of tests/corpus_copy.py lacks one: {done.out}"
    return copy


@pytest.fixture
def corpus(built_copy: CorpusCopy, tmp_path: Path) -> CorpusCopy:
    """Give a copy of the corpus and of its store, to be spoilt."""
    return built_copy.again(tmp_path)
