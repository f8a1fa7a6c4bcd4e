"""The programme graph as one object: the library's front door, which the command line mirrors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.as_of import AsOf, graphs_as_of, view_as_of
from c4f_graph.engine import (
    DEFAULT_TIMEOUT,
    Answer,
    Rows,
    StreamedAnswer,
    Term,
    collected,
    stream_query,
)
from c4f_graph.entities import find_entity
from c4f_graph.errors import EndpointError
from c4f_graph.questions import Question, ask, bind, load_question, load_questions
from c4f_graph.statements import history_of, statements_about

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path
    from typing import BinaryIO

    import rdflib

    from c4f_graph.editions import Edition
    from c4f_graph.engine import QuadStore
    from c4f_graph.evidence.claims import Claims
    from c4f_graph.evidence.sources import SourcedRows
    from c4f_graph.paths import CorpusPaths
    from c4f_graph.validation import Validation, ValidationOptions


class ProgrammeGraph:
    """The graph, opened for reading. Make one with `c4f_graph.open()` or `c4f_graph.connect()`.

    Attributes:
        store: where it is: embedded, or on a server.
        paths: the corpus, whose questions and shapes are used.
        store_path: the embedded store's folder; None on a server.
        edition: the embedded store's edition; None on a server.
        private: whether personal data are included.
    """

    def __init__(
        self,
        store: QuadStore,
        paths: CorpusPaths,
        store_path: Path | None,
        edition: Edition | None,
        private: bool,
        *,
        view: AsOf | None = None,
    ) -> None:
        self.store = store
        self.paths = paths
        self.store_path = store_path
        self.edition = edition
        self.private = private
        self.view = view

    @property
    def graph(self) -> rdflib.Dataset:
        """An rdflib Dataset on the same data, whose default graph is the union of all graphs.

        Raises:
            EndpointError: the graph is on a server; rdflib's own `SPARQLStore` is for that.
        """
        import rdflib

        from c4f_graph.dataset import ReadOnlyStore

        return rdflib.Dataset(store=ReadOnlyStore(store=self.embedded))

    @property
    def embedded(self) -> ox.Store:
        """The embedded store.

        Raises:
            EndpointError: the graph is on a server.
        """
        if isinstance(self.store, ox.Store):
            return self.store
        raise EndpointError(
            "the graph is on a server, and this is for an embedded store only.",
            hint="Leave --endpoint out, or `c4f pull` the graph.",
        )

    @property
    def in_use(self) -> tuple[Path, Edition]:
        """The embedded store's folder, and the edition that is open.

        Raises:
            EndpointError: the graph is on a server.
        """
        if self.store_path is None or self.edition is None:
            raise EndpointError(
                "the graph is on a server, which has no editions.", hint="Leave --endpoint out."
            )
        return self.store_path, self.edition

    @property
    def today(self) -> datetime.date | None:
        """The day that questions take as today; None where it is that on which they are asked."""
        return self.view.day if self.view else None

    def questions(self) -> list[Question]:
        """List the saved questions."""
        return load_questions(self.paths.questions)

    def question(self, question_id: str) -> Question:
        """Give a saved question.

        Raises:
            ParameterError: there is none of that id.
        """
        return load_question(self.paths.questions, question_id)

    def ask(
        self,
        question_id: str,
        arguments: Mapping[str, str] | None = None,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
    ) -> Answer:
        """Answer a saved question.

        Args:
            question_id: its id, such as `clusters`.
            arguments: its parameters by name, such as `{"cluster": "SaxoCell"}`.
            timeout: seconds; None for no limit.

        Raises:
            ParameterError: no such question or parameter, or a name that nothing is called.
            QueryError: no answer in time.
        """
        return collected(self.stream_ask(question_id, arguments, timeout=timeout))

    def stream_ask(
        self,
        question_id: str,
        arguments: Mapping[str, str] | None = None,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
    ) -> StreamedAnswer:
        """Answer a saved question as `ask` does, but give rows as they are found."""
        return ask(
            self.store,
            self.question(question_id),
            arguments or {},
            timeout=timeout,
            today=self.today,
        )

    def query(
        self,
        text: str,
        bindings: Mapping[str, Term] | None = None,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        name: str = "query",
    ) -> Answer:
        """Run any SPARQL 1.1 query; see `engine.run_query` for arguments and errors."""
        return collected(self.stream_query(text, bindings, timeout=timeout, name=name))

    def stream_query(
        self,
        text: str,
        bindings: Mapping[str, Term] | None = None,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        name: str = "query",
    ) -> StreamedAnswer:
        """Run any query as `query` does, but give rows as they are found, in bounded memory."""
        return stream_query(self.store, text, bindings=bindings, timeout=timeout, name=name)

    def ask_with_sources(
        self,
        question_id: str,
        arguments: Mapping[str, str] | None = None,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
    ) -> SourcedRows:
        """Answer a saved question as `ask` does, each row with its sources; see `with_sources`."""
        question = self.question(question_id)
        bindings = bind(self.store, question, arguments or {}, today=self.today)
        name = str(question.path)
        return self.query_with_sources(question.query, bindings, timeout=timeout, name=name)

    def query_with_sources(
        self,
        text: str,
        bindings: Mapping[str, Term] | None = None,
        *,
        timeout: float | None = DEFAULT_TIMEOUT,
        name: str = "query",
    ) -> SourcedRows:
        """Run a SELECT or CONSTRUCT query, each row with its sources; see `with_sources`."""
        from c4f_graph.evidence.sources import with_sources

        answer = self.query(text, bindings, timeout=timeout, name=name)
        return with_sources(self.store, text, answer, bindings=bindings, timeout=timeout, name=name)

    def show(self, name: str) -> Rows:
        """Give each statement about an entity, and each that mentions it, with its source.

        Raises:
            ParameterError: nothing is called that.
        """
        return statements_about(self.store, find_entity(self.store, name))

    def history(self, name: str) -> Rows:
        """Give what the sources said of an entity, in the order of their dates; see `history_of`.

        Raises:
            ParameterError: nothing is called that.
        """
        return history_of(self.store, find_entity(self.store, name))

    def as_of(self, day: datetime.date) -> ProgrammeGraph:
        """Give the graph as of a day: only what the sources that had come out by then said.

        Questions take the day as today. Its attribute `view` tells what is in.

        Raises:
            ParameterError: no source had come out by then.
        """
        view = graphs_as_of(self.store, day)
        store = view_as_of(self.store, view)
        return ProgrammeGraph(
            store, self.paths, self.store_path, self.edition, self.private, view=view
        )

    def why(self, subject: str, about: str, value: str | None = None) -> Claims:
        """Give each claim about a property of a thing, who makes it, and where; see `claims`."""
        from c4f_graph.evidence.claims import claims

        return claims(self.store, self.paths, subject, about, value, private=self.private)

    def validate(
        self,
        files: Sequence[Path] = (),
        shapes: Sequence[Path] = (),
        options: ValidationOptions | None = None,
    ) -> Validation:
        """Validate the corpus, files as additions to it, or files against given shapes alone.

        Without files, a graph on a server is validated there: see `validate_store`.

        Raises:
            InputError, ShapesError: what cannot be read or used.
            EndpointError: a server that cannot be reached, or does not answer as it should.
        """
        if not files and not isinstance(self.store, ox.Store):
            from c4f_graph.store_validation import validate_store

            return validate_store(self.store, self.paths, shapes, options)
        if shapes:
            from c4f_graph.file_validation import validate_files

            return validate_files(files, shapes, options)
        from c4f_graph.corpus_validation import validate_corpus

        return validate_corpus(self.paths, files, private=self.private, options=options)

    def export(
        self, rdf_format: str = "ttl", *, graph: str | None = None, cluster: str | None = None
    ) -> str:
        """Write the graph as text: all of it, one named graph, or what belongs to one cluster.

        Args:
            rdf_format: one of `ttl`, `jsonld`, `nt`, `nq`, `trig`, `rdfxml`.
            graph: a source's slug or IRI.
            cluster: a cluster's short name, slug or IRI.

        Raises:
            ParameterError: an unknown format, graph or cluster.
        """
        from c4f_graph.export.graph import quads_to_export, serialize

        quads = quads_to_export(self.store, rdf_format, graph=graph, cluster=cluster)
        return serialize(quads, rdf_format, self.paths.context)

    def export_to(
        self,
        stream: BinaryIO,
        rdf_format: str = "ttl",
        *,
        graph: str | None = None,
        cluster: str | None = None,
        progress: Callable[[str], None] | None = None,
    ) -> None:
        """Write what `export` gives to a binary stream, in memory that does not grow with it.

        Args:
            stream: is given UTF-8, a piece at a time, once the arguments are found good.
            rdf_format: as for `export`.
            graph: as for `export`.
            cluster: as for `export`.
            progress: is told when there are too many blank nodes to name them anew.

        Raises:
            ParameterError: as for `export`.
            StoreError: the temporary folder has no room for sorting.
        """
        from c4f_graph.export.graph import quads_to_export, serialize_to

        quads = quads_to_export(self.store, rdf_format, graph=graph, cluster=cluster)
        serialize_to(stream, quads, rdf_format, self.paths.context, tell=progress)
