"""What a person does with the pages, done in Chromium: with scripts, without, and on a phone.

The system's Chromium is led by Playwright, which downloads none of its own. Whatever would leave
this machine is refused, and fails the test.
"""

from __future__ import annotations

import contextlib
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect, sync_playwright

from tests.c4f_server import C4fServer, c4f_server
from tests.corpus_copy import named_like

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Request, Response, Route

    from tests.corpus_copy import CorpusCopy

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="Chromium is not installed; on Debian: apt-get install chromium"
)
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>"
KINDS_OF_PAGE = (
    *("/", "/cluster", "/actor", "/project", "/milestone", "/source", "/network", "/question"),
    *("/search?q=saxo", "/not/there", "/cluster/saxocell", "/programme/clusters4future"),
    *("/source/bmbf-slides-2023-09-11", "/concept/state/saxony", "/schema", "/editor"),
    *("/schema/Cluster", "/data", "/docs", "/docs/a-source", "/docs/api"),
    *("/question/cluster-partners?cluster=saxocell", "/question/funding-by-cluster"),
    *("/question/cluster-partners?cluster=nobody", "/editor?query=SELECT+*+%7B"),
    "/editor?query=SELECT+*+%7B+%3Fs+a+%3Fclass+%7D+LIMIT+3",
)
PHONE = {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def served(built_copy: CorpusCopy, tmp_path_factory: pytest.TempPathFactory) -> CorpusCopy:
    """Give a corpus in which something is called like a script."""
    copy = built_copy.again(tmp_path_factory.mktemp("served"))
    copy.add_source("test-script-2023-09-11", named_like(SCRIPT))
    assert copy.run("build").code == 0
    return copy


@pytest.fixture(scope="module")
def server(served: CorpusCopy) -> Iterator[C4fServer]:
    with c4f_server(served.store, served.root) as server:
        yield server


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        yield browser
        browser.close()


@contextlib.contextmanager
def visitor(browser: Browser, server: C4fServer, **settings: Any) -> Iterator[Page]:
    """Open a window; at its end, nothing was asked of another machine, and no script failed."""
    outside: list[str] = []
    faults: list[str] = []

    def let_through(route: Route, request: Request) -> None:
        if urlsplit(request.url).netloc == f"127.0.0.1:{server.port}":
            route.continue_()
        else:
            outside.append(request.url)
            route.abort()

    context = browser.new_context(base_url=f"http://127.0.0.1:{server.port}", **settings)
    try:
        context.route("**/*", let_through)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("dialog", lambda dialog: faults.append(dialog.message))
        page.on(
            "console",
            lambda said: (
                faults.append(said.text)
                if said.type in {"error", "warning"} and "a status of 40" not in said.text
                else None
            ),
        )
        yield page
    finally:
        context.close()
    assert outside == []
    assert faults == []


@pytest.fixture
def page(browser: Browser, server: C4fServer) -> Iterator[Page]:
    with visitor(browser, server, locale="en-GB") as page:
        yield page


def test_from_a_name_to_its_source(page: Page) -> None:
    page.goto("/")
    page.get_by_role("searchbox").press_sequentially("saxo")
    page.locator("#hits").get_by_role("link", name="SaxoCell", exact=True).first.click()
    expect(page).to_have_url("/cluster/saxocell")
    expect(page.get_by_role("heading", level=1)).to_have_text("SaxoCell")
    seat = page.locator(".statements tbody", has_text="Seat")
    link = seat.locator(".sources a").first
    publisher = link.inner_text()
    link.click()
    expect(page).to_have_url(re.compile("/source/"))
    expect(page.locator(".kind")).to_have_text(publisher)
    expect(page.get_by_role("link", name="Read the document")).to_be_visible()
    expect(page.get_by_role("link", name="SaxoCell", exact=True).first).to_be_visible()


def test_a_question_with_a_parameter_and_its_download(
    page: Page, served: CorpusCopy, tmp_path: Path
) -> None:
    page.goto("/")
    page.get_by_role("link", name="Questions", exact=True).click()
    page.get_by_role("link", name="Who takes part in a cluster").click()
    page.get_by_label("The cluster").select_option("SaxoCell")
    page.get_by_role("button", name="Ask").click()
    expect(page.get_by_text(re.compile(r"^\d+ rows"))).to_be_visible()
    expect(page.get_by_role("link", name="Fraunhofer IZI")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="csv", exact=True).click()
    assert download.value.suggested_filename == "cluster-partners.csv"
    file = tmp_path / "partners.csv"
    command = ("cluster-partners", "-p", "cluster=saxocell", "--format", "csv", "-o", file)
    assert served.run("ask", *command).code == 0
    assert Path(download.value.path()).read_bytes() == file.read_bytes()
    # The link to the answer shows the same to whom it is sent.
    shared = page.get_by_role("link", name="Link to this answer").get_attribute("href")
    page.goto(str(shared))
    expect(page.get_by_text(re.compile(r"^\d+ rows"))).to_be_visible()


def test_a_query_is_written_with_help(page: Page) -> None:
    page.goto("/editor")
    editor = page.locator(".CodeMirror")
    editor.click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("SELECT ?b WHERE {\n?p c4f:budg")
    # A prefix that is not there yet is written by itself, a term is found by what it is called.
    hint = page.locator(".CodeMirror-hint", has_text="c4f:budgetEUR")
    expect(hint).to_have_text("c4f:budgetEUR  budget (EUR)")
    page.keyboard.press("Enter")
    page.keyboard.type(" ?b ")
    page.keyboard.press("Control+Enter")
    problem = page.get_by_role("alert")
    expect(problem).to_contain_text("The query cannot be answered")
    expect(problem).to_contain_text("line 3")
    expect(page.locator(".wrong-line")).to_have_count(1)
    # The cursor is where the fault is: what is missing can be written at once.
    page.keyboard.type("}")
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_role("cell", name="630,000,000")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="csv", exact=True).click()
    assert Path(download.value.path()).read_text().startswith("b\n")
    page.get_by_text("Saved questions as examples").click()
    page.get_by_role("link", name="Money granted to each cluster").click()
    expect(page.locator(".CodeMirror-code")).to_contain_text("ceiling")
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_role("cell", name="curATime")).to_be_visible()


def test_language_and_theme_are_chosen(page: Page) -> None:
    page.goto("/cluster/saxocell")
    page.get_by_role("link", name="Deutsch", exact=True).click()
    expect(page.get_by_role("heading", name="Was die Quellen sagen")).to_be_visible()
    page.get_by_role("link", name="Überblick").click()
    expect(page.get_by_text("630 Mio. €")).to_be_visible()
    expect(page.locator("body")).to_have_css("background-color", "rgb(251, 250, 248)")
    page.get_by_role("button", name="Dunkel").click()
    expect(page.locator("body")).to_have_css("background-color", "rgb(21, 24, 28)")
    page.get_by_role("link", name="Akteure", exact=True).click()
    expect(page.locator("body")).to_have_css("background-color", "rgb(21, 24, 28)")
    page.get_by_role("button", name="Hell").click()
    expect(page.locator("body")).to_have_css("background-color", "rgb(251, 250, 248)")


def test_the_network_is_moved_about_in(page: Page) -> None:
    page.goto("/network")
    picture = page.locator("svg.network")
    whole = picture.get_attribute("viewBox")
    page.get_by_role("button", name="Larger").click()
    larger = picture.get_attribute("viewBox")
    assert larger != whole
    box = picture.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + 60
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 80, y + 60, steps=4)
    page.mouse.up()
    assert picture.get_attribute("viewBox") != larger
    page.get_by_role("button", name="Whole picture").click()
    assert picture.get_attribute("viewBox") == whole
    page.get_by_label("Land").select_option("Saxony")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("row").filter(has_text="TU Dresden")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="TU Darmstadt")).to_have_count(0)


def test_names_that_look_like_scripts_do_nothing(page: Page) -> None:
    page.goto("/")
    page.get_by_role("searchbox").press_sequentially("<script")
    hit = page.locator("#hits").get_by_role("link", name=SCRIPT).first
    expect(hit).to_be_visible()
    hit.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(SCRIPT)
    for path in ("/cluster/saxocell", "/milestone", "/question/timeline", f"/search?q={SCRIPT}"):
        page.goto(path)
        expect(page.get_by_text(SCRIPT).first).to_be_attached()
    page.goto(f"/editor?query=SELECT ('{SCRIPT}' AS ?x) WHERE {{}}")
    expect(page.get_by_role("cell", name=SCRIPT)).to_be_visible()
    page.goto(f"/editor?query={SCRIPT}</textarea>{SCRIPT}")
    expect(page.locator(".CodeMirror-code")).to_contain_text("</textarea>")


def test_all_of_it_works_without_scripts(browser: Browser, server: C4fServer) -> None:
    with visitor(browser, server, java_script_enabled=False, locale="en-GB") as page:
        page.goto("/")
        expect(page.get_by_role("button", name="Dark")).to_be_hidden()
        page.get_by_role("searchbox").fill("saxo")
        page.get_by_role("button", name="Search").click()
        page.locator(".results").get_by_role("link", name="SaxoCell", exact=True).first.click()
        page.get_by_role("link", name="SPARQL").click()
        page.get_by_label("Query").fill("SELECT (1 AS ?one) WHERE {")
        page.get_by_role("button", name="Run").click()
        expect(page.get_by_role("alert")).to_contain_text("line 1")
        page.get_by_label("Query").fill("SELECT (1 AS ?one) WHERE {}")
        page.get_by_role("button", name="Run").click()
        expect(page.get_by_role("cell", name="1")).to_be_visible()


def test_a_phone_is_wide_enough(browser: Browser, server: C4fServer) -> None:
    with visitor(browser, server, viewport=PHONE, has_touch=True, locale="de-DE") as page:
        wide = []
        for path in KINDS_OF_PAGE:
            answer = page.goto(path)
            assert answer
            assert (answer.status == 404) == (path == "/not/there"), path
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                wide.append(path)
        assert wide == []
        page.goto("/")
        page.get_by_role("searchbox").press_sequentially("saxo")
        page.locator("#hits").get_by_role("link", name="SaxoCell", exact=True).first.tap()
        expect(page).to_have_url("/cluster/saxocell")


@pytest.mark.parametrize(("locale", "scheme"), [("en-GB", "light"), ("de-DE", "dark")])
def test_axe_finds_nothing(browser: Browser, server: C4fServer, locale: str, scheme: str) -> None:
    """Of the WCAG 2.2 levels A and AA, and of good practice: see https://www.deque.com/axe."""
    axe = Axe()
    # Lists are all made alike, and the schema takes axe as long as ten other pages.
    left_out = {"/cluster", "/actor", "/project", "/schema"}
    with visitor(browser, server, locale=locale, color_scheme=scheme) as page:
        found = []
        for path in (path for path in KINDS_OF_PAGE if path not in left_out):
            page.goto(path, wait_until="domcontentloaded")
            for violation in axe.run(page).response["violations"]:
                nodes = [node["html"][:150] for node in violation["nodes"][:3]]
                found.append((path, violation["id"], nodes))
        assert found == []


def test_the_overview_keeps_to_its_budget(page: Page) -> None:
    """What a page may cost, apart from time: size, requests, what blocks or moves it."""
    responses: list[Response] = []
    page.on("response", lambda response: responses.append(response))
    page.goto("/", wait_until="networkidle")
    assert sum(len(response.body()) for response in responses) < 300_000
    assert len(responses) <= 5
    blocking = "script:not([defer]):not([type=module]):not([async])"
    assert (
        page.locator(f"{blocking}, style, link[rel=stylesheet] ~ link[rel=stylesheet]").count() == 0
    )
    assert page.evaluate("document.querySelectorAll('*').length") < 1500
    shifted = page.evaluate(
        """new Promise((done) => new PerformanceObserver((list) => done(
            list.getEntries().reduce((sum, entry) => sum + entry.value, 0)
        )).observe({type: "layout-shift", buffered: true}) || setTimeout(() => done(0), 200))"""
    )
    assert shifted < 0.1
