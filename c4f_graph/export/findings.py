"""Write findings as a linter prints them, as JSON, or as JUnit XML."""

from __future__ import annotations

import os
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from c4f_graph.export.names import compact, plain
from c4f_graph.findings import SEVERITIES

if TYPE_CHECKING:
    from c4f_graph.errors import Location
    from c4f_graph.findings import Finding
    from c4f_graph.validation import Validation


def findings_text(validation: Validation, *, only: str | None = None) -> str:
    """Write findings grouped by file, and a line that counts them.

    Args:
        validation: what was found.
        only: the one severity to list; all are counted.
    """
    lines: list[str] = []
    listed = [finding for finding in validation.findings if only in {None, finding.severity}]
    for name, members in groupby(listed, key=lambda finding: file_name(finding.location)):
        if lines:
            lines.append("")
        lines.append(name or "(nowhere in the files)")
        lines += [_line(finding) for finding in members]
    counts = {
        severity: sum(finding.severity == severity for finding in validation.findings)
        for severity in SEVERITIES
    }
    told = ", ".join(
        f"{count} {severity}{'s' if count != 1 and severity != 'info' else ''}"
        for severity, count in counts.items()
        if count
    )
    verdict = "conforms" if validation.conforms else "does not conform"
    lines += ["", f"{verdict}: {told}"] if lines else [f"{verdict}: nothing found"]
    return "".join(f"{line}\n" for line in lines)


def findings_json(validation: Validation) -> str:
    """Write findings as one JSON object: `conforms` and a list of `findings`."""
    import json

    return (
        json.dumps(
            {
                "conforms": validation.conforms,
                "findings": [_object(finding) for finding in validation.findings],
            },
            ensure_ascii=False,
            indent=2,
        )
        + "\n"
    )


def findings_junit(validation: Validation) -> str:
    """Write findings as JUnit XML: a test case each; what conforms is one that passes."""
    from xml.etree import ElementTree as ET

    failing = [finding for finding in validation.findings if finding.severity == "violation"]
    suite = ET.Element(
        "testsuite",
        name="c4f validate",
        tests=str(max(len(validation.findings), 1)),
        failures=str(len(failing)),
        errors="0",
    )
    if not validation.findings:
        ET.SubElement(suite, "testcase", classname="c4f.validate", name="conforms")
    for finding in validation.findings:
        case = ET.SubElement(
            suite,
            "testcase",
            classname=f"c4f.validate.{finding.rule.split(' ')[0]}",
            name=compact(plain(finding.focus_node)),
        )
        if finding.location:
            case.set("file", file_name(finding.location))
            case.set("line", str(finding.location.line or 1))
        kind = "failure" if finding.severity == "violation" else "system-out"
        child = ET.SubElement(case, kind)
        if kind == "failure":
            child.set("message", finding.message)
            child.set("type", finding.rule)
        child.text = _line(finding).strip()
    ET.indent(suite)
    return ET.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


def _object(finding: Finding) -> dict[str, str | int | None]:
    location = finding.location
    return {
        "severity": finding.severity,
        "message": finding.message,
        "focus_node": plain(finding.focus_node),
        "path": finding.path,
        "value": plain(finding.value) if finding.value is not None else None,
        "rule": finding.rule,
        "file": file_name(location) if location else None,
        "line": location.line if location else None,
    }


def _line(finding: Finding) -> str:
    line = finding.location.line if finding.location else None
    about = [compact(plain(finding.focus_node))]
    if finding.path:
        about.append(compact(finding.path.strip("<>")))
    if finding.value is not None:
        about.append(f'"{compact(plain(finding.value))}"')
    place = f"{line or '-':>5}"
    return f"{place}  {finding.severity:<9}  {finding.message}  [{' '.join(about)}; {finding.rule}]"


def file_name(location: Location | None) -> str:
    """Name a file from where the user stands, if it is below, or a graph by its IRI."""
    if location is None:
        return ""
    if isinstance(location.path, str):
        return location.path
    path = location.path
    if path.is_absolute() and path.is_relative_to(Path.cwd()):
        return path.relative_to(Path.cwd()).as_posix()
    return os.fspath(path)
