"""Read large RDF files as streams, also compressed ones. Nothing is held or fetched."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

import pyoxigraph as ox

from c4f_graph.errors import InputError, Location
from c4f_graph.namespaces import GRAPH, in_iri
from c4f_graph.rdf_files import FORMATS, IMPORTS, refused_import, syntax_error

if TYPE_CHECKING:
    from collections.abc import Iterator

COMPRESSED = (".gz", ".zst")
_FORMATS = {**FORMATS, ".rdfxml": ox.RdfFormat.RDF_XML}
# A few kilobytes of zstd can stand for megabytes.
_ZSTD_CHUNK = 4096
_CHUNK = 1 << 16


class RdfStream:
    """One file to be read once: `quads` streams it, the other attributes tell how far that is.

    Attributes:
        path: the file.
        graph: the graph of the statements for which the file names none.
        size: the file's bytes.
        position: the bytes of it that are read so far.
        statements: the statements that were given so far.
    """

    def __init__(
        self,
        path: Path,
        graph: ox.NamedNode | ox.DefaultGraph | None = None,
        *,
        keep_names: bool = False,
    ) -> None:
        """Take a file.

        Args:
            path: a file such as `a.nq`, `a.ttl.gz` or `a.nt.zst`.
            graph: where statements without a graph go; by default a graph named after the file.
            keep_names: give blank nodes the names that the file has for them.

        Raises:
            InputError: a missing or unreadable file, an unknown suffix, or no zstd in this Python.
        """
        suffixes = [suffix.lower() for suffix in path.suffixes]
        self._compression = suffixes.pop() if suffixes and suffixes[-1] in COMPRESSED else ""
        rdf_format = _FORMATS.get(suffixes[-1]) if suffixes else None
        if rdf_format is None:
            raise InputError(
                f"{path} has no known RDF suffix.",
                hint=f"Known are {', '.join(_FORMATS)}, each also with {' or '.join(COMPRESSED)}.",
            )
        self._format = rdf_format
        stem = path.name[: -len(self._compression)] if self._compression else path.name
        self._keep_names = keep_names
        self.path = path
        self.graph = graph or ox.NamedNode(GRAPH + in_iri(Path(stem).stem))
        self.position = 0
        self.statements = 0
        self._digest = hashlib.sha256()
        if self._compression == ".zst":
            need_zstandard(f"{path} cannot be read")
        try:
            with path.open("rb"):
                self.size = path.stat().st_size
        except FileNotFoundError as error:
            raise InputError(
                f"there is no file {path}.", hint="Check the name and the folder."
            ) from error
        except OSError as error:
            raise InputError(f"{path} cannot be read: {error.strerror}.") from error

    @property
    def sha256(self) -> str:
        """The hash of the file's bytes, known once `quads` has come to its end."""
        return self._digest.hexdigest()

    def quads(self) -> Iterator[ox.Quad]:
        """Yield the statements in file order, each in a named graph, as a stream.

        Raises:
            InputError: a broken or truncated file (with line and column where they are known), a
                remote JSON-LD context, or `owl:imports`.
        """
        default = ox.DefaultGraph()
        with self.path.open("rb") as raw:
            feed = _Feed(self._bytes(raw), self._format == ox.RdfFormat.RDF_XML, self.path)
            try:
                # The parser asks for nothing of a stream but read().
                parsed = ox.parse(
                    cast("IO[bytes]", feed),
                    format=self._format,
                    rename_blank_nodes=not self._keep_names,
                )
                for quad in parsed:
                    if quad.predicate == IMPORTS:
                        raise refused_import(quad, Location(self.path))
                    if quad.graph_name == default:
                        quad = ox.Quad(quad.subject, quad.predicate, quad.object, self.graph)
                    self.statements += 1
                    yield quad
                feed.drain()
            except InputError:
                raise
            except (SyntaxError, ValueError, OSError) as error:
                if feed.failure is not None:
                    raise feed.failure from error
                raise _unreadable(self.path, error) from error

    def _bytes(self, raw: IO[bytes]) -> Iterator[bytes]:
        """Yield the file's content, decompressed."""
        plain = _Counted(raw, self)
        if self._compression == ".gz":
            with gzip.GzipFile(fileobj=cast("IO[bytes]", plain)) as stream:
                while chunk := stream.read(_CHUNK):
                    yield chunk
        elif self._compression == ".zst":
            yield from zstd_content(cast("IO[bytes]", plain), self.path)
        else:
            while chunk := plain.read(_CHUNK):
                yield chunk


class _Counted:
    """The file's own bytes, counted and hashed as they are read."""

    def __init__(self, raw: IO[bytes], owner: RdfStream) -> None:
        self._raw = raw
        self._owner = owner

    def read(self, size: int = -1) -> bytes:
        content = self._raw.read(size)
        self._owner.position += len(content)
        self._owner._digest.update(content)
        return content


class _Feed:
    """What the parser reads. It keeps our error, since the parser gives its own instead."""

    def __init__(self, chunks: Iterator[bytes], is_xml: bool, path: Path) -> None:
        from xml.parsers import expat

        self._chunks = chunks
        self._rest = memoryview(b"")
        self._path = path
        # Oxigraph takes XML that is cut off without a word.
        self._xml = expat.ParserCreate() if is_xml else None
        self.failure: InputError | None = None

    def read(self, size: int = -1) -> bytes:
        if not self._rest:
            try:
                chunk = self._next()
            except InputError as error:
                self.failure = error
                raise OSError(error.message) from error
            self._rest = memoryview(chunk)
        # pyoxigraph panics where it is given more than it asked for.
        given = self._rest[:size] if size >= 0 else self._rest
        self._rest = self._rest[len(given) :]
        return bytes(given)

    def drain(self) -> None:
        """Read what the parser left, so that a broken end is found and the hash is whole."""
        while self.read(_CHUNK):
            pass

    def _next(self) -> bytes:
        from xml.parsers import expat

        try:
            chunk = next(self._chunks, b"")
            if self._xml is not None:
                self._xml.Parse(chunk, not chunk)
                if not chunk:
                    self._xml = None
        except expat.ExpatError as error:
            raise InputError(
                f"{expat.ErrorString(error.code)}.",
                location=Location(self._path, error.lineno, error.offset + 1),
                hint="Mend the syntax and run the command again.",
            ) from error
        except EOFError as error:
            raise _truncated(self._path) from error
        except (OSError, zlib.error) as error:
            raise InputError(f"{self._path} cannot be read: {error}.") from error
        return chunk


def need_zstandard(what_fails: str) -> None:
    """Look whether zstandard is installed, which is an extra.

    Args:
        what_fails: begins the message of the error.

    Raises:
        InputError: it is not.
    """
    try:
        import zstandard  # noqa: F401
    except ImportError as error:
        raise InputError(
            f"{what_fails}: zstandard is not installed.",
            hint="Install it with `pip install 'c4f-graph[zstd]'`, or decompress the file.",
        ) from error


def zstd_content(plain: IO[bytes], path: Path) -> Iterator[bytes]:
    """Yield the content of one frame after the other.

    Args:
        plain: the compressed file.
        path: what error messages call it.

    Raises:
        InputError: it is damaged (with the byte until which it is not), or its last frame does not
            end.
    """
    import zstandard

    frame = None
    position = 0
    while chunk := plain.read(_ZSTD_CHUNK):
        size = len(chunk)
        while chunk:
            if frame is None:
                frame = zstandard.ZstdDecompressor().decompressobj()
            try:
                content = frame.decompress(chunk)
            except zstandard.ZstdError as error:
                raise InputError(
                    f"{path} cannot be read after byte {position:,}: {error}.",
                    hint="Fetch or compress it again.",
                ) from error
            if content:
                yield content
            chunk = b""
            if frame.eof:
                chunk, frame = frame.unused_data, None
        position += size
    if frame is not None:
        raise _truncated(path)


def _truncated(path: Path) -> InputError:
    return InputError(f"{path} is cut off.", hint="Fetch or compress it again.")


def _unreadable(path: Path, error: Exception) -> InputError:
    if isinstance(error, SyntaxError):
        return syntax_error(path, error)
    return InputError(f"{error}.", location=Location(path))
