"""Write findings as SARIF (https://docs.oasis-open.org/sarif/sarif/v2.1.0/), for code hosts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from c4f_graph import __version__
from c4f_graph.export.findings import file_name
from c4f_graph.export.names import compact, plain

if TYPE_CHECKING:
    from c4f_graph.findings import Finding
    from c4f_graph.validation import Validation

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {"violation": "error", "warning": "warning", "info": "note"}


def findings_sarif(validation: Validation) -> str:
    """Write findings as one SARIF log with one run."""
    rules = sorted({finding.rule for finding in validation.findings})
    log = {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "c4f",
                        "semanticVersion": __version__,
                        "rules": [{"id": rule} for rule in rules],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [_result(finding) for finding in validation.findings],
            }
        ],
    }
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"


def _result(finding: Finding) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{compact(plain(finding.focus_node))}: {finding.message}"},
    }
    location = finding.location
    if location is not None:
        result["locations"] = [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": file_name(location)},
                    "region": {"startLine": location.line or 1},
                }
            }
        ]
    return result
