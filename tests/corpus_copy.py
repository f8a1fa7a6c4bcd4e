"""Copies of the corpus that a test may spoil, with a store of their own."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from tests.process import Finished, c4f

ROOT = Path(__file__).resolve().parents[1]
WITHOUT_STORE = {"questions", "validate"}
PREFIXES = """\
@base <https://w3id.org/c4f/> .
@prefix c4f: <https://w3id.org/c4f/ontology#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
METADATA = """
<graph/{slug}> a c4f:Source ;
    dcterms:title "A document of a test"@en ;
    dcterms:publisher <id/ministry/bmbf> ;
    dcterms:issued "2023-09-11"^^xsd:date ;
    c4f:sourceKind <vocab/source-kind/ministry> ;
    dcterms:rights "CC0 1.0"@en ;
    dcterms:language "en" ;
    c4f:consulted "2026-11-24"^^xsd:date .

"""
FIRST_CLAIM = (PREFIXES + METADATA).count("\n") + 1
"""The line on which the claims of `source_text` begin."""


def source_text(slug: str, claims: str) -> str:
    """Give the text of a source file with good metadata and the claims given."""
    return PREFIXES + METADATA.format(slug=slug) + claims + "\n"


@dataclass(frozen=True, slots=True)
class CorpusCopy:
    """A copy of the corpus in `root` and a folder `store` for what is built from it."""

    root: Path
    store: Path

    @classmethod
    def of_project(cls, folder: Path) -> CorpusCopy:
        """Copy the project's corpus, without anything personal that may lie in it."""
        copy = cls(folder / "corpus", folder / "store")
        for name in ("ontology", "data", "queries"):
            shutil.copytree(
                ROOT / name, copy.root / name, ignore=shutil.ignore_patterns("private", "examples")
            )
        return copy

    def again(self, folder: Path) -> CorpusCopy:
        """Copy the copy, with its store."""
        copy = CorpusCopy(folder / "corpus", folder / "store")
        # Links are quick; `add` and `replace` put a new file into a link's place.
        shutil.copytree(self.root, copy.root, copy_function=os.link)
        shutil.copytree(self.store, copy.store)
        return copy

    def add(self, relative: str, content: str | bytes) -> Path:
        """Write a file below the corpus."""
        path = self.root / relative
        path.parent.mkdir(exist_ok=True)
        path.unlink(missing_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def add_source(self, slug: str, claims: str) -> Path:
        """Write a source file with good metadata and the claims given."""
        return self.add(f"data/sources/{slug}.ttl", source_text(slug, claims))

    def replace(self, relative: str, old: str, new: str) -> None:
        """Replace a text that stands once in a file."""
        path = self.root / relative
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{text.count(old)} times in {relative}: {old}"
        self.add(relative, text.replace(old, new))

    def arguments(self, command: str) -> list[str | Path]:
        """Give a command and the options that lead it here."""
        place: list[str | Path] = [command, "--corpus", self.root]
        return place if command in WITHOUT_STORE else [*place, "--store", self.store]

    def run(self, command: str, *arguments: str | Path, stdin: str = "") -> Finished:
        """Run a command on this corpus and this store."""
        return c4f(*self.arguments(command), *arguments, stdin=stdin)

    def answer(self, command: str, *arguments: str | Path, stdin: str = "") -> str:
        """Run a command that must succeed and say nothing beside its data; give the data."""
        done = self.run(command, *arguments, stdin=stdin)
        assert (done.code, done.err) == (0, ""), done.err
        return done.out

    def editions(self) -> list[str]:
        """List what lies in the store's folder."""
        return sorted(path.name for path in self.store.iterdir())

    def store_content(self) -> dict[str, bytes]:
        """Give every file of the store."""
        return content(self.store)


def content(folder: Path) -> dict[str, bytes]:
    """Give every file below a folder, by its relative name."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
