"""The command line as a process: its commands, its help, what goes to which stream."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path

import click
import pytest

import c4f_graph
from c4f_graph.cli.main import cli
from tests.corpus_copy import ROOT, CorpusCopy
from tests.process import COMMAND, PATIENCE, answer, run
from tests.process import c4f_process as c4f

COMMANDS = cli.list_commands(click.Context(cli))
SCRIPT = Path(sysconfig.get_path("scripts")) / "c4f"
pytestmark = pytest.mark.usefixtures("store")
QUESTION_IDS = sorted(path.stem for path in (ROOT / "queries" / "questions").glob("*.rq"))


def test_the_version() -> None:
    assert answer("--version") == f"c4f, version {c4f_graph.__version__}\n"


def test_the_installed_script_is_the_module() -> None:
    assert run([SCRIPT, "--version"]) == c4f("--version")


def test_the_help_lists_every_command_and_the_exit_codes() -> None:
    text = answer("--help")
    for command in COMMANDS:
        assert re.search(rf"^  {command} +[A-Z]", text, re.MULTILINE)
    assert "Exit codes: 0 fine; 1 the answer is no; 2 could not run; 3 a fault in c4f." in text


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_a_command_has_an_example(command: str) -> None:
    # What is imported is a command of its own.
    kind = ["foerderkatalog"] if command == "import" else []
    text = answer(command, *kind, "--help")
    _, _, examples = text.partition("Example")
    assert re.search(rf"^ +(echo .* \| )?c4f {command}\b", examples, re.MULTILINE)


def test_no_command_is_a_usage_error_that_shows_the_help() -> None:
    done = c4f()
    assert (done.code, done.out) == (2, "")
    assert "Usage: " in done.err
    assert "c4f ask clusters" in done.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["buidl"], "No such command 'buidl'. Did you mean build?"),
        (["zzz"], "No such command 'zzz'."),
        (["ask", "clusters", "--timeout", "nan"], "nan is no number that can be counted to."),
        (["ask", "clusters", "--timeout", "1e999"], "1e999 is no number that can be counted to."),
        (["ask"], "Missing argument 'ID'"),
        (["ask", "clusters", "--fromat", "csv"], "--fromat"),
        (["ask", "clusters", "--format", "xml"], "'xml' is not one of 'table', 'csv', 'tsv'"),
        (["ask", "phases", "--param", "cluster"], "--param cluster: write it as NAME=VALUE."),
        (["ask", "clusters", "--timeout", "0"], "0.0 is not in the range x>0"),
        (["export", "--format", "csv"], "'csv' is not one of 'ttl', 'jsonld'"),
        (
            ["validate", "--shapes", "s.ttl"],
            "--shapes needs FILES to check against them, or --endpoint.",
        ),
    ],
)
def test_a_wrong_usage_is_exit_2_with_a_message(arguments: list[str], message: str) -> None:
    done = c4f(*arguments)
    assert (done.code, done.out) == (2, "")
    assert message in done.err
    assert "Traceback" not in done.err


def completions(words: str) -> list[str]:
    """Give what bash would offer for the last word of a command line."""
    done = subprocess.run(
        [SCRIPT],
        env={
            **os.environ,
            "_C4F_COMPLETE": "bash_complete",
            "COMP_WORDS": words,
            "COMP_CWORD": str(words.count(" ")),
        },
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.stderr == ""
    return [line.partition(",")[2] for line in done.stdout.splitlines()]


def test_the_shell_completes_commands_questions_and_formats() -> None:
    assert completions("c4f va") == ["validate"]
    assert completions("c4f ask ") == QUESTION_IDS
    assert completions("c4f ask clusters-") == ["clusters-by-field", "clusters-by-state"]
    assert completions("c4f ask clusters --format j") == ["json", "jsonld"]


def test_questions_lists_every_question_with_its_summary_and_parameters() -> None:
    lines = answer("questions").splitlines()
    assert [line.split()[0] for line in lines] == QUESTION_IDS
    assert all(len(line.split()) > 3 for line in lines)
    partners = next(line for line in lines if line.startswith("cluster-partners "))
    assert partners.endswith("[cluster]")


def test_questions_shows_one_with_parameters_columns_and_a_query_that_runs() -> None:
    text = answer("questions", "next-milestones")
    assert text.startswith("next-milestones: ")
    assert re.search(r"--param on=…  .*\[default: today\]", text)
    assert re.search(r"^  due: ", text, re.MULTILINE)
    selection = answer("questions", "selection-funnel").partition("Query:\n")[2]
    assert answer("query", "-", "--format", "csv", stdin=selection) == answer(
        "ask", "selection-funnel", "--format", "csv"
    )


def test_build_says_what_it_built_and_where(corpus: CorpusCopy) -> None:
    done = corpus.run("build")
    assert (done.code, done.out) == (0, "")
    statements = len(corpus.answer("export", "--format", "nq").splitlines())
    assert f"c4f: built {corpus.store}: {statements:,} statements in " in done.err


def test_a_store_is_built_on_first_use_and_again_where_the_corpus_has_changed(
    corpus: CorpusCopy,
) -> None:
    other = CorpusCopy(corpus.root, corpus.store.with_name("never-built"))
    first = other.run("ask", "clusters", "--format", "csv")
    assert first.code == 0
    assert first.err == f"c4f: there is no store yet: building {other.store}\n"
    assert other.run("ask", "clusters", "--format", "csv").err == ""
    other.add_source("one-more", "<id/cluster/saxocell> a c4f:Cluster .")
    changed = other.run("ask", "clusters", "--format", "csv")
    assert changed.code == 0
    assert changed.err == f"c4f: the corpus has changed: building {other.store}\n"
    assert changed.out == first.out


def test_a_broken_corpus_is_reported_by_every_command_that_would_build_it(
    corpus: CorpusCopy,
) -> None:
    corpus.add_source("wrong", "<id/cluster/saxocell> c4f:sseat <id/place/dresden> .")
    done = corpus.run("ask", "clusters")
    assert (done.code, done.out) == (1, "")
    assert "c4f:sseat" in done.err
    assert "the corpus does not conform, so no store was built; the former one stays." in done.err


def test_info_tells_versions_counts_and_places(store: Path) -> None:
    facts = dict(re.split(r"  +", line, maxsplit=1) for line in answer("info").splitlines())
    assert facts["c4f"] == c4f_graph.__version__
    assert Path(facts["corpus"]) == ROOT
    assert Path(facts["store"]) == store.resolve()
    assert (store / facts["edition"]).is_dir()
    statements = answer("export", "--format", "nq").splitlines()
    assert facts["statements"] == f"{len(statements):,}"
    assert facts["graphs"] == f"{len({line.split(' ')[-2] for line in statements}):,}"
    assert facts["questions"] == str(len(QUESTION_IDS))
    assert facts["private data"] == "not included"


def partners(name: str) -> str:
    """Ask who takes part in a cluster."""
    return answer("ask", "cluster-partners", "-p", f"cluster={name}", "--format", "csv")


@pytest.mark.parametrize(
    ("slug", "names"),
    [
        ("saxocell", ["SaxoCell", "SAXOCELL", "saxocell", "cluster/saxocell", "<{iri}>"]),
        (
            "thwic",
            [
                "ThWIC",
                "Thüringer Wasser-Innovationscluster",
                "thueringer wasserINNOVATIONScluster",
                "Thuringer Wasser-Innovationscluster",
            ],
        ),
    ],
)
def test_a_cluster_is_named_by_short_name_slug_or_iri(slug: str, names: list[str]) -> None:
    iri = f"https://w3id.org/c4f/id/cluster/{slug}"
    expected = partners(iri)
    assert expected.count("\n") > 5
    for name in names:
        assert partners(name.format(iri=iri)) == expected


def test_a_question_without_an_answer_says_so_and_gives_only_its_columns() -> None:
    done = c4f("ask", "milestones", "-p", "from=1900", "-p", "to=1901", "--format", "csv")
    assert (done.code, done.out) == (0, "milestone,label,date,kind,subject,status\r\n")
    assert re.fullmatch(r"c4f: no rows\. [A-Z].+\.\n", done.err)


def test_a_query_without_an_answer_names_the_term_that_nothing_is_said_of() -> None:
    done = c4f(
        "query", "-", stdin="PREFIX c4f: <https://w3id.org/c4f/ontology#>\nASK { ?c a c4f:Clustr }"
    )
    assert (done.code, done.out.split()) == (0, ["answer", "──────", "false"])
    assert done.err == (
        "c4f: stdin:2:12: nothing is said of <https://w3id.org/c4f/ontology#Clustr>. "
        "Did you mean https://w3id.org/c4f/ontology#Cluster?\n"
    )


def test_show_gives_each_statement_with_its_source() -> None:
    lines = answer("show", "programme/clusters4future", "--format", "tsv").splitlines()
    assert lines[0] == "?subject\t?property\t?value\t?source\t?issued"
    budgets = {
        tuple(line.split("\t")[2:])
        for line in lines
        if line.startswith(
            "<https://w3id.org/c4f/id/programme/clusters4future>\t"
            "<https://w3id.org/c4f/ontology#budgetEUR>\t"
        )
    }
    assert (
        '"630000000"^^<http://www.w3.org/2001/XMLSchema#decimal>',
        "<https://w3id.org/c4f/graph/bmbf-slides-2023-09-11>",
        '"2023-09-11"^^<http://www.w3.org/2001/XMLSchema#date>',
    ) in budgets
    assert all(line.split("\t")[3] for line in lines[1:])


def test_show_takes_a_cluster_where_its_candidacy_has_the_same_name() -> None:
    first = answer("show", "SaxoCell", "--format", "csv").splitlines()[1]
    assert first.startswith("https://w3id.org/c4f/id/cluster/saxocell,")


def test_show_refuses_a_name_that_several_things_have(corpus: CorpusCopy) -> None:
    corpus.add_source(
        "twins",
        """
<id/event/twin-a> a c4f:Event ; rdfs:label "A twin"@en ; c4f:subject <id/cluster/saxocell> ;
    c4f:eventKind <vocab/event-kind/visit> ; c4f:date "2023-01-01"^^xsd:date .
<id/milestone/twin-b> a c4f:Milestone ; rdfs:label "A twin"@en ;
    c4f:subject <id/cluster/saxocell> ; c4f:milestoneKind <vocab/milestone-kind/result> ;
    c4f:reachedDate "2023-01-01"^^xsd:date .
""",
    )
    corpus.run("build")
    done = corpus.run("show", "a TWIN")
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        'c4f: several things are called "a TWIN": event/twin-a, milestone/twin-b. '
        "Name one of these.\n"
    )


def test_a_pipe_that_closes_early_is_no_error() -> None:
    with subprocess.Popen(
        [*COMMAND, "export", "--format", "nq"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().endswith(b" .\n")
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(PATIENCE) == 0


def on_terminal(**environment: str) -> str:
    """Give what a question puts on a terminal."""
    import pty

    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*COMMAND, "ask", "selection-funnel"],
        stdout=theirs,
        env={**os.environ, "TERM": "xterm-256color", **environment},
    ) as process:
        os.close(theirs)
        chunks = []
        while chunk := _read(ours):
            chunks.append(chunk)
        os.close(ours)
        assert process.wait(PATIENCE) == 0
    return b"".join(chunks).decode()


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:  # Linux reports the end of a terminal as an input/output error.
        return b""


def test_escapes_are_for_terminals_and_colours_for_those_who_want_them() -> None:
    colour = re.compile(r"\x1b\[(?:\d+;)*(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])[;m]")
    assert "\x1b[" in on_terminal()
    assert not colour.search(on_terminal(NO_COLOR="1"))
    assert "\x1b" not in answer("ask", "selection-funnel")


def loaded_modules(*arguments: str) -> set[str]:
    """Give the modules that a command imports."""
    done = run([sys.executable, "-X", "importtime", "-m", "c4f_graph", *arguments])
    assert done.code == 0
    return {line.rpartition("|")[2].strip() for line in done.err.splitlines()}


@pytest.mark.parametrize(
    ("arguments", "needed"),
    [
        (["--help"], "c4f_graph.cli.main"),
        (["export", "--help"], "c4f_graph.export.formats"),
        (["query", "--help"], "c4f_graph.export.formats"),
        (["ask", "clusters"], "c4f_graph.engine"),
        (["ask", "clusters", "--format", "csv"], "c4f_graph.engine"),
    ],
)
def test_a_command_loads_only_what_it_needs(arguments: list[str], needed: str) -> None:
    loaded = loaded_modules(*arguments)
    assert needed in loaded
    assert {name.partition(".")[0] for name in loaded}.isdisjoint(
        {"rdflib", "pyshacl", "oxrdflib", "pyarrow", "rapidfuzz", "jinja2", "requests"}
    )
    if "--help" in arguments:
        assert "pyoxigraph" not in loaded
