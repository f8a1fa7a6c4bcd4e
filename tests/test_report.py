"""`c4f report`: what it says of data with known faults, and how it is written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import html5rdf
import pytest

from c4f_graph.report import quality_report
from c4f_graph.report.document import Plot, Table
from tests import catalogue
from tests.corpus_copy import SOURCES, source_text
from tests.process import answer, c4f

if TYPE_CHECKING:
    from pathlib import Path

    from c4f_graph import ProgrammeGraph
    from tests.corpus_copy import CorpusCopy

LATER = """
SELECT ?source WHERE {{
  ?source a <{C4F}Source> ; <{C4F}sourceKind> ?kind ; <http://purl.org/dc/terms/issued> ?date
  FILTER(STR(?date) >= "2024" && !STRENDS(STR(?kind), "/registry"))
}}
"""
C4F = "https://w3id.org/c4f/ontology#"
EVENT = """
<id/event/odd-2023-09-12> a c4f:Event ;
    rdfs:label "<script>alert('|x|')</script> & \\"more\\""@en ;
    c4f:subject <id/cluster/saxocell> ;
    c4f:eventKind <vocab/event-kind/kick-off> ;
    c4f:date "{date}"^^xsd:date .
"""
ESCAPED = "&lt;script&gt;alert(&#39;|x|&#39;)&lt;/script&gt; &amp; &#34;more&#34;"
IN_MARKDOWN = "\\<script\\>alert('\\|x\\|')\\</script\\> & \"more\""


@pytest.fixture
def spoilt(corpus: CorpusCopy) -> CorpusCopy:
    """Give a corpus with a broken identifier, and a publisher who corrects an odd name's date."""
    corpus.add_source("odd-2023-09-11", EVENT.format(date="2023-09-12"))
    newer = source_text("odd-2023-10-01", EVENT.format(date="2023-09-13"))
    newer = newer.replace('"2023-09-11"', '"2023-10-01"').replace("2026-11-24", "2025-11-23")
    corpus.add("data/sources/odd-2023-10-01.ttl", newer)
    corpus.replace("data/registry/identifiers.ttl", "/02fdw0g32>", "/02fdw0g23>")
    return corpus


def report(corpus: CorpusCopy, *arguments: str | Path) -> str:
    done = corpus.run("report", *arguments)
    assert done.code == 0, done.err
    return done.out


def sections(markdown: str) -> dict[str, str]:
    """Give the sections of a report in Markdown by their titles; the begin has an empty one."""
    first, *others = markdown.split("\n## ")
    titled = (text.partition("\n") for text in others)
    return {"": first} | {title: text for title, _, text in titled}


def test_markdown_says_what_was_planted(spoilt: CorpusCopy) -> None:
    done = sections(report(spoilt, "--format", "md"))
    assert list(done) == [
        *("", "Completeness", "Conflicts", "Stale sources", "Identifiers"),
        *("Findings of the validation", "Changes", "Contents"),
    ]
    assert "- **1** broken identifier\n" in done[""]
    assert "Newest source: 2026-02-09\n" in done[""]
    assert (
        "| ROR | Affimed | https://ror.org/02fdw0g23 | the check digits are 23, and would be 32 |"
        in done["Identifiers"]
    )
    assert "| ROR | 77 | 1 |" in done["Identifiers"]
    for date, source in (("2023-09-12", "odd-2023-09-11"), ("2023-09-13", "odd-2023-10-01")):
        row = f"| {IN_MARKDOWN} | c4f:date | {date} | {source} |"
        assert row in done["Conflicts"]
    old = done["Stale sources"]
    assert "| odd-2023-10-01 | 2025-11-23 |" in old
    assert (
        f"| odd-2023-09-11 | {IN_MARKDOWN} | c4f:date | 2023-09-12 | 2023-09-13 | odd-2023-10-01 |"
        in old
    )
    counts = "2 are stale: 0 never looked at, 1 looked at long ago, 1 over"
    assert f"Of {len(SOURCES) + 2} sources, {counts}" in old


def test_a_source_looked_at_a_year_ago_is_not_yet_stale(corpus: CorpusCopy) -> None:
    text = source_text("odd-2023-09-11", EVENT.format(date="2023-09-12"))
    corpus.add("data/sources/odd-2023-09-11.ttl", text.replace("2026-11-24", "2025-11-24"))
    assert "0 looked at long ago" in sections(report(corpus, "--format", "md"))["Stale sources"]


def test_what_was_loaded_is_judged_too(corpus: CorpusCopy, tmp_path: Path) -> None:
    outside = tmp_path / "outside.nt"
    outside.write_text(
        "<https://example.org/p> <https://w3id.org/c4f/ontology#fundingReference> "
        '"03zu 1105" .\n'
        "<https://example.org/m> <https://w3id.org/c4f/ontology#municipalityKey> "
        '"99000000" .\n'
    )
    assert corpus.run("load", outside).code == 0
    found = sections(report(corpus, "--format", "md"))["Identifiers"]
    assert "| 03zu 1105 | not only digits and capital letters |" in found
    assert "| 99000000 | there is no Land 99 |" in found


def test_the_page_is_well_formed_and_runs_nothing_of_the_data(spoilt: CorpusCopy) -> None:
    page = report(spoilt)
    html5rdf.HTMLParser(strict=True).parse(page)
    assert ESCAPED in page
    assert "<script" not in page
    # Nothing is fetched: links lead out, but no picture, style, font or frame comes in.
    assert re.findall(r"<(?:link|img|iframe|object|embed)\b|\bsrc=|@import|url\(", page) == []
    targets = re.findall(r'href="#([^"]+)"', page)
    assert sorted(set(targets)) == sorted(re.findall(r'<section id="([^"]+)"', page))


def test_every_bar_says_in_words_what_it_shows(built_copy: CorpusCopy) -> None:
    page = report(built_copy)
    drawn = re.findall(r"<svg [^>]*>", page)
    told = re.findall(r'<svg [^>]* role="img" aria-label="[^"]+: [^"]+">', page)
    assert drawn == told
    assert len(drawn) > 20


def test_a_link_leads_to_the_web_and_nowhere_else(corpus: CorpusCopy) -> None:
    text = source_text("odd-2023-09-11", EVENT.format(date="2023-09-12"))
    text = text.replace("2026-11-24", "2025-11-23")
    bad = "    c4f:documentURL <https://example.org/a(b)?c=[d]&e> ;\n    c4f:sourceKind"
    corpus.add(
        "data/sources/odd-2023-09-11.ttl",
        text.replace("    c4f:sourceKind", bad.replace("[d]", "%22"), 1),
    )
    assert 'href="https://example.org/a(b)?c=%22&amp;e"' in report(corpus)
    markdown = report(corpus, "--format", "md")
    assert "[odd-2023-09-11](https://example.org/a%28b%29?c=%22&e)" in markdown
    links = re.findall(r'href="([^"#]*)', report(corpus))
    assert {link.partition(":")[0] for link in links if link} <= {"http", "https"}


def test_the_numbers_are_those_of_the_questions(graph: ProgrammeGraph) -> None:
    document = quality_report(graph)
    tables = {
        part.caption: part
        for section in document.sections
        for part in section.parts
        if isinstance(part, Table)
    }
    complete = tables["Values by class and property"].rows
    assert len(complete) == len(graph.ask("data-completeness").rows)  # type: ignore[union-attr]
    disputed = graph.ask("conflicting-statements").rows  # type: ignore[union-attr]
    told = tables["Where sources disagree"].rows
    assert sum(len(row[3]) for row in told) == len(disputed)
    assert document.figures[1].value == str(len({row[:2] for row in disputed}))
    plots = [part for s in document.sections for part in s.parts if isinstance(part, Plot)]
    assert all(0 <= share <= 1 for plot in plots for bar in plot.bars for share in _shares(bar))


def _shares(bar: object) -> list[float]:
    return [bar.share, *(share for share, _ in bar.marks)]  # type: ignore[attr-defined]


def test_the_same_data_give_the_same_bytes(built_copy: CorpusCopy, tmp_path: Path) -> None:
    once = report(built_copy)
    again = c4f("report", "--corpus", built_copy.root, "--store", tmp_path / "another")
    assert again.out == once


def test_a_long_table_is_cut_and_says_so(
    built_copy: CorpusCopy, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = built_copy.answer("ask", "data-completeness", "--format", "csv").splitlines()[1:]
    number = len(rows)
    monkeypatch.setattr("c4f_graph.report.document.MOST_ROWS", number - 3)
    sentence = f"3 more of {number} rows are left out here."
    markdown = report(built_copy, "--format", "md")
    table = sections(markdown)["Completeness"].partition("**Values by class and property**")[2]
    assert table.count("\n| ") == 1 + number - 3
    assert f"|\n\n{sentence}\n" in table
    assert f"<p>{sentence}</p>" in report(built_copy)


def test_the_report_goes_to_the_file_named(built_copy: CorpusCopy, tmp_path: Path) -> None:
    page = tmp_path / "quality.html"
    assert report(built_copy, "-o", page) == ""
    assert page.read_text() == report(built_copy)


def test_a_file_that_cannot_be_written_is_said_and_nothing_is_left(
    built_copy: CorpusCopy, tmp_path: Path
) -> None:
    done = built_copy.run("report", "-o", tmp_path / "none" / "quality.html")
    assert (done.code, done.out) == (2, "")
    assert "cannot be written" in done.err
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_format_is_refused() -> None:
    done = c4f("report", "--format", "pdf")
    assert done.code == 2
    assert "'pdf' is not one of 'html', 'md'" in done.err


def test_a_graph_of_which_nothing_is_said(corpus: CorpusCopy) -> None:
    for path in [*corpus.root.glob("data/*/*.ttl")]:
        path.unlink()
    done = sections(report(corpus, "--format", "md"))
    assert "- **none** of the expected values are known" in done[""]
    assert "No source has a date" in done[""]
    assert "No two sources contradict each other." in done["Conflicts"]
    assert "Of 0 sources, 0 are stale" in done["Stale sources"]
    html5rdf.HTMLParser(strict=True).parse(report(corpus))


def test_what_changed_since_the_former_edition(corpus: CorpusCopy) -> None:
    before = sections(report(corpus, "--format", "md"))
    assert "The store has no former edition" in before["Changes"]
    corpus.add_source("odd-2023-09-11", EVENT.format(date="2023-09-12"))
    done = sections(report(corpus, "--format", "md"))
    assert "- **2** changes since the former edition\n" in done[""]
    changes = done["Changes"]
    assert "| event | 1 | 0 | 0 |" in changes
    assert '| odd-2023-09-11 | "A document of a test" | added |' in changes
    assert f"| SaxoCell: event {IN_MARKDOWN} added, " in changes
    assert ESCAPED in report(corpus)


def test_a_whole_edition_of_a_catalogue_is_counted_and_the_next_one_compared(
    corpus: CorpusCopy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("c4f_graph.report.changes.LARGE", 100)
    path = tmp_path / "Suchliste.csv"
    catalogue.write(path, 30)
    assert corpus.run("build").code == 0

    def load(day: str) -> None:
        where = ("--corpus", corpus.root, "--store", corpus.store)
        done = c4f("import", "foerderkatalog", path, "--load", "--as-of", day, *where)
        assert done.code == 0, done.err

    load("2026-10-01")
    done = sections(report(corpus, "--format", "md"))
    assert "- **1** change since the former edition\n" in done[""]
    link = "[foerderkatalog-2026-10-01](https://foerderportal.bund.de/foekat)"
    assert f"| {link} | added | funding award | 30 |" in done["Changes"]
    assert f"| {link} | added | statements | " in done["Changes"]
    text = path.read_bytes().decode("cp1252")
    path.write_bytes(text.replace("31.12.2001", "30.11.2001", 1).encode("cp1252"))
    load("2026-11-01")
    changes = sections(report(corpus, "--format", "md"))["Changes"]
    assert "foerderkatalog-2026-11-01 is compared with foerderkatalog-2026-10-01, " in changes
    assert "end date was 2001-12-31 [foerderkatalog-2026-10-01], is 2001-11-30 " in re.sub(
        r"\\", "", changes
    )
    assert "| project | 0 | 1 | 0 |" in changes


def test_what_changed_since_a_day(store: Path, graph: ProgrammeGraph) -> None:
    page = answer("report", "--store", store, "--format", "md", "--since", "2024-01-01")
    changes = sections(page)["Changes"]
    later = graph.query(LATER.format(C4F=C4F))
    count = len(later.rows)  # type: ignore[union-attr]
    assert f"Sources that have come out since: {count}." in changes
    assert count > 30
    assert "| SaxoCell: phase 2" in changes
    # What only a source without a date says is on neither side.
    assert "removed 0;" in changes
    assert "the date is not known; they are left out." in changes


def test_what_changed_since_a_file(corpus: CorpusCopy, tmp_path: Path) -> None:
    before = tmp_path / "before.nq"
    assert corpus.run("export", "--format", "nq", "-o", before).code == 0
    changes = sections(report(corpus, "--format", "md", "--since", before))["Changes"]
    assert "statements added 0, removed 0; things that differ: 0." in changes


def test_long_changes_are_cut_and_say_so(
    corpus: CorpusCopy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("c4f_graph.report.changes.MOST_LINES", 2)
    nothing = tmp_path / "nothing.nq"
    nothing.write_text("")
    changes = sections(report(corpus, "--format", "md", "--since", nothing))["Changes"]
    assert "the first 2 lines are given, and " in changes
    assert len(changes.partition("**What differs**")[2].splitlines()) == 6


def test_a_report_as_of_a_day(store: Path) -> None:
    done = c4f(
        *("report", "--store", store, "--format", "md"),
        *("--as-of", "2021-03-01", "--since", "2021-02-01"),
    )
    assert done.code == 0
    assert "as of 2021-03-01" in done.err
    found = sections(done.out)
    assert "as of 2021-03-01: " in found[""]
    assert "Newest source: 2021-03-01\n" in found[""]
    assert "| cluster | 7 |" in found["Contents"]
    assert "Only the files of today can be validated." in found["Findings of the validation"]
    assert "What changed since 2021-02-01" in found["Changes"]
    assert "2022" not in found["Conflicts"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--since", "2023-02-30"], '"2023-02-30" is no day.'),
        (["--since", "1999-01-01"], "no source had come out by 1999-01-01"),
        (["--since", "edition-none"], "there is no edition, folder or file edition-none."),
        (
            ["--as-of", "2021-03-01", "--since", "edition-none"],
            "a graph as of a day can be compared with that of a day only.",
        ),
        (["--as-of", "yesterday"], '"yesterday" is no day.'),
    ],
)
def test_what_cannot_be_compared_is_said(
    built_copy: CorpusCopy, tmp_path: Path, arguments: list[str], message: str
) -> None:
    page = tmp_path / "quality.html"
    done = built_copy.run("report", "-o", page, *arguments)
    assert (done.code, done.out) == (2, "")
    assert message in done.err
    assert not page.exists()
