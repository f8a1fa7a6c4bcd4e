"""Open the graph: from a store that is built where it must be, or on a server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from c4f_graph import __version__
from c4f_graph.corpus import corpus_files, fingerprint, read_corpus, united
from c4f_graph.editions import Edition, current_edition, open_edition
from c4f_graph.errors import CorpusError, EndpointError, StoreError
from c4f_graph.graph import ProgrammeGraph
from c4f_graph.paths import CorpusPaths, corpus_paths, default_store_path
from c4f_graph.store import build_edition

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import pyoxigraph as ox

    from c4f_graph.validation import Validation


class RefusedCorpusError(CorpusError):
    """A corpus that does not conform, with what was found."""

    def __init__(self, validation: Validation) -> None:
        super().__init__(
            "the corpus does not conform, so no store was built; the former one stays.",
            hint="Mend what the report names.",
        )
        self.validation = validation


def build(
    store: Path | None = None,
    corpus: Path | None = None,
    *,
    private: bool = False,
) -> Edition:
    """Read the corpus, validate it, and make it the edition in use.

    Args:
        store: the store's folder; without it, one in the user's cache.
        corpus: the folder with `ontology/`, `data/` and `queries/`; without it, the project's own.
        private: also load `data/private`, into an edition of its own.

    Raises:
        RefusedCorpusError: the corpus breaks a rule; the edition in use stays.
        InputError: a file that cannot be read.
        StoreError: the store cannot be written.
    """
    paths = corpus_paths(corpus)
    return _build(paths, store or default_store_path(), private)


def open(  # noqa: A001 (the door is called what it does: c4f_graph.open())
    store: Path | None = None,
    corpus: Path | None = None,
    *,
    private: bool = False,
    progress: Callable[[str], None] | None = None,
) -> ProgrammeGraph:
    """Open the graph, and build its store first where there is none or the corpus has changed.

    Args:
        store: as for `build`.
        corpus: as for `build`.
        private: include personal data.
        progress: is told when a store is built.

    Raises:
        RefusedCorpusError, InputError, StoreError: as for `build`; also where the corpus has
            changed and files were loaded into the store, which a build would lose.
    """
    paths = corpus_paths(corpus)
    store_path = store or default_store_path()
    edition = current_edition(store_path, private=private)
    if edition is None or edition.fingerprint != fingerprint(
        paths, corpus_files(paths, private=private)
    ):
        if edition is not None and edition.loaded:
            names = ", ".join(file.name for file in edition.loaded)
            raise StoreError(
                f"the corpus has changed, and a new store would not hold what was loaded: {names}.",
                hint="Run `c4f build`, and load again.",
            )
        if progress is not None:
            reason = "there is no store yet" if edition is None else "the corpus has changed"
            progress(f"{reason}: building {store_path}")
        edition = _build(paths, store_path, private)
    return ProgrammeGraph(open_edition(store_path, edition), paths, store_path, edition, private)


def _build(paths: CorpusPaths, store_path: Path, private: bool) -> Edition:
    from c4f_graph.corpus_validation import validate_statements

    files = corpus_files(paths, private=private)
    statements = list(read_corpus(files))

    def accept(loaded: ox.Store) -> None:
        validation = validate_statements(paths, files, statements, loaded)
        if not validation.conforms:
            raise RefusedCorpusError(validation)

    return build_edition(
        store_path,
        united(statement.quad for statement in statements),
        fingerprint(paths, files),
        __version__,
        private=private,
        accept=accept,
    )


def connect(
    endpoint: str | None = None,
    corpus: Path | None = None,
    *,
    update_endpoint: str | None = None,
    graph_store_endpoint: str | None = None,
    federate: Sequence[str] = (),
) -> ProgrammeGraph:
    """Open the graph on a server, with the corpus's questions and shapes.

    Args:
        endpoint: the query address, or the name of a profile; without it, `C4F_ENDPOINT`.
        corpus: as for `c4f_graph.open`.
        update_endpoint: the update address, where it is not the engine's usual one.
        graph_store_endpoint: the Graph Store Protocol's address, likewise.
        federate: the query addresses of further endpoints, to be asked at once with the first by
            Comunica; the profile must list them.

    Raises:
        EndpointError: no address is given, or it cannot be used, or Comunica is needed and not
            installed; the server is not asked yet.
        InputError: a configuration file that cannot be read, or has no such profile.
    """
    from c4f_graph.remote import RemoteStore, find_endpoint

    found = find_endpoint(endpoint, update_endpoint, graph_store_endpoint)
    if found is None:
        raise EndpointError("no endpoint is given.", hint="Give its address, or set C4F_ENDPOINT.")
    if not federate:
        return ProgrammeGraph(RemoteStore(found), corpus_paths(corpus), None, None, False)
    from c4f_graph.remote.federation import FederatedStore

    store = FederatedStore(found, tuple(federate))
    return ProgrammeGraph(store, corpus_paths(corpus), None, None, False)
