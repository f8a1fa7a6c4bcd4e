"""Copies of the corpus that a test may spoil, with a store of their own."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from tests.process import Finished, c4f

ROOT = Path(__file__).resolve().parents[1]
WITHOUT_STORE = {"questions", "validate"}
# The sources of a copy: few, so that it is built, loaded and reported on in a fraction of the time,
# and enough for all that the registry declares to have what the shapes demand of it.
SOURCES = frozenset(
    {
        *("bio-nrw-finalisten-2020-02", "biom-cnatm-interview", "biosaxony-saxocell-2024-09-05"),
        *("bmbf-slides-2023-09-11", "clusters4future-erfahrungsaustausch-2023-07-14"),
        *("clusters4future-finalisten-2-2021-05-06", "clusters4future-semeco-profile"),
        "clusters4future-theranosticvalleystr-konzeptionsphase",
        *("clusters4future-thwic-profile", "digitale-hauptstadtregion-amber-2020-02-05"),
        *("fraunhofer-iwu-zukunftsfabrik-smarthi", "gdch-medizin-mobilitaet-meer"),
        *("hahn-schickard-nanodiag-kick-off-2023", "jgu-mainz-etos-selected-2022-07-20"),
        *("mcube-erfahrungsaustausch-2022-05-31", "oiger-finalisten-dresden-2020-05-05"),
        *("optecbb-qvls-ilabs-2022", "rptu-wiwi-meprecise"),
        *("technologieland-hessen-juryentscheidung-2026", "zib-virchow-2-0"),
        "uni-leipzig-saxocell-phase-2-2024-09-10",
        # For the tests: two that disagree, an award, a page, and the newest.
        *("bmbf-pm-auswahl-2022-07-18", "german-u15-auswahl-2022-07-20"),
        *("tu-darmstadt-curatime-curaisig", "boz-thwic-interim-balance-2025"),
        "fau-semeco-phase-2-2026-02-09",
    }
)
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


def named_like(script: str) -> str:
    """Give claims of an event and a milestone of SaxoCell that are called like a script."""
    return f"""<id/event/test-script> a c4f:Event ;
    rdfs:label "{script}"@en , "{script} \\"onload=alert(1)"@de ;
    c4f:subject <id/cluster/saxocell> ;
    c4f:eventKind <vocab/event-kind/opening> ;
    c4f:date "2023-09-11"^^xsd:date .

<id/milestone/test-script> a c4f:Milestone ;
    rdfs:label "{script}"@en ;
    c4f:subject <id/cluster/saxocell> ;
    c4f:milestoneKind <vocab/milestone-kind/review> ;
    c4f:plannedDate "2023-09-11"^^xsd:date ."""


@dataclass(frozen=True, slots=True)
class CorpusCopy:
    """A copy of the corpus in `root` and a folder `store` for what is built from it."""

    root: Path
    store: Path

    @classmethod
    def of_project(cls, folder: Path) -> CorpusCopy:
        """Copy the project's corpus with a few of its sources, and nothing personal of it."""
        copy = cls(folder / "corpus", folder / "store")
        for name in ("ontology", "data/registry", "queries"):
            ignore = shutil.ignore_patterns("examples")
            shutil.copytree(ROOT / name, copy.root / name, ignore=ignore)
        (copy.root / "data" / "sources").mkdir()
        for slug in SOURCES:
            path = Path("data", "sources", f"{slug}.ttl")
            shutil.copy(ROOT / path, copy.root / path)
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
