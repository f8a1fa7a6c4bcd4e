"""`compose.yaml` and `OPERATIONS.md`: their form, as no container runs in the tests."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.corpus_copy import ROOT

if TYPE_CHECKING:
    from pathlib import Path

COMPOSE: Path = ROOT / "compose.yaml"
KEYS = {
    *("image", "profiles", "command", "volumes", "networks", "restart", "stop_grace_period"),
    *("depends_on", "configs", "ports", "healthcheck", "environment"),
}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))
    return content


def test_what_services_name_is_declared(compose: dict[str, Any]) -> None:
    assert set(compose) == {"name", "services", "volumes", "networks", "configs"}
    for name, service in compose["services"].items():
        assert set(service) <= KEYS, name
        assert re.fullmatch(r"[\w./-]+:\d[\w.-]+", service["image"]), "no version"
        assert set(service.get("depends_on", ())) <= set(compose["services"])
        assert set(service["networks"]) <= set(compose["networks"])
        assert {each["source"] for each in service.get("configs", ())} <= set(compose["configs"])
        volumes = {each.partition(":")[0] for each in service.get("volumes", ())}
        assert volumes <= set(compose["volumes"])


def test_engines_have_no_port_and_no_way_out(compose: dict[str, Any]) -> None:
    assert compose["networks"]["engines"] == {"internal": True}
    for engine in ("oxigraph", "virtuoso"):
        assert compose["services"][engine]["networks"] == ["engines"]
        assert "ports" not in compose["services"][engine]
        proxy = compose["services"][f"{engine}-proxy"]
        assert "healthcheck" in proxy
        assert all("127.0.0.1" in port for port in proxy["ports"])
        text = compose["configs"][f"{engine}-proxy"]["content"]
        assert text.count("{") == text.count("}")
        assert "proxy_pass_header Server;" in text
        readers = text.split("server {")[1]
        assert "limit_except GET POST { deny all; }" in readers
        assert "location / { return 403; }" in readers


def test_no_secret_is_in_the_file(compose: dict[str, Any]) -> None:
    assert compose["services"]["virtuoso"]["environment"]["DBA_PASSWORD"] is None


def test_links_of_the_page_lead_somewhere() -> None:
    page = (ROOT / "OPERATIONS.md").read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#]+)\)", page)
    assert [each for each in targets if "://" not in each and not (ROOT / each).exists()] == []
    anchors = {
        re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")
        for title in re.findall(r"^#+ (.+)$", page, re.MULTILINE)
    }
    assert set(re.findall(r"\]\(#([^)]+)\)", page)) <= anchors
