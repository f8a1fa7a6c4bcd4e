"""Queries and questions that cannot be asked: exit 2, one message, and where the fault is."""

from __future__ import annotations

import contextlib
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.process import COMMAND, PATIENCE, answer, c4f, c4f_process

pytestmark = pytest.mark.usefixtures("store")
# Every statement with every other, five times over: no machine comes to an end of it.
ENDLESS = """
SELECT (COUNT(*) AS ?n)
WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n1 ?o }
"""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "SELECT ?s\nWHERE { ?s ?p }",
            r"stdin:2:16: syntax error: .+\. Mend the query there, or just before\.",
        ),
        (
            "SELECT ?s\nWHERE {\n  ?s a foo:Bar\n}",
            r"stdin:3:8: syntax error: the prefix foo: is not declared\. "
            r"Begin the query with PREFIX foo: and its namespace in < >\.",
        ),
        (
            "SELECT ?s (COUNT(?o) AS ?n) { ?s ?p ?o }",
            r"stdin:1:\d+: syntax error: The SELECT contains a variable that is unbound\. .*",
        ),
        (
            "SELEC ?s { ?s ?p ?o }",
            r"stdin: this is no query: it has none of SELECT, ASK, CONSTRUCT and DESCRIBE\.",
        ),
        ("SELECT", r"stdin:1:7: syntax error: .*"),
        ("", r"stdin: this is no query: it has none of SELECT, ASK, CONSTRUCT and DESCRIBE\."),
        (
            "SELECT (<http://example.org/f>(1) AS ?x) {}",
            r"stdin: The custom function <http://example\.org/f> is not supported\.",
        ),
        (
            "SELECT * {\n  SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
            r"stdin:2:3: SERVICE is refused: a query never reaches the network\. "
            r"Load the other graph's data here, or ask its endpoint on its own\.",
        ),
        (
            "SELECT * { service SILENT ?where { ?s ?p ?o } }",
            r"stdin:1:12: SERVICE is refused: a query never reaches the network\. .*",
        ),
        (
            "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
            r"stdin:1:15: FROM <file:///etc/passwd> is refused: the store has no such graph, and "
            r"nothing outside it is read\. `c4f ask sources` lists them\.",
        ),
        (
            "SELECT * FROM NAMED <https://w3id.org/c4f/graph/bmbf-slides-2023-09-12> { }",
            r"stdin:1:21: FROM <https://w3id\.org/c4f/graph/bmbf-slides-2023-09-12> is refused: .* "
            r"Did you mean <https://w3id\.org/c4f/graph/bmbf-slides-2023-09-11>\?",
        ),
    ],
)
def test_a_query_that_cannot_run_is_exit_2_with_line_and_column(text: str, message: str) -> None:
    done = c4f("query", "-", stdin=text)
    assert (done.code, done.out) == (2, "")
    assert re.fullmatch(f"c4f: {message}\n", done.err), done.err


@pytest.mark.parametrize(
    "update",
    [
        "INSERT DATA { <a> <b> <c> }",
        "DELETE WHERE { ?s ?p ?o }",
        "LOAD <file:///etc/passwd>",
        "CLEAR ALL",
        "DROP GRAPH <http://example.org/g>",
        "WITH <http://example.org/g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    ],
)
def test_an_update_is_refused(update: str) -> None:
    done = c4f(
        "query", "-", stdin=f"# a comment: SELECT\nPREFIX a: <http://example.org/>\n{update}"
    )
    word = update.split()[0]
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        f"c4f: stdin:3:1: {word} is an update, which is refused: the graph comes from its source "
        "files. Ask with SELECT, ASK, CONSTRUCT or DESCRIBE; change the files in data/.\n"
    )


def test_words_in_strings_comments_iris_and_names_are_no_keywords() -> None:
    text = (
        "# SERVICE INSERT FROM <x>\n"
        "PREFIX load: <http://example.org/SERVICE#>\n"
        "SELECT ?insert (\"it's a SERVICE FROM <y>\" AS ?service) ('''DROP\n\"ALL''' AS ?from)\n"
        "WHERE { BIND(load:SERVICE AS ?insert) FILTER(lang('x'@service) != 'delete') }"
    )
    done = c4f("query", "-", "--format", "csv", stdin=text)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("insert,service,from\r\nhttp://example.org/SERVICE#SERVICE,")


def test_a_query_file_is_named_in_the_message(tmp_path: Path) -> None:
    path = tmp_path / "my.rq"
    path.write_text("SELECT * {\n  ?s ?p ?o }\n}", encoding="utf-8")
    done = c4f("query", path)
    assert done.code == 2
    assert done.err.startswith(f"c4f: {path}:3:2: syntax error: ")
    path.write_bytes(b"SELECT * { ?s ?p '\xff' }")
    done = c4f("query", path)
    assert (done.code, done.out) == (2, "")
    assert done.err == f"c4f: {path}:1:19: byte 0xff is not UTF-8. Save the file as UTF-8.\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["clustres"],
            'there is no question "clustres". Did you mean clusters',
        ),
        (["xyzzy"], 'there is no question "xyzzy". `c4f questions` lists them.\n'),
        (
            ["cluster-partners"],
            'the question "cluster-partners" needs the parameter "cluster": '
            "The cluster: short name, slug or IRI. Add --param cluster=VALUE.\n",
        ),
        (
            ["cluster-partners", "-p", "clutser=SaxoCell"],
            'the question "cluster-partners" has no parameter "clutser": it has cluster. '
            "`c4f questions cluster-partners` shows what they mean.\n",
        ),
        (
            ["clusters", "-p", "round=1"],
            'the question "clusters" has no parameter "round": it has none. ',
        ),
        (
            ["cluster-partners", "-p", "cluster=SaxoSell"],
            'no Cluster is called "SaxoSell". Did you mean SaxoCell',
        ),
        (
            ["cluster-partners", "-p", "cluster=tu-dresden"],
            'no Cluster is called "tu-dresden". ',
        ),
        (
            ["cluster-partners", "-p", 'cluster="} INSERT'],
            'no Cluster is called ""} INSERT". ',
        ),
        (["cluster-partners", "-p", "cluster="], 'no Cluster is called "". '),
        (
            ["milestone-chain", "-p", "milestone=qqqqqqqq"],
            'no Milestone is called "qqqqqqqq". `c4f ask milestones` lists the milestones.',
        ),
        (
            ["cluster-partners", "-p", "cluster=qqqqqqqq"],
            'no Cluster is called "qqqqqqqq". `c4f ask clusters` lists the clusters.',
        ),
        (
            ["milestone-chain", "-p", "milestone=saxocell-phase-2-strat"],
            'no Milestone is called "saxocell-phase-2-strat". Did you mean ',
        ),
        (
            ["milestones", "-p", "from=2024-13-01"],
            'from="2024-13-01" is no date. Write it as 2023-09-11, 2023-09 or 2023.\n',
        ),
        (
            ["milestones", "-p", "to=2023-02-29"],
            'to="2023-02-29" is no date. Write it as 2023-09-11, 2023-09 or 2023.\n',
        ),
        (
            ["next-milestones", "-p", "on=tomorrow"],
            'on="tomorrow" is no date. Write it as 2023-09-11, 2023-09 or 2023.\n',
        ),
    ],
)
def test_a_wrong_question_or_parameter_is_exit_2_with_the_nearest(
    arguments: list[str], message: str
) -> None:
    done = c4f("ask", *arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"c4f: {message}"), done.err


def test_show_of_an_unknown_name_is_exit_2_with_the_nearest() -> None:
    done = c4f("show", "TU Dresdn")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith('c4f: no entity is called "TU Dresdn". Did you mean ')
    assert "TU Dresden" in done.err
    done = c4f("show", "qqqqqqqq")
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        'c4f: no entity is called "qqqqqqqq". '
        "`c4f questions` names the questions; their answers list what there is.\n"
    )


def test_questions_of_an_unknown_id_is_exit_2_with_the_nearest() -> None:
    done = c4f("questions", "time-line")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith('c4f: there is no question "time-line". Did you mean timeline')


def test_a_query_on_stdin_that_is_not_utf8_is_exit_2_with_the_place() -> None:
    done = subprocess.run(
        [*COMMAND, "query", "-"],
        input=b'SELECT *\nWHERE { ?s ?p "M\xfcnchen" }',
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr == b"c4f: stdin:2:17: byte 0xfc is not UTF-8. Save the file as UTF-8.\n"


def test_a_time_limit_of_more_than_all_time_is_as_none() -> None:
    assert answer("ask", "selection-funnel", "--timeout", "1e20") == answer(
        "ask", "selection-funnel"
    )


def test_a_query_without_end_is_given_up_after_the_time_limit(tmp_path: Path) -> None:
    path = tmp_path / "answer.csv"
    done = c4f_process(
        "query", "-", "--timeout", "0.5", "--format", "csv", "-o", path, stdin=ENDLESS
    )
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        "c4f: stdin: no answer within 0.5 seconds. "
        "Ask for less, or give it longer with --timeout.\n"
    )
    assert list(tmp_path.iterdir()) == []


def busiest_thread(pid: int) -> int:
    """Give the processor time, in ticks, of the busiest thread of a process but its first."""
    ticks = [0]
    for thread in Path(f"/proc/{pid}/task").iterdir():
        # A thread may end while it is looked at.
        with contextlib.suppress(OSError):
            if thread.name != str(pid):
                # proc(5): after the name in brackets, utime is the 12th field.
                ticks += [int((thread / "stat").read_text().rpartition(")")[2].split()[11])]
    return max(ticks)


def test_ctrl_c_ends_a_query_at_once() -> None:
    with subprocess.Popen(
        [*COMMAND, "query", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        try:
            assert process.stdin is not None
            process.stdin.write(ENDLESS.encode())
            process.stdin.close()
            process.stdin = None
            give_up = time.monotonic() + PATIENCE
            while busiest_thread(process.pid) < 10 and time.monotonic() < give_up:
                time.sleep(0.01)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=PATIENCE)
        finally:
            process.kill()
        assert (process.returncode, out, err.strip()) == (130, b"", b"c4f: interrupted.")
