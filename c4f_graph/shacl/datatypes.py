"""The lexical forms of datatypes, as SPARQL expressions (XML Schema 1.1 part 2, section 3)."""

from __future__ import annotations

import re

from pyoxigraph import Literal, NamedNode

from c4f_graph.namespaces import XSD
from c4f_graph.shacl.terms import RDF_LANG_STRING, XSD_STRING, quoted

_ZONE = r"(Z|[+-]((0[0-9]|1[0-3]):[0-5][0-9]|14:00))?"
_YEAR = r"-?([1-9][0-9]{3,}|0[0-9]{3})"
_MONTH = r"(0[1-9]|1[0-2])"
_DAY = r"(0[1-9]|[12][0-9]|3[01])"
_MONTH_AND_DAY = (
    r"((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])"
    r"|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))"
)
_LEAP_YEAR = r"([0-9]{2,}(0[48]|[2468][048]|[13579][26])|[0-9]*([02468][048]|[13579][26])00)"
_DATE = rf"({_YEAR}-{_MONTH_AND_DAY}|-?{_LEAP_YEAR}-02-29)"
_TIME = r"(([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?|24:00:00(\.0+)?)"
_DECIMAL = r"([0-9]+(\.[0-9]*)?|\.[0-9]+)"
_FLOAT = rf"([+-]?{_DECIMAL}([eE][+-]?[0-9]+)?|[+-]?INF|NaN)"
_SECONDS = r"[0-9]+(\.[0-9]+)?S"
_HOURS = f"T([0-9]+H([0-9]+M)?({_SECONDS})?|[0-9]+M({_SECONDS})?|{_SECONDS})"
_DAYS = f"([0-9]+D({_HOURS})?|{_HOURS})"
_NAME = r"[\p{L}_:][\p{L}\p{N}\p{M}._:-]*"

PATTERNS = {
    "boolean": "true|false|1|0",
    "decimal": rf"[+-]?{_DECIMAL}",
    "integer": "[+-]?[0-9]+",
    "nonNegativeInteger": r"\+?[0-9]+|-0+",
    "positiveInteger": r"\+?0*[1-9][0-9]*",
    "nonPositiveInteger": r"-[0-9]+|\+?0+",
    "negativeInteger": r"-0*[1-9][0-9]*",
    "double": _FLOAT,
    "float": _FLOAT,
    "date": _DATE + _ZONE,
    "time": _TIME + _ZONE,
    "dateTime": f"{_DATE}T{_TIME}{_ZONE}",
    "dateTimeStamp": f"{_DATE}T{_TIME}{_ZONE[:-1]}",
    "gYear": _YEAR + _ZONE,
    "gYearMonth": f"{_YEAR}-{_MONTH}{_ZONE}",
    "gMonth": f"--{_MONTH}{_ZONE}",
    "gDay": f"---{_DAY}{_ZONE}",
    "gMonthDay": f"--({_MONTH_AND_DAY}|02-29){_ZONE}",
    "duration": rf"-?P([0-9]+Y([0-9]+M)?{_DAYS}?|[0-9]+M{_DAYS}?|{_DAYS})",
    "yearMonthDuration": "-?P([0-9]+Y([0-9]+M)?|[0-9]+M)",
    "dayTimeDuration": f"-?P{_DAYS}",
    "hexBinary": "([0-9a-fA-F]{2})*",
    "base64Binary": "((([A-Za-z0-9+/] ?){4})*(([A-Za-z0-9+/] ?){3}[A-Za-z0-9+/]"
    "|([A-Za-z0-9+/] ?){2}[AEIMQUYcgkosw048] ?=|[A-Za-z0-9+/] ?[AQgw] ?= ?=))?",
    "language": "[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*",
    "normalizedString": r"[^\t\n\r]*",
    "token": r"([^\s]+( [^\s]+)*)?",
    "Name": _NAME,
    "NCName": _NAME.replace(":", ""),
    "NMTOKEN": r"[\p{L}\p{N}\p{M}._:-]+",
}
RANGES = {
    "long": (-(2**63), 2**63 - 1),
    "int": (-(2**31), 2**31 - 1),
    "short": (-(2**15), 2**15 - 1),
    "byte": (-(2**7), 2**7 - 1),
    "unsignedLong": (0, 2**64 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedShort": (0, 2**16 - 1),
    "unsignedByte": (0, 2**8 - 1),
}
# Oxigraph stores a literal of one of these as an xsd:integer or xsd:dateTime: what it was
# declared as is lost at loading. The value's range can still be checked. At a shape with a target
# and along sh:property, a further query finds what `written` then judges exactly. Inside sh:or,
# sh:not, sh:node and the like the range decides, as the plan notes; and sh:datatype xsd:integer
# takes an xsd:byte for one.
_MERGED = {
    **dict.fromkeys((*RANGES, "nonNegativeInteger", "positiveInteger"), ("1", "integer")),
    **dict.fromkeys(("nonPositiveInteger", "negativeInteger"), ("-1", "integer")),
    "dateTimeStamp": ("2000-01-01T00:00:00Z", "dateTime"),
}
# The datatypes whose literals compare, beside those that an engine knows as numbers: an integer
# or decimal that is too long for it is none to it.
ORDERED = (
    XSD_STRING,
    RDF_LANG_STRING,
    *(
        NamedNode(XSD + name)
        for name in (
            *("boolean", "integer", "decimal"),
            *("date", "time", "dateTime", "gYear", "gYearMonth", "gMonth", "gDay", "gMonthDay"),
            *("duration", "yearMonthDuration", "dayTimeDuration"),
        )
    ),
)
# Of these, Oxigraph keeps the value and not the text.
NORMALISED = frozenset((*PATTERNS, *RANGES, "float")) - {
    "hexBinary",
    "base64Binary",
    "language",
    "normalizedString",
    "token",
    "Name",
    "NCName",
}


def is_ordered(literal: Literal) -> bool:
    """Tell whether a literal compares with others of its kind: it is well-formed, and not NaN."""
    name = literal.datatype.value.removeprefix(XSD)
    if literal.datatype in (XSD_STRING, RDF_LANG_STRING):
        return True
    is_kind = literal.datatype in ORDERED or name in (*_MERGED, "double", "float")
    pattern = PATTERNS.get(name, PATTERNS["integer"])
    return is_kind and literal.value != "NaN" and bool(re.fullmatch(pattern, literal.value))


def may_be_merged(variable: str, datatype: NamedNode) -> str | None:
    """Return an expression that is true where an engine's merging makes `has_datatype` true.

    Returns:
        The expression, or None for a datatype that no engine merges.

    """
    name = datatype.value.removeprefix(XSD)
    if name not in _MERGED:
        return None
    different = f"COALESCE(DATATYPE({variable}) != {datatype}, false)"
    return f"({different} && {has_datatype(variable, datatype)})"


def has_datatype(variable: str, datatype: NamedNode) -> str:
    """Return an expression that is true where a variable is a well-formed literal of a datatype.

    An engine which merges derived datatypes is recognised inside the query: there, a literal of
    the datatype that it would be stored as counts too, if its value is in range.
    """
    name = datatype.value.removeprefix(XSD)
    same = f"DATATYPE({variable}) = {datatype}"
    if name in _MERGED:
        example, stored = _MERGED[name]
        literal = Literal(example, datatype=datatype)
        merged = f"<{XSD}{stored}>"
        same = f"({same} || DATATYPE({variable}) = {merged} && DATATYPE({literal}) = {merged})"
    parts = [f"COALESCE({same}, false)"]
    if name in RANGES:
        low, high = RANGES[name]
        number = f"<{XSD}decimal>(STR({variable}))"
        parts.append(f"{_matches(variable, PATTERNS['integer'])}")
        parts.append(f"COALESCE({number} >= {low} && {number} <= {high}.0, false)")
    elif name in PATTERNS and datatype != XSD_STRING:
        parts.append(_matches(variable, PATTERNS[name]))
    return "(" + " && ".join(parts) + ")"


def _matches(variable: str, pattern: str) -> str:
    return f"REGEX(STR({variable}), {quoted(f'^({pattern})$')})"
