"""The pages, asked for by HTTP as a browser does, of the project's graph and of spoilt copies."""

from __future__ import annotations

import datetime
import re
import tomllib
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

import c4f_graph
from c4f_graph.engine import Rows
from c4f_graph.web import edition, editor, pages
from c4f_graph.web.language import language, wanted
from tests.c4f_server import c4f_server
from tests.corpus_copy import ROOT, named_like
from tests.process import c4f

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.corpus_copy import CorpusCopy

WEB = Path(pages.__file__).parent
FIXED = (
    *("/", "/cluster", "/actor", "/project", "/milestone", "/source", "/network", "/question"),
    *("/search", "/search?q=saxo", "/network?kind=university&state=saxony", "/not/there"),
    *("/cluster/saxocell", "/actor/tu-dresden", "/project/03zu1105fa", "/place/dresden"),
    *("/programme/clusters4future", "/milestone/round-1-call", "/concept/state/saxony"),
    *("/source/bmbf-slides-2023-09-11", "/question/clusters", "/question/funding-by-cluster"),
    *(
        "/docs",
        "/docs/a-source",
        "/docs/a-shape",
        "/docs/api",
        "/data",
        "/schema",
        "/schema/Cluster",
        "/schema/budgetEUR",
        "/concept/technology-field",
    ),
    *("/question/cluster-partners", "/question/cluster-partners?cluster=saxocell"),
    *("/question/cluster-partners?cluster=nobody", "/question/collaboration-network"),
    *("/editor", "/editor?question=cluster-partners"),
)
SCRIPT = "<script>alert(1)</script>"
VOID = {"meta", "link", "input", "br", "img"}


class Document(HTMLParser):
    """What the tests look at of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.scripts = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element that opens."""
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element that has no content."""
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """Check that an element closes the one that is open."""
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note text."""
        self.text += data
        if self.open and self.open[-1] == "script":
            self.scripts += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """Give the attributes of all elements of a name."""
        return [attributes for name, attributes in self.elements if name == tag]

    def links(self) -> list[str]:
        """Give where all links lead."""
        return [href for link in self.all("a") if (href := link.get("href"))]


def client_of(graph: c4f_graph.ProgrammeGraph) -> TestClient:
    app = Starlette(
        routes=[*editor.routes(), *pages.routes()], exception_handlers={404: pages.not_found}
    )
    app.state.graph = graph
    return TestClient(app)


@pytest.fixture(scope="module")
def client(graph: c4f_graph.ProgrammeGraph) -> Iterator[TestClient]:
    with client_of(graph) as client:
        yield client


@pytest.mark.parametrize("code", ["en", "de"])
@pytest.mark.parametrize("path", FIXED)
def test_a_page_can_be_read_by_everyone(client: TestClient, path: str, code: str) -> None:
    answer = client.get(path, headers={"Accept-Language": code})
    assert answer.status_code == {
        "/not/there": 404,
        "/question/cluster-partners?cluster=nobody": 400,
    }.get(path, 200)
    assert answer.headers["content-language"] == code
    assert answer.headers["vary"] == "Accept-Language"
    document = Document(answer.text)
    assert document.open == []
    assert document.all("html")[0]["lang"] == code
    # One heading of the first level, and none that leaves a level out.
    levels = [int(tag[1]) for tag, _ in document.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    ids = [name for _, attributes in document.elements if (name := attributes.get("id"))]
    assert len(ids) == len(set(ids))
    labelled = {label["for"] for label in document.all("label")}
    fields = [*document.all("input"), *document.all("select"), *document.all("textarea")]
    assert all(field["id"] in labelled for field in fields if field.get("type") != "hidden")
    by = "aria-labelledby"
    assert {attributes[by] for _, attributes in document.elements if by in attributes} <= set(ids)
    drawings = [svg for svg in document.all("svg") if svg.get("aria-hidden") != "true"]
    assert all(svg.get("aria-label") or svg.get("aria-labelledby") for svg in drawings)
    # The policy of the pages allows no scripts, styles or handlers in them.
    assert document.scripts == ""
    assert document.all("style") == []
    assert not [
        name
        for _, attributes in document.elements
        for name in attributes
        if name == "style" or name.startswith("on")
    ]


def test_no_link_is_dead(client: TestClient) -> None:
    links: dict[str, tuple[str, str]] = {}
    for path in FIXED:
        if "collaboration" not in path and path != "/not/there":
            for link in Document(client.get(path).text).links():
                target = urlsplit(link)
                is_data = target.path.startswith(("/sparql", "/api/", "/graphs", "/dataset"))
                if not target.scheme and not link.startswith("#") and not is_data:
                    links.setdefault(target.path, (link, path))
    assert len(links) > 600
    # Enough of them to see each kind of page, and all that stand on the overview.
    tried = [link for link, where in links.values() if where == "/"]
    tried += [links[path][0] for path in sorted(links)[::9]]
    assert [link for link in tried if client.get(link).status_code != 200] == []


def test_the_overview_is_light(client: TestClient) -> None:
    document = Document(client.get("/").text)
    needed = [*document.all("link"), *document.all("script"), *document.all("img")]
    size = len(client.get("/").content)
    for element in needed:
        answer = client.get(str(element.get("href") or element.get("src")))
        assert answer.status_code == 200
        size += len(answer.content)
    assert size < 300_000


def test_the_overview_shows_what_the_questions_answer(
    client: TestClient, graph: c4f_graph.ProgrammeGraph
) -> None:
    page = client.get("/").text
    answer = graph.ask("clusters")
    assert isinstance(answer, Rows)
    links = Document(page).links()
    for row in answer.rows:
        assert f"/cluster/{str(row[0]).rpartition('/')[2].rstrip('>')}" in links
    assert page.count('<circle cx="') > len(answer.rows)
    # The budget is disputed, and the newest source's is shown.
    assert "€630 million" in page
    assert "sources disagree" in page
    assert "Round 1: application" in page
    assert "137" in page
    overdue = graph.ask("overdue-milestones")
    assert isinstance(overdue, Rows)
    assert overdue.rows
    for row in overdue.rows:
        assert str(row[0]).removeprefix("<https://w3id.org/c4f/id").rstrip(">") in links
    assert 'class="overdue"' in page
    # A deadline that is over is not overdue, and not to come either.
    assert "closing date for competition sketches – 15 November 2019 – planned; the day" in page
    german = client.get("/?lang=de").text
    assert "630 Mio. €" in german
    assert "Runde 1: Bewerbung" in german
    assert "Sachsen" in german


def test_a_statement_leads_to_its_source_and_back(client: TestClient) -> None:
    cluster = client.get("/cluster/saxocell")
    source = "/source/uni-leipzig-saxocell-phase-2-2024-09-10"
    assert source in Document(cluster.text).links()
    page = client.get(source)
    assert "/cluster/saxocell" in Document(page.text).links()
    assert "10 September 2024" in page.text
    outside = [link for link in Document(page.text).links() if link.startswith("https://")]
    assert outside


def test_sources_that_disagree_are_shown_so(client: TestClient) -> None:
    page = client.get("/programme/clusters4future").text
    at = page.index("budget")
    row = page[at : page.index("</tbody>", at)]
    assert "Sources disagree" in row
    assert "€450,000,000" in row
    assert "€630,000,000" in row
    assert "Sources disagree" not in client.get("/place/dresden").text


@pytest.mark.parametrize("text", ["München", "munchen", "MUENCHEN", "muenchen"])
def test_search_forgives_umlauts(client: TestClient, text: str) -> None:
    links = Document(client.get("/search", params={"q": text}).text).links()
    assert "/place/munich" in links


def test_a_list_tells_more_than_names(client: TestClient) -> None:
    milestones = client.get("/milestone").text
    assert '<th scope="col">planned date</th>' in milestones
    assert "18 July 2022" in milestones
    # In the order of time; what has no date comes last.
    order = ("round-1-call", "round-2-call", "round-2-selection")
    places = [milestones.index(f'"/milestone/{slug}"') for slug in order]
    assert places == sorted(places)
    actors = client.get("/actor?lang=de").text
    row = actors[actors.index(">TU Dresden</a>") :].partition("</tr>")[0]
    assert "/concept/actor-kind/university" in row
    assert "/place/dresden" in row
    assert "/cluster/saxocell" in client.get("/project").text


def test_search_finds_what_is_meant_first(client: TestClient) -> None:
    hits = Document(client.get("/search", params={"q": "saxo", "part": "1"}).text).links()
    assert hits[0] == "/cluster/saxocell"
    assert "<html" not in client.get("/search?q=saxo&part=1").text
    # By a reference, and by a word of a description.
    assert "/project/03zu1105fa" in Document(client.get("/search?q=03ZU1105FA").text).links()
    assert "Nothing is called or described so." in client.get("/search?q=qqqqq").text
    assert "Write a part of a name" in client.get("/search?q=%20").text
    assert "0 results" in client.get("/search", params={"q": "---"}).text
    hits = Document(client.get("/search?q=saxo&lang=de&part=1").text).links()
    assert hits[0] == "/cluster/saxocell?lang=de"


def test_the_network_can_be_narrowed(client: TestClient) -> None:
    whole = client.get("/network").text
    links = Document(whole).links()
    assert {"/actor/tu-dresden", "/actor/tu-darmstadt", "/cluster/etos"} <= set(links)
    some = client.get("/network?kind=university&state=saxony").text
    links = Document(some).links()
    assert "/actor/tu-dresden" in links
    assert "/actor/tu-darmstadt" not in links
    assert '<option value="saxony" selected>' in some
    assert "Nobody of that kind" in client.get("/network?kind=sme&state=nowhere").text


def test_a_question_is_asked_with_a_form(client: TestClient) -> None:
    form = client.get("/question/cluster-partners")
    assert '<option value="saxocell">SaxoCell</option>' in form.text
    assert 'id="answer"' not in form.text
    answer = client.get("/question/cluster-partners?cluster=saxocell")
    links = Document(answer.text).links()
    assert "/actor/fraunhofer-izi" in links
    assert "/question/cluster-partners?cluster=saxocell" in links
    assert "/question/cluster-partners/answer.csv?cluster=saxocell" in links
    assert "SELECT" in answer.text
    near = client.get("/question/milestone-chain?milestone=saxocell-phase-2-strat")
    assert near.status_code == 400
    assert "Did you mean" in near.text
    wrong = client.get("/question/clusters?colour=red")
    assert wrong.status_code == 400
    assert "has no parameter &#34;colour&#34;" in wrong.text
    assert "c4f questions" not in wrong.text
    assert client.get("/question/milestones?from=soon").status_code == 400


def test_a_question_without_an_answer_says_so(client: TestClient) -> None:
    page = client.get("/question/milestones?from=1900&to=1901").text
    assert "No rows." in page
    assert "No dated milestone lies within this time" in page


@pytest.mark.parametrize("name", ["csv", "tsv", "json", "ttl", "jsonld", "md", "html", "parquet"])
def test_a_download_is_what_the_command_writes(
    client: TestClient, name: str, tmp_path: Path
) -> None:
    answer = client.get(f"/question/cluster-partners/answer.{name}?cluster=saxocell")
    assert answer.status_code == 200
    given = f'attachment; filename="cluster-partners.{name}"'
    assert answer.headers["content-disposition"] == given
    file = tmp_path / "answer"
    command = ("ask", "cluster-partners", "-p", "cluster=saxocell", "--format", name)
    assert c4f(*command, "-o", str(file)).code == 0
    assert answer.content == file.read_bytes()


def test_a_download_that_cannot_be_had(client: TestClient) -> None:
    assert client.get("/question/clusters/answer.exe").status_code == 404
    assert client.get("/question/nothing/answer.csv").status_code == 404
    missing = client.get("/question/cluster-partners/answer.csv")
    assert missing.status_code == 400
    assert "needs the parameter" in missing.text
    assert "--param" not in missing.text


@pytest.mark.parametrize(
    ("path", "near"),
    [
        ("/cluster/saxocel", "/cluster/saxocell"),
        ("/actor/tu-dresdn", "/actor/tu-dresden"),
        ("/source/bmbf-slides-2023-09", "/source/bmbf-slides-2023-09-11"),
        ("/clusters/saxocell", "/cluster/saxocell"),
    ],
)
def test_what_is_not_there_has_neighbours(client: TestClient, path: str, near: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert near in Document(answer.text).links()


def test_a_page_that_takes_too_long_says_so(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edition, "TIMEOUT", 0.0)
    answer = client.get("/network?kind=company")
    assert answer.status_code == 503
    assert "no answer" in answer.text
    monkeypatch.undo()
    assert client.get("/network?kind=company").status_code == 200


def test_there_are_pages_of_a_graph_that_knows_little(graph: c4f_graph.ProgrammeGraph) -> None:
    with client_of(graph.as_of(datetime.date(2019, 8, 20))) as client:
        for path in ("/", "/network", "/cluster", "/question/clusters", "/search?q=saxo"):
            assert client.get(path).status_code == 200, path


def test_no_path_leads_out(client: TestClient) -> None:
    for path in ("/static/../pages.py", "/static/%2e%2e/pages.py", "/static//etc/passwd"):
        assert client.get(path).status_code == 404
    for path in ("/source/%2e%2e%2f%2e%2e", "/cluster/%3Cx%3E%20%22", "/concept/%00"):
        assert client.get(path).status_code == 404


def test_names_in_the_data_are_no_markup(corpus: CorpusCopy) -> None:
    corpus.add_source("test-script-2023-09-11", named_like(SCRIPT))
    graph = c4f_graph.open(corpus.store, corpus.root)
    with client_of(graph) as client:
        for path in (
            *("/", "/cluster/saxocell", "/event/test-script", "/milestone/test-script"),
            *("/milestone", "/source/test-script-2023-09-11", "/search?q=script"),
            *("/question/timeline", "/milestone/test-scrip", f"/search?q={SCRIPT}"),
            *(f"/{SCRIPT}", f"/question/cluster-partners?cluster={SCRIPT}"),
        ):
            for code in ("en", "de"):
                text = client.get(path, headers={"Accept-Language": code}).text
                assert "<script>" not in text, path
                assert Document(text).scripts == ""
        assert "&lt;script&gt;" in client.get("/event/test-script").text


def test_a_new_edition_is_shown_at_once(
    graph: c4f_graph.ProgrammeGraph, corpus: CorpusCopy
) -> None:
    corpus.replace("data/registry/clusters.ttl", '"SaxoCell"@en', '"Saxony of Cells"@en')
    with client_of(graph) as client:
        assert "Saxony of Cells" not in client.get("/cluster/saxocell").text
        client.app.state.graph = c4f_graph.open(corpus.store, corpus.root)  # type: ignore[attr-defined]
        assert "Saxony of Cells" in client.get("/cluster/saxocell").text


def test_the_server_shows_the_pages(store: Path) -> None:
    with c4f_server(store, ROOT) as server:
        page = server.ask("/", accept="text/html", accept_language="de")
        assert (page.status, page.headers["content-language"]) == (200, "de")
        assert "630 Mio. €" in page.text
        assert "script-src 'self'" in page.headers["content-security-policy"]
        tag = page.headers["etag"]
        again = server.ask("/", accept="text/html", accept_language="de", if_none_match=tag)
        assert (again.status, again.body) == (304, b"")
        assert server.ask("/", accept_language="en", if_none_match=tag).status == 200
        assert server.ask("/static/c4f.css").headers["content-type"].startswith("text/css")
        browser = "text/html,application/xhtml+xml,*/*;q=0.8"
        for iri, address in (
            ("/id/cluster/saxocell", "/cluster/saxocell"),
            ("/graph/bmbf-slides-2023-09-11", "/source/bmbf-slides-2023-09-11"),
            ("/vocab/state/saxony", "/concept/state/saxony"),
        ):
            led = server.ask(iri, accept=browser)
            assert (led.status, led.headers["location"]) == (303, address)
            assert server.ask(address, accept=browser).status == 200
        for path in ("/cluster/saxocel", "/id/cluster/saxocel", "/clusters/saxocell"):
            missing = server.ask(path, accept=browser)
            assert missing.status == 404
            assert "/cluster/saxocell" in Document(missing.text).links()
        assert server.ask("/cluster/saxocell", method="POST").status == 405


@pytest.mark.parametrize(
    ("chosen", "accepted", "code"),
    [
        (None, "", "en"),
        (None, "de", "de"),
        (None, "de-AT,en;q=0.5", "de"),
        (None, "fr, en;q=0.3, de;q=0.8", "de"),
        (None, "fr", "en"),
        (None, "*;q=0.1, de;q=0", "en"),
        (None, "de;q=x, nonsense;;;", "en"),
        ("de", "en", "de"),
        ("en", "de", "en"),
        ("xx", "de", "de"),
    ],
)
def test_the_language_is_the_readers(chosen: str | None, accepted: str, code: str) -> None:
    assert wanted(chosen, accepted).code == code


def test_a_chosen_language_stays(client: TestClient) -> None:
    links = Document(client.get("/cluster/saxocell?lang=de").text).links()
    ours = [link for link in links if link.startswith("/") and "lang=en" not in link]
    assert all("lang=de" in link for link in ours)
    assert "/cluster/saxocell?lang=en" in links
    links = Document(client.get("/network?kind=sme").text).links()
    assert "/network?kind=sme&lang=de" in links


def test_both_languages_have_the_same_texts(graph: c4f_graph.ProgrammeGraph) -> None:
    def keys(texts: dict[str, object], before: str = "") -> set[str]:
        found = set()
        for key, value in texts.items():
            nested = isinstance(value, dict)
            found |= keys(value, f"{before}{key}.") if nested else {before + key}  # type: ignore[arg-type]
        return found

    english, german = (
        tomllib.loads((WEB / "texts" / f"{code}.toml").read_text()) for code in ("en", "de")
    )
    assert set(german["questions"].pop("summaries")) == {item.id for item in graph.questions()}
    del english["questions"]["summaries"]
    assert keys(english) == keys(german)


def test_numbers_and_dates_are_written_as_in_the_language() -> None:
    english, german = language("en"), language("de")
    assert english.number("1234567.50") == "1,234,567.5"
    assert german.number("1234567.50") == "1.234.567,5"
    assert (english.euros(15000000), german.euros(15000000)) == ("€15,000,000", "15.000.000 €")
    assert (english.date("2022-07-18"), german.date("2022-07-18")) == (
        "18 July 2022",
        "18. Juli 2022",
    )
    assert (english.date("2022-07"), english.date("2022"), english.date("soon")) == (
        "July 2022",
        "2022",
        "soon",
    )
    assert (english.duration("P9Y"), german.duration("P1Y")) == ("9 years", "1 Jahr")


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_colours_have_contrast() -> None:
    """4.5 to 1 for text, by WCAG 2.2, success criterion 1.4.3."""
    sheet = (WEB / "static" / "c4f.css").read_text(encoding="utf-8")
    both = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\);", sheet)
    for theme in (1, 2):
        colour = {colours[0]: colours[theme] for colours in both}
        pairs = [
            (text, ground)
            for text in ("text", "light", "link", "warn")
            for ground in ("ground", "raised", "warn-ground")
        ]
        pairs += [("ground", "accent"), *(("map-text", f"land-{number}") for number in range(4))]
        for one, other in pairs:
            lighter, darker = sorted(
                (luminance(colour[one]), luminance(colour[other])), reverse=True
            )
            assert (lighter + 0.05) / (darker + 0.05) >= 4.5, (one, other)


def test_a_chart_names_columns_that_are_there(corpus: CorpusCopy) -> None:
    corpus.replace("queries/questions/funding-by-year.rq", "value: awarded_eur", "value: paid_eur")
    done = corpus.run("questions")
    assert done.code == 2
    assert "the chart's paid_eur, which is no column" in done.err
