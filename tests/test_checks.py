"""The queries that must return nothing: each says what it checks, and finds nothing in the data."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
import yaml
from rdflib.plugins.sparql import prepareQuery

from c4f_graph.engine import Rows
from tests.corpus_copy import ROOT

if TYPE_CHECKING:
    from c4f_graph import ProgrammeGraph

CHECKS = {path.stem: path for path in sorted((ROOT / "queries" / "checks").glob("*.rq"))}


def test_there_are_checks() -> None:
    assert len(CHECKS) >= 10


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_is_plain_sparql_with_a_summary_and_a_message(name: str) -> None:
    text = CHECKS[name].read_text(encoding="utf-8")
    about = yaml.safe_load(
        "\n".join(line[2:].removeprefix(" ") for line in text.splitlines() if line[:2] == "#+")
    )
    assert about["summary"]
    query = prepareQuery(text)
    columns = {str(variable) for variable in query.algebra.PV}
    placeholders = set(re.findall(r"\{(\w+)\}", about["message"]))
    assert placeholders
    assert placeholders <= columns


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_finds_nothing_in_the_data(graph: ProgrammeGraph, name: str) -> None:
    found = graph.query(CHECKS[name].read_text(encoding="utf-8"), name=name)
    assert isinstance(found, Rows)
    assert found.rows == []
