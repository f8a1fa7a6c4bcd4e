"""Where the corpus and the store are on this machine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from c4f_graph.errors import InputError

_PACKAGE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class CorpusPaths:
    """The folders of one corpus: `ontology/`, `data/` and `queries/` below `root`."""

    root: Path

    @property
    def ontology(self) -> Path:
        """The ontology, its alignments, `vocab/`, `shapes/` and the JSON-LD context."""
        return self.root / "ontology"

    @property
    def data(self) -> Path:
        """`registry/`, `sources/` and, in a checkout, `private/`."""
        return self.root / "data"

    @property
    def questions(self) -> Path:
        """The saved questions, one `.rq` file each."""
        return self.root / "queries" / "questions"

    @property
    def checks(self) -> Path:
        """The queries that must return nothing."""
        return self.root / "queries" / "checks"

    @property
    def context(self) -> Path:
        """The JSON-LD context of the exports."""
        return self.ontology / "context.jsonld"


def corpus_paths(root: Path | None = None) -> CorpusPaths:
    """Find the corpus: the folder given, else the checkout, else the copy inside the package.

    Raises:
        InputError: the folder does not hold a corpus.
    """
    candidates = [root] if root is not None else [_PACKAGE.parent, _PACKAGE / "corpus_files"]
    for candidate in candidates:
        if (candidate / "ontology" / "c4f.ttl").is_file() and (candidate / "data").is_dir():
            return CorpusPaths(candidate)
    raise InputError(
        f"no corpus in {candidates[0]}: it has no ontology/c4f.ttl and data/.",
        hint="Give the folder that holds both with --corpus.",
    )


def default_store_path() -> Path:
    """Give the store's folder in the user's cache."""
    from platformdirs import user_cache_path

    return user_cache_path("c4f", appauthor=False) / "store"
