"""`c4f import foerderkatalog`: counts, sums, both headers, rejected rows mended, the store."""

from __future__ import annotations

import contextlib
import csv
import io
import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from c4f_graph.errors import InputError
from c4f_graph.file_validation import validate_files
from c4f_graph.imports import Imported, import_foerderkatalog
from c4f_graph.imports.columns import columns
from c4f_graph.namespaces import C4F, ID, RDFS
from tests import catalogue
from tests.process import c4f

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.catalogue import Made
    from tests.corpus_copy import CorpusCopy

ROOT = Path(__file__).resolve().parents[1]
DAY = date(2026, 10, 1)
GRAPH = "https://w3id.org/c4f/graph/foerderkatalog-2026-10-01"
MANY = {name: number for number, name in enumerate(catalogue.ODDITIES, start=1)}


@dataclass(frozen=True)
class Edition:
    """What an import gave: its account, the bytes of the edition, and of the rejected rows."""

    imported: Imported
    quads: bytes
    rejects: bytes

    def store(self) -> ox.Store:
        """Give the edition as a store."""
        store = ox.Store()
        store.load(self.quads, format=ox.RdfFormat.N_QUADS)
        return store

    def objects(self, term: str) -> list[str]:
        """Give the literals that a property has anywhere."""
        quads = self.store().quads_for_pattern(None, ox.NamedNode(term), None)
        return sorted(quad.object.value for quad in quads if isinstance(quad.object, ox.Literal))

    def without_hash(self) -> bytes:
        """Give the edition without the one statement that depends on the file's own bytes."""
        lines = self.quads.splitlines(keepends=True)
        hashes = [line for line in lines if b"#fileHash>" in line]
        assert len(hashes) == len(self.imported.summary["files"])
        return b"".join(line for line in lines if line not in hashes)


def run(*paths: Path, prefix: str = "") -> Edition:
    quads, rejects = io.BytesIO(), io.BytesIO()
    imported = import_foerderkatalog(paths, DAY, quads, prefix=prefix, rejects=rejects)
    return Edition(imported, quads.getvalue(), rejects.getvalue())


def put(path: Path, rows: Sequence[Sequence[str]], encoding: str = "utf-8", **how: Any) -> Path:
    header = catalogue.HEADERS[how.pop("header", "2026")]
    lines = [";".join([*header, ""]) + "\r\n", *(catalogue.csv_text(row, **how) for row in rows)]
    path.write_bytes("".join(lines).encode(encoding))
    return path


def one(**changes: str) -> list[str]:
    """Give a row with some cells changed, by the keys of the table of columns."""
    keys = [column.key for column in columns()]
    row = catalogue.plain_row(7)
    for key, text in changes.items():
        row[keys.index(key)] = text
    return row


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Made]:
    path = tmp_path_factory.mktemp("catalogue") / "Suchliste.csv"
    return path, catalogue.write(path, 1000, MANY)


@pytest.fixture(scope="module")
def edition(made: tuple[Path, Made]) -> Edition:
    return run(made[0])


def test_the_generator_makes_what_is_wanted(made: tuple[Path, Made]) -> None:
    assert made[1].rows == 1000
    assert dict(made[1].set_aside) == {name: MANY[name] for name in catalogue.SET_ASIDE}
    assert dict(made[1].rejected) == {name: MANY[name] for name in catalogue.REJECTED}


def test_every_row_is_accounted_for_and_every_cent(
    made: tuple[Path, Made], edition: Edition
) -> None:
    expected, account = made[1], edition.imported.account
    assert account.rows_read == expected.rows
    assert account.rows_taken == expected.taken
    assert account.set_aside == expected.set_aside
    assert account.rejected == expected.rejected
    assert account.amounts == expected.amounts
    assert (account.undisclosed, account.hidden) == (
        expected.without_sum,
        expected.without_recipient,
    )
    assert len(account.further) == expected.further
    assert sum(map(Decimal, edition.objects(f"{C4F}amountEUR"))) == account.amount
    assert len(edition.objects(f"{C4F}amountEUR")) == expected.taken - expected.without_sum


def test_the_graph_has_an_award_for_each_row_taken(
    made: tuple[Path, Made], edition: Edition
) -> None:
    answer = edition.store().query(
        f"""PREFIX c4f: <{C4F}>
        SELECT (COUNT(DISTINCT ?award) AS ?awards) (COUNT(DISTINCT ?project) AS ?projects)
        WHERE {{ GRAPH <{GRAPH}> {{ ?award a c4f:FundingAward ; c4f:forProject ?project }} }}"""
    )
    assert isinstance(answer, ox.QuerySolutions)
    (row,) = answer
    taken, further = made[1].taken, made[1].further
    assert [int(row[0].value), int(row[1].value)] == [taken, taken - further]
    assert edition.imported.statements == edition.quads.count(b"\n")


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig"])
@pytest.mark.parametrize("header", ["older", "2026"])
def test_headers_and_encodings_give_the_same_bytes(
    tmp_path: Path, edition: Edition, header: str, encoding: str
) -> None:
    path = tmp_path / "other.csv"
    catalogue.write(path, 1000, MANY, header=header, encoding=encoding)
    again = run(path)
    assert again.without_hash() == edition.without_hash()
    assert again.imported.account == edition.imported.account


def test_a_file_that_a_spreadsheet_saved_again_gives_the_same(tmp_path: Path) -> None:
    rows = [catalogue.plain_row(number) for number in range(20)]
    rows.append(one(reference="16XX1", theme='Eins; "zwei"\ndrei'))
    first = run(put(tmp_path / "a.csv", rows))
    assert run(put(tmp_path / "b.csv", rows, formulas=False)).without_hash() == first.without_hash()
    text = (tmp_path / "b.csv").read_text(encoding="utf-8")
    doubled = text.replace("BMWE;", '"=""BMWE""";').replace("\r\n", "\n")
    (tmp_path / "c.csv").write_text(doubled, encoding="utf-8")
    assert doubled != text
    assert run(tmp_path / "c.csv").without_hash() == first.without_hash()


def test_a_prefix_takes_its_rows_alone(made: tuple[Path, Made]) -> None:
    found = run(made[0], prefix="03zu")
    account = found.imported.account
    assert account.rows_taken == MANY["programme"]
    assert account.set_aside.keys() == {"outside_prefix"}
    assert account.rows_read == made[1].rows
    assert all(text.startswith("03ZU") for text in found.objects(f"{C4F}fundingReference"))


def test_clusters_are_found_by_the_funding_reference(tmp_path: Path) -> None:
    rows = [
        one(reference="03ZU1105FA", joint_project="Verbund Eins"),
        one(reference="03ZU1107AA"),
        one(reference="03ZU12"),
    ]
    found = run(put(tmp_path / "a.csv", rows))
    quads = found.store().quads_for_pattern(None, ox.NamedNode(f"{C4F}ofCluster"), None)
    pairs = {(str(quad.subject), str(quad.object)) for quad in quads}
    assert {cluster for _, cluster in pairs} == {f"<{ID}cluster/mcube>"}
    assert len(pairs) == 2
    assert "no cluster is known in the registry for 03ZU1107 (1)" in found.imported.notes


def test_names_of_the_registry_are_used_and_others_declared(tmp_path: Path) -> None:
    found = run(put(tmp_path / "a.csv", [one(ministry="BMBF", agency="PT-J")]))
    assert f"<{ID}ministry/bmbf>".encode() in found.quads
    assert f"<{ID}agency/ptj>".encode() in found.quads
    assert found.objects(f"{C4F}shortName") == []
    found = run(put(tmp_path / "a.csv", [one(ministry="BMXY", agency="VDI/VDE-IT")]))
    assert found.objects(f"{C4F}shortName") == ["BMXY", "VDI/VDE-IT"]


def test_what_is_hidden_is_left_out(tmp_path: Path) -> None:
    row = one(recipient=catalogue.HIDDEN, executing_body=catalogue.HIDDEN, amount="0,00")
    found = run(put(tmp_path / "a.csv", [row]))
    assert b"Keine Anzeige" not in found.quads
    assert b"#recipient>" not in found.quads
    assert b"#CatalogueBody>" not in found.quads
    assert found.objects(f"{C4F}amountEUR") == []
    assert found.imported.account.amount == 0


def test_bodies_keep_their_names_and_municipalities(tmp_path: Path) -> None:
    rows = [
        one(reference="A1", recipient="Müller & Söhne", recipient_key="9162000"),
        one(reference="A2", recipient="MÜLLER & Söhne", recipient_key="09162000"),
        one(
            reference="A3",
            recipient="Beispiel",
            recipient_key="4711",
            recipient_locality="Wien",
            recipient_municipality="",
            recipient_country="Österreich",
        ),
        one(reference="A4", recipient_state="Bayren"),
    ]
    found = run(put(tmp_path / "a.csv", rows))
    body = f"<{ID}catalogue-body/mueller-soehne-09162000>".encode()
    assert body + f' <{RDFS}label> "Müller & Söhne"@de'.encode() in found.quads
    assert found.objects("http://www.w3.org/2004/02/skos/core#altLabel") == ["MÜLLER & Söhne"]
    assert found.objects(f"{C4F}country") == ["Österreich"]
    assert f"<{ID}catalogue-body/beispiel-wien>".encode() in found.quads
    assert "09162000" in found.objects(f"{C4F}municipalityKey")
    notes = found.imported.notes
    assert "no municipality key of eight digits: 4711 (1)" in notes
    assert "no Land of that name: Bayren (1)" in notes
    assert any(note.startswith("1 names differ from another") for note in notes)


def test_a_further_award_is_named(tmp_path: Path) -> None:
    rows = [one(), one(amount="5,00"), one(recipient="Andere GmbH"), one()]
    found = run(put(tmp_path / "a.csv", rows))
    account = found.imported.account
    reference = one()[0]
    assert account.further == [reference, reference]
    assert account.set_aside == {"duplicate": 1}
    awards = [f"<{ID}award/{reference.lower()}{end}> ".encode() for end in ("", "-2", "-3")]
    assert all(award in found.quads for award in awards)
    assert any(f": {reference}, {reference}" in text for text in account.sentences())


@pytest.mark.parametrize(
    ("changes", "column", "value", "reason"),
    [
        ({"reference": " "}, "FKZ", "", "no_funding_reference"),
        ({"start": "31.02.2021"}, "Laufzeit von", "31.02.2021", "impossible_date"),
        ({"end": "2021-12-31"}, "Laufzeit bis", "2021-12-31", "impossible_date"),
        ({"end": "31.12.1990"}, "Laufzeit bis", "31.12.1990", "end_before_start"),
        ({"amount": "1,234.56"}, catalogue.OF_2026[22], "1,234.56", "unreadable_number"),
        ({"amount": "-5,00"}, catalogue.OF_2026[22], "'-5,00", "unreadable_number"),
        ({"amount": "12.34"}, catalogue.OF_2026[22], "12.34", "unreadable_number"),
    ],
)
def test_a_rejected_row_is_written_with_its_place(
    tmp_path: Path, changes: dict[str, str], column: str, value: str, reason: str
) -> None:
    row = one(**{"theme": "Erste\r\nzweite Zeile", **changes})
    found = run(put(tmp_path / "a.csv", [one(reference="Z9", theme="a\r\nb"), row]))
    assert found.imported.account.rejected == {reason: 1}
    rows = list(csv.reader(io.StringIO(found.rejects.decode("utf-8-sig")), delimiter=";"))
    assert rows[1][:5] == ["a.csv", "4", column, value, reason]
    assert "Erste\r\nzweite Zeile" in rows[1]


def test_a_project_may_last_a_day(tmp_path: Path) -> None:
    found = run(put(tmp_path / "a.csv", [one(start="01.03.2021", end="01.03.2021")]))
    assert (found.imported.account.rows_taken, found.imported.account.rejected) == (1, {})


def test_rejected_rows_can_be_mended_and_imported(tmp_path: Path, edition: Edition) -> None:
    rows = list(csv.reader(io.StringIO(edition.rejects.decode("utf-8-sig")), delimiter=";"))
    assert not any(cell[:1] in {"=", "+", "-", "@"} for row in rows for cell in row)
    mended = [rows[0]]
    for row in rows[1:]:
        reason, cells = row[4], row[5:]
        # Only what the file says of the fault is used.
        if reason == "too_many_cells":
            cells = cells[:26]
        elif reason == "too_few_cells":
            cells = [*cells[:24], "", "PROJ"]
        elif reason == "no_funding_reference":
            cells[0] = f"01AB{row[1]}"
        elif reason == "unclosed_quote":
            cells[25] = "PROJ"
        elif reason == "unreadable_number":
            cells[22] = "1.234,56"
        else:
            cells[20] = "01.01.1998"
        mended.append([*row[:5], *cells])
    path = tmp_path / "mended.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream, delimiter=";").writerows(mended)
    again = run(path)
    assert again.imported.account.rejected == {}
    assert again.imported.account.rows_taken == len(rows) - 1
    assert edition.imported.account.rejected.total() == len(rows) - 1


def test_a_formula_stays_text_and_comes_back_as_it_was(tmp_path: Path) -> None:
    formula = '=HYPERLINK("https://example.org")'
    found = run(put(tmp_path / "a.csv", [one(theme=formula, amount="viel")]))
    rows = list(csv.reader(io.StringIO(found.rejects.decode("utf-8-sig")), delimiter=";"))
    assert f"'{formula}" in rows[1]
    text = found.rejects.decode("utf-8-sig").replace("viel", "5,00")
    (tmp_path / "b.csv").write_text(text, encoding="utf-8", newline="")
    assert formula in run(tmp_path / "b.csv").objects(f"{RDFS}label")


CHARACTERS = st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=["Cs", "Cc"])
TEXTS = st.text(CHARACTERS | st.sampled_from(";\"=\n\r\t'äß€"), max_size=20)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    rows=st.lists(
        st.tuples(TEXTS, TEXTS, st.integers(0, 10**12), st.dates(date(1900, 1, 1))),
        min_size=1,
        max_size=8,
    ),
    header=st.sampled_from(["older", "2026"]),
)
def test_whatever_the_cells_say_it_arrives(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[str, str, int, date]],
    header: str,
) -> None:
    cells = [
        one(
            reference=f"16AB{number:04d}",
            theme=theme,
            recipient=recipient,
            amount=catalogue.german(Decimal(cents) / 100),
            start=day.strftime("%d.%m.%Y").zfill(10),
            end="31.12.9999",
        )
        for number, (theme, recipient, cents, day) in enumerate(rows)
    ]
    path = tmp_path_factory.mktemp("random") / "a.csv"
    found = run(put(path, cells, header=header))
    assert found.imported.account.rows_taken == len(rows)
    assert found.imported.account.amount == Decimal(sum(cents for *_, cents, _ in rows)) / 100
    store = found.store()
    for number, (theme, _recipient, cents, day) in enumerate(rows):
        project = ox.NamedNode(f"{ID}project/16ab{number:04d}")
        said = {
            str(quad.predicate.value): quad.object.value
            for quad in store.quads_for_pattern(project, None, None)
            if isinstance(quad.object, ox.Literal)
        }
        expected = theme.strip().replace("\r\n", "\n") or f"16AB{number:04d}"
        assert said[f"{RDFS}label"] == expected
        assert said[f"{C4F}startDate"] == day.isoformat()
        award = ox.NamedNode(f"{ID}award/16ab{number:04d}")
        sums = list(store.quads_for_pattern(award, ox.NamedNode(f"{C4F}amountEUR"), None))
        assert len(sums) == bool(cents)


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["", "head"]))
def test_any_bytes_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, start: str
) -> None:
    path = tmp_path_factory.mktemp("bytes") / "a.csv"
    head = (";".join([*catalogue.OLDER, ""]) + "\r\n").encode("cp1252") if start else b""
    path.write_bytes(head + content)
    with contextlib.suppress(InputError):
        account = run(path).imported.account
        accounted = account.rows_taken + account.set_aside.total() + account.rejected.total()
        assert account.rows_read == accounted


def test_the_command_writes_what_it_says(made: tuple[Path, Made], tmp_path: Path) -> None:
    names = {name: tmp_path / name for name in ("a.nq", "rejects.csv", "summary.json")}
    done = c4f(
        *("import", "foerderkatalog", made[0], "--as-of", "2026-10-01", "-o", names["a.nq"]),
        *("--rejects", names["rejects.csv"], "--summary", names["summary.json"]),
    )
    assert (done.code, done.out) == (0, ""), done.err
    assert f"c4f: 1,000 rows read = {made[1].taken:,} taken + 6 set aside (" in done.err
    assert "duplicate 3, payment 1" in done.err
    text = names["summary.json"].read_text(encoding="utf-8")
    summary = json.loads(text, parse_float=Decimal)
    assert summary["rows_read"] == summary["rows_taken"] + sum(
        sum(summary[name].values()) for name in ("rows_set_aside", "rows_rejected")
    )
    assert summary["rows_rejected"] == {name: MANY[name] for name in catalogue.REJECTED}
    by_year = summary["amount_eur_by_ministry_and_year"]
    sums = {(name, year): euros for name in by_year for year, euros in by_year[name].items()}
    assert sums == made[1].amounts
    assert summary["amount_eur"] == sum(made[1].amounts.values())
    assert summary["files"][0]["encoding"] == "cp1252"
    found = run(made[0])
    assert names["a.nq"].read_bytes() == found.quads
    assert names["rejects.csv"].read_bytes() == found.rejects


def test_without_a_file_the_edition_goes_to_stdout(tmp_path: Path) -> None:
    path = put(tmp_path / "a.csv", [one()])
    done = c4f("import", "foerderkatalog", path, "--as-of", "2026-10-01")
    assert done.code == 0, done.err
    assert done.out.encode() == run(path).quads


def test_an_edition_is_loaded_and_asked(corpus: CorpusCopy, tmp_path: Path) -> None:
    rows = [
        one(reference="03ZU1105FB", theme="Neues Vorhaben", amount="1.000.000,50"),
        one(reference="03ZU1105FC", theme="=1+1", recipient="Zweite GmbH"),
        one(reference="16XY1"),
    ]
    path = put(tmp_path / "Suchliste.csv", rows, encoding="cp1252")
    done = c4f(
        *("import", "foerderkatalog", path, "--as-of", "2026-10-01", "--prefix", "03ZU", "--load"),
        *("--corpus", corpus.root, "--store", corpus.store),
    )
    assert (done.code, done.out) == (0, ""), done.err
    assert f"c4f: loaded {GRAPH}: " in done.err
    projects = corpus.answer("ask", "projects", "--param", "cluster=MCube", "--format", "csv")
    assert "03ZU1105FB,Neues Vorhaben," in projects
    assert "1000000.5" in projects
    assert "03ZU1105FC,'=1+1," in projects
    assert "foerderkatalog-2026-10-01" in corpus.answer("ask", "sources", "--format", "csv")
    assert "foerderkatalog-2026-10-01.nq" in corpus.answer("info")


def test_an_edition_conforms_together_with_the_corpus(edition: Edition, tmp_path: Path) -> None:
    path = tmp_path / "edition.nq"
    path.write_bytes(edition.quads)
    corpus = [
        *(ROOT / "data" / "registry").glob("*.ttl"),
        *(ROOT / "data" / "sources").glob("*.ttl"),
        *(ROOT / "ontology" / "vocab").glob("*.ttl"),
        ROOT / "ontology" / "c4f.ttl",
    ]
    shapes = sorted((ROOT / "ontology" / "shapes").glob("*.ttl"))
    found = validate_files([path, *corpus], shapes)
    assert [finding for finding in found.findings if finding.severity == "violation"] == []
