"""`c4f site`: the pages as files, with whole links, the data, and nothing half written."""

from __future__ import annotations

import csv
import json
import os
import subprocess
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit
from xml.etree import ElementTree as ET

import pyoxigraph as ox
import pytest
from playwright.sync_api import expect, sync_playwright

from c4f_graph.entities import fold
from c4f_graph.web.site.contents import site_pages
from c4f_graph.web.site.links import SiteLinks, file_of
from tests.corpus_copy import METADATA, PREFIXES, CorpusCopy, content
from tests.process import COMMAND
from tests.test_browser import CHROMIUM
from tests.test_dcat import validated
from tests.test_pages import SCRIPT, Document

if TYPE_CHECKING:
    from pathlib import Path

PERSON = "Mustermensch"
DAY = "1764000000"  # 2025-11-24
ADDRESS = "https://example.org/c4f/"


@dataclass(frozen=True)
class Site:
    """A site that was written, and of what."""

    root: Path
    corpus: CorpusCopy
    told: str

    def page(self, name: str) -> Document:
        """Read a page."""
        return Document((self.root / name).read_text(encoding="utf-8"))


def written(corpus: CorpusCopy, *arguments: str | Path, seed: str = "0") -> str:
    """Write a site by the command, and give what it tells."""
    environment = {**os.environ, "PYTHONHASHSEED": seed, "SOURCE_DATE_EPOCH": DAY}
    done = subprocess.run(
        [*COMMAND, *corpus.arguments("site"), *arguments],
        capture_output=True,
        env=environment,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, b""), done.stderr.decode()
    return done.stderr.decode()


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory: pytest.TempPathFactory, built_copy: CorpusCopy) -> CorpusCopy:
    copy = built_copy.again(tmp_path_factory.mktemp("spoilt"))
    copy.add_source(
        "test-script-2023-09-11",
        f"""<id/event/test-script> a c4f:Event ;
    rdfs:label "{SCRIPT}"@en , "{SCRIPT}"@de ;
    c4f:subject <id/cluster/saxocell> ;
    c4f:eventKind <vocab/event-kind/opening> ;
    c4f:date "2023-09-11"^^xsd:date .""",
    )
    copy.add(
        "data/private/contact.ttl",
        PREFIXES
        + METADATA.format(slug="private-contact")
        + f"""
<id/event/private-visit-2023-01-01> a c4f:Event ;
    rdfs:label "A visit of Erika {PERSON}"@en ;
    c4f:subject <id/cluster/saxocell> ;
    c4f:eventKind <vocab/event-kind/visit> ;
    c4f:date "2023-01-01"^^xsd:date .
""",
    )
    assert copy.run("build").code == 0
    return copy


@pytest.fixture(scope="module")
def site(spoilt: CorpusCopy, tmp_path_factory: pytest.TempPathFactory) -> Site:
    root = tmp_path_factory.mktemp("site") / "public"
    return Site(root, spoilt, written(spoilt, "-o", root, "--url", ADDRESS.rstrip("/")))


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the command write only the first pages, which takes no time."""
    every = site_pages
    monkeypatch.setattr("c4f_graph.web.site.site_pages", lambda *given: islice(every(*given), 3))


def test_it_tells_how_far_it_is(site: Site) -> None:
    files = len(content(site.root)) - 1
    assert "c4f: 1,000 pages are written\n" in site.told
    assert f"c4f: wrote {files + 1:,} files to {site.root}\n" in site.told
    assert "--url" not in site.told


def test_each_link_is_relative_and_leads_to_a_file(site: Site) -> None:
    count = 0
    known: dict[Path, Document] = {}
    for file in sorted(site.root.rglob("*.html")):
        if file.name == "404.html":
            continue
        known[file] = page = Document(file.read_text(encoding="utf-8"))
        for tag, attributes in page.elements:
            for name in ("href", "src", "action", "data-index"):
                target = urlsplit(attributes.get(name) or "")
                if target.scheme or not target.path:
                    assert target.scheme in {"", "http", "https"}, (file, tag)
                    continue
                count += 1
                assert not target.netloc, (file, target)
                assert not target.path.startswith("/"), (file, target)
                assert (file.parent / unquote(target.path)).is_file(), (file, target)
    assert count > 20_000
    # No page needs what is elsewhere.
    for page in known.values():
        for tag in ("link", "script", "img"):
            for element in page.all(tag):
                assert "://" not in str(element.get("href") or element.get("src"))


def test_the_pages_are_those_of_the_server(site: Site) -> None:
    page = site.page("cluster/saxocell.html")
    assert page.all("html")[0]["lang"] == "en"
    assert "../source/bmbf-slides-2023-09-11.html" in page.links()
    german = site.page("de/cluster/saxocell.html")
    assert german.all("html")[0]["lang"] == "de"
    assert "Was die Quellen sagen" in german.text
    assert "../../cluster/saxocell.html" in german.links()
    assert "../../de/source/bmbf-slides-2023-09-11.html" in german.links()
    assert "../de/cluster/saxocell.html" in page.links()
    assert "../schema/Cluster.html" in page.links()
    # What only a server can do is not offered.
    for name in ("index.html", "network.html", "question/cluster-partners.html", "data.html"):
        links = site.page(name).links()
        assert not [link for link in links if "editor" in link or "sparql" in link]
    assert [
        form for form in site.page("network.html").all("form") if "search" not in str(form)
    ] == []


def test_a_question_has_the_answers_for_all_that_can_be_chosen(site: Site) -> None:
    chosen = site.page("question/cluster-partners.html")
    assert "../question/cluster-partners/saxocell.html" in chosen.links()
    assert "answers for what can be chosen here" in chosen.text
    answered = site.page("question/cluster-partners/saxocell.html")
    assert "../../actor/fraunhofer-izi.html" in answered.links()
    assert "../../question/cluster-partners/saxocell/answer.csv" in answered.links()
    asked = ("ask", "cluster-partners", "-p", "cluster=saxocell", "--format")
    for form in ("csv", "json"):
        file = site.root / "question" / "cluster-partners" / "saxocell" / f"answer.{form}"
        assert file.read_bytes() == site.corpus.answer(*asked, form).encode()
    table = (site.root / "question/clusters/answer.csv").read_text(encoding="utf-8")
    assert len(list(csv.reader(table.splitlines()))) > 10
    # Of a day that is given, not of the day of the test.
    overdue = (site.root / "question/overdue-milestones/answer.csv").read_bytes()
    asked = ("ask", "overdue-milestones", "--format", "csv", "-p")
    assert overdue == site.corpus.answer(*asked, "on=2025-11-24").encode()
    assert overdue != site.corpus.answer(*asked, "on=2030-11-24").encode()


@pytest.mark.parametrize("form", ["ttl", "jsonld", "nq"])
def test_the_data_are_what_the_command_exports(site: Site, form: str) -> None:
    exported = site.corpus.answer("export", "--format", form)
    assert (site.root / "data" / f"c4f.{form}").read_text(encoding="utf-8") == exported


def test_nothing_personal_and_no_markup_of_the_data(site: Site) -> None:
    for name, body in content(site.root).items():
        assert PERSON.encode() not in body, name
        if name.endswith(".html"):
            assert SCRIPT.encode() not in body, name
    assert Document((site.root / "event/test-script.html").read_text()).scripts == ""


@pytest.mark.parametrize("code", ["en", "de"])
def test_the_index_finds_what_the_server_finds(site: Site, code: str) -> None:
    text = (site.root / "static" / f"search-{code}.js").read_text(encoding="utf-8")
    index = json.loads(text.partition("window.c4fIndex = ")[2].rstrip().rstrip(";"))
    by_name = {entry[0]: entry for entry in reversed(index)}
    assert len(index) > 500
    name, _, _, way, names, words, _ = by_name["SaxoCell"]
    assert name == "SaxoCell"
    assert (site.root / way).is_file()
    assert (way == "cluster/saxocell.html") == (code == "en")
    assert fold("SaxoCell") in names.split("|")
    assert "saxocell" in words.split()
    # Of what fits as well, clusters come first.
    assert index[0][3].removeprefix("de/").startswith("cluster/")


@pytest.mark.usefixtures("few")
def test_without_an_address_the_catalogue_conforms_wherever_it_lies(
    site: Site, tmp_path: Path
) -> None:
    place = tmp_path / "public"
    done = site.corpus.run("site", "-o", place)
    assert "without --url there is no sitemap" in done.err
    assert not (place / "sitemap.xml").exists()
    assert "Sitemap" not in (place / "robots.txt").read_text()
    assert "cluster.html" in Document((place / "404.html").read_text()).links()
    read = []
    for form, kind in (("ttl", ox.RdfFormat.TURTLE), ("jsonld", ox.RdfFormat.JSON_LD)):
        body = (place / f"catalogue.{form}").read_bytes()
        assert b"invalid" not in body
        base = f"https://anywhere.example/here/catalogue.{form}"
        read.append({quad.triple for quad in ox.parse(body, kind, base_iri=base)})
    assert read[0] == read[1]
    file = tmp_path / "entry.nt"
    ox.serialize(read[0], str(file), format=ox.RdfFormat.N_TRIPLES)
    assert validated(file) == (0, "conforms: nothing found\n")
    dump = "<https://anywhere.example/here/data/c4f.ttl>"
    assert f"downloadURL> {dump} ." in file.read_text()


def test_the_same_graph_gives_the_same_bytes(site: Site, tmp_path: Path) -> None:
    written(site.corpus, "-o", tmp_path / "again", "--url", ADDRESS, seed="1")
    first, second = content(site.root), content(tmp_path / "again")
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []
    assert set(first) == {".c4f-site", *first[".c4f-site"].decode().splitlines()}


def test_an_address_gives_a_sitemap_and_a_404_page_for_any_depth(site: Site) -> None:
    listed = ET.fromstring((site.root / "sitemap.xml").read_bytes())  # noqa: S314 (it is ours)
    addresses = [element.text or "" for element in listed.iter() if element.tag.endswith("loc")]
    pages = {path.relative_to(site.root).as_posix() for path in site.root.rglob("*.html")}
    named = {unquote(address.removeprefix(ADDRESS)) for address in addresses}
    assert named == pages - {"404.html", "de/404.html"}
    assert f"Sitemap: {ADDRESS}sitemap.xml" in (site.root / "robots.txt").read_text()
    lost = site.page("404.html").links()
    assert "/c4f/cluster.html" in lost
    assert all(link.startswith("/c4f/") for link in lost if link != "#content")
    assert f"<{ADDRESS}data/c4f.ttl>" in (site.root / "catalogue.ttl").read_text()


@pytest.mark.usefixtures("few")
def test_a_former_site_makes_room(site: Site, tmp_path: Path) -> None:
    place = tmp_path / "public"
    place.mkdir()
    assert site.corpus.run("site", "-o", place).code == 0
    whole = content(place)
    (place / "index.html").write_text("old")
    assert site.corpus.run("site", "-o", place).code == 0
    assert content(place) == whole
    assert [path.name for path in tmp_path.iterdir()] == ["public"]


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda place: place.write_text("mine"), "is no folder"),
        (
            lambda place: (place.mkdir(), (place / "mine.txt").write_text("mine")),
            "holds no site of `c4f site`: mine.txt would be lost",
        ),
        (
            lambda place: (
                place.mkdir(),
                (place / ".c4f-site").write_text("index.html\n"),
                (place / "CNAME").write_text("example.org"),
            ),
            "holds a site, and more: CNAME would be lost",
        ),
    ],
)
def test_what_is_no_site_is_left_alone(site: Site, tmp_path: Path, make: object, said: str) -> None:
    place = tmp_path / "place"
    make(place)  # type: ignore[operator]
    before = place.read_bytes() if place.is_file() else content(place)
    done = site.corpus.run("site", "-o", place)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert (place.read_bytes() if place.is_file() else content(place)) == before
    assert [path.name for path in tmp_path.iterdir()] == ["place"]


def test_a_site_that_fails_leaves_the_former(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "place"
    place.mkdir()
    (place / ".c4f-site").write_text("index.html\n")
    (place / "index.html").write_text("former")
    monkeypatch.setattr("c4f_graph.web.edition.TIMEOUT", 0.0)
    done = site.corpus.run("site", "-o", place)
    assert done.code == 2
    assert "no answer within" in done.err
    assert (place / "index.html").read_text() == "former"
    assert [path.name for path in tmp_path.iterdir()] == ["place"]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("example.org", "is no address of a site"),
        ("ftp://example.org/", "is no address of a site"),
        ('https://example.org/"><script>', "is no address of a site"),
        ("https://example.org/?a=b", "is no address of a folder"),
    ],
)
def test_an_address_that_is_none(site: Site, tmp_path: Path, url: str, said: str) -> None:
    done = site.corpus.run("site", "-o", tmp_path / "place", "--url", url)
    assert done.code == 2
    assert said in done.err
    assert not (tmp_path / "place").exists()


def test_a_day_that_is_none(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "soon")
    done = site.corpus.run("site", "-o", tmp_path / "place")
    assert done.code == 2
    assert 'SOURCE_DATE_EPOCH is "soon", which is no number of seconds.' in done.err


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
def test_a_browser_finds_things_in_a_folder(site: Site) -> None:
    """No server runs: the index is read, and a hit followed, from the disk."""
    start = site.root.as_uri()
    with sync_playwright() as playwright:
        page = playwright.chromium.launch(executable_path=CHROMIUM).new_page(locale="en-GB")
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(f"{start}/cluster/etos.html")
        page.get_by_role("searchbox").press_sequentially("saxo")
        page.locator("#hits").get_by_role("link", name="SaxoCell", exact=True).first.click()
        expect(page).to_have_url(f"{start}/cluster/saxocell.html")
        # Umlauts are forgiven as the server forgives them; the field leads to a page of its own.
        page.goto(f"{start}/de/index.html")
        page.get_by_role("searchbox").fill("MUENCHEN")
        page.get_by_role("searchbox").press("Enter")
        page.locator("#found").get_by_role("link", name="München", exact=True).first.click()
        expect(page).to_have_url(f"{start}/de/place/munich.html")
        page.goto(f"{start}/search.html?q={quote(SCRIPT)}")
        expect(page.locator("#found")).to_contain_text(SCRIPT)
        assert faults == []


def test_file_names_that_any_system_takes() -> None:
    assert file_of("/", "en") == "index.html"
    assert file_of("/cluster/saxocell", "de") == "de/cluster/saxocell.html"
    assert file_of("/cluster/../../etc/passwd", "en") == "cluster/%2E%2E/%2E%2E/etc/passwd.html"
    assert file_of("/cluster/a b:ü", "en") == "cluster/a%20b%3A%C3%BC.html"
    assert file_of("/cluster//x", "en") == "cluster/_/x.html"
    long = file_of(f"/cluster/{'x' * 400}", "en")
    assert len(long) < 200
    assert long != file_of(f"/cluster/{'x' * 401}", "en")
    links = SiteLinks("/cluster/x", "en", {})
    assert links.to("/cluster/a b") == "../cluster/a%2520b.html"
