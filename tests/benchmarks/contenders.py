"""What is measured: each contender does one task in a process of its own.

python -m tests.benchmarks.contenders TASK CONTENDER DATA [SHAPES]

prints one JSON object: the seconds of each step within the process, and what was found. Each
contender is called as its own documentation says, with the options that make it fastest.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Outcome = dict[str, Any]
"""`seconds` of each step by name, `results` of a validation as keys, `rows` of each query."""

SH = "http://www.w3.org/ns/shacl#"
QUERIES = {
    "lookup": "SELECT ?p ?o WHERE { <https://w3id.org/c4f/id/project/p7> ?p ?o }",
    "join": """SELECT ?award ?name WHERE {
        ?award c4f:forProject ?project . ?project c4f:ofCluster ?cluster ; c4f:recipient ?actor .
        ?actor c4f:state "saxony" ; rdfs:label ?name .
        ?cluster c4f:ofRound <https://w3id.org/c4f/id/round/1> }""",
    "aggregate": """SELECT ?cluster (COUNT(?award) AS ?awards) (SUM(?amount) AS ?total) WHERE {
        ?award c4f:forProject ?project ; c4f:amountEUR ?amount . ?project c4f:ofCluster ?cluster
        FILTER(isNumeric(?amount)) }
        GROUP BY ?cluster""",
    "path": """SELECT ?late ?early WHERE {
        ?late c4f:waitsFor+ ?early . ?early c4f:subject ?cluster }""",
    "sort": """SELECT ?award ?amount WHERE { ?award c4f:amountEUR ?amount }
        ORDER BY DESC(?amount) ?award LIMIT 20""",
}
_PROLOGUE = (
    "PREFIX c4f: <https://w3id.org/c4f/ontology#>\n"
    "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n"
)


class _Clock:
    """Takes the time of each step."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._start = time.perf_counter()

    def lap(self, step: str) -> None:
        now = time.perf_counter()
        self.seconds[step] = now - self._start
        self._start = now


# Validation: what is found is told as "focus node, path, component", which all of them have.


def _key(focus: str, path: str | None, component: str) -> str:
    return (
        f"{focus.strip('<>')} {(path or '').strip('<>')} {component.strip('<>').rpartition('#')[2]}"
    )


def _keys_of_report(report: Any) -> list[str]:
    from rdflib import RDF, Namespace

    sh = Namespace(SH)
    return [
        _key(
            str(report.value(result, sh.focusNode)),
            str(report.value(result, sh.resultPath) or ""),
            str(report.value(result, sh.sourceConstraintComponent)),
        )
        for result in report.subjects(RDF.type, sh.ValidationResult)
    ]


def _c4f_store(data: str, shapes: str) -> Outcome:
    import pyoxigraph as ox

    from c4f_graph.shacl import OxigraphEngine, parse_shapes, validate

    store = ox.Store()
    store.bulk_load(path=data)
    clock = _Clock()
    shapes_graph = parse_shapes(ox.parse(path=shapes))
    report = validate(shapes_graph, OxigraphEngine(store))
    clock.lap("validate")
    keys = [
        _key(
            getattr(result.focus_node, "value", str(result.focus_node)),
            str(getattr(result.path, "iri", result.path) or ""),
            result.source_constraint_component.value,
        )
        for result in report.results
    ]
    return {"seconds": clock.seconds, "results": keys}


def _pyshacl(data: str, shapes: str) -> Outcome:
    import pyshacl
    import rdflib

    return {
        "results": _keys_of_report(
            pyshacl.validate(rdflib.Graph().parse(data), shacl_graph=rdflib.Graph().parse(shapes))[
                1
            ]
        )
    }


def _pyshacl_oxrdflib(data: str, shapes: str) -> Outcome:
    import pyshacl
    import rdflib

    graph = rdflib.Graph(store="Oxigraph").parse(data, format=_ox_format(data))
    report = pyshacl.validate(graph, shacl_graph=rdflib.Graph().parse(shapes))[1]
    return {"results": _keys_of_report(report)}


def _turbo_file(data: str, shapes: str) -> Outcome:
    return {
        "results": _keys_of_report(
            import_module("pyshacl_turbo").validate(data, shacl_graph=shapes)[1]
        )
    }


def _turbo_store(data: str, shapes: str) -> Outcome:
    import pyoxigraph as ox

    store = ox.Store()
    store.bulk_load(path=data)
    return {
        "results": _keys_of_report(
            import_module("pyshacl_turbo").validate(store, shacl_graph=shapes)[1]
        )
    }


def _pyshifty(data: str, shapes: str) -> Outcome:
    report = import_module("shifty").validate(data, shapes, graph_mode="data", infer=False)[1]
    return {"results": _keys_of_report(report)}


def _shacl(data: str, shapes: str) -> Outcome:
    results = import_module("shacl").validate(data, shapes).results
    return {"results": [_key(r.focus_node, r.path, r.component_iri) for r in results]}


def _shacl_rust(data: str, shapes: str) -> Outcome:
    results = import_module("shacl_rust").validate_file(data, shapes, experimental_index=True)[
        "results"
    ]
    return {
        "results": [
            _key(r["focusNode"], r.get("resultPath"), r["sourceConstraintComponent"])
            for r in results
        ]
    }


# Load, queries, exports: an engine is how to load a file, how to ask, and how to write.


def _ox_format(path: str) -> str:
    return {".nt": "ox-nt", ".ttl": "ox-ttl"}[Path(path).suffix]


def _load_rdflib(data: str) -> Any:
    import rdflib

    return rdflib.Graph().parse(data)


def _load_oxrdflib(data: str) -> Any:
    import rdflib

    return rdflib.Graph(store="Oxigraph").parse(data, format=_ox_format(data))


def _load_pyoxigraph(data: str) -> Any:
    import pyoxigraph as ox

    store = ox.Store()
    store.bulk_load(path=data)
    return store


def _load_sparq(data: str) -> Any:
    return import_module("sparq").Graph.load(Path(data))


def _load_c4f(data: str) -> Any:
    """Read statements with their lines, and build a store of them, as `c4f validate` does."""
    import pyoxigraph as ox

    from c4f_graph.corpus import united
    from c4f_graph.rdf_files import read_statements

    statements = list(read_statements(Path(data)))
    store = ox.Store()
    store.bulk_extend(united(statement.quad for statement in statements))
    return store


def _rows(answer: Iterable[Any]) -> int:
    return sum(1 for _ in answer)


LOADERS: dict[str, Callable[[str], Any]] = {
    "c4f": _load_c4f,
    "rdflib": _load_rdflib,
    "oxrdflib": _load_oxrdflib,
    "pyoxigraph": _load_pyoxigraph,
    "sparq-rdf": _load_sparq,
}
ASKERS: dict[str, Callable[[Any, str], int]] = {
    "rdflib": lambda graph, text: _rows(graph.query(text)),
    "oxrdflib": lambda graph, text: _rows(graph.query(text)),
    "pyoxigraph": lambda store, text: _rows(store.query(text)),
    "sparq-rdf": lambda graph, text: len(graph.query(text)),
}
VALIDATORS: dict[str, Callable[[str, str], Outcome]] = {
    "c4f on a loaded store": _c4f_store,
    "pySHACL on rdflib": _pyshacl,
    "pySHACL on oxrdflib": _pyshacl_oxrdflib,
    "pyshacl-turbo, file": _turbo_file,
    "pyshacl-turbo, Oxigraph store": _turbo_store,
    "pyshifty": _pyshifty,
    "shacl": _shacl,
    "shacl-rust": _shacl_rust,
}
PACKAGES = {
    "pySHACL on rdflib": "pyshacl",
    "pySHACL on oxrdflib": "pyshacl",
    "pyshacl-turbo, file": "pyshacl-turbo",
    "pyshacl-turbo, Oxigraph store": "pyshacl-turbo",
    "pyshifty": "pyshifty",
    "shacl": "shacl",
    "shacl-rust": "shacl-rust",
    "sparq-rdf": "sparq-rdf",
    "oxrdflib": "oxrdflib",
    "pyoxigraph": "pyoxigraph",
    "rdflib": "rdflib",
}
EXPORTS: dict[str, tuple[str, ...]] = {
    "c4f": ("nt", "ttl", "xml"),
    "rdflib": ("nt", "ttl", "xml"),
    "oxrdflib": ("ox-nt", "ox-ttl", "ox-xml"),
    "pyoxigraph": ("nt", "ttl", "xml"),
}


def installed(contender: str) -> str | None:
    """Give the version of a contender's package; empty for our own; None if it is missing."""
    package = PACKAGES.get(contender)
    if package is None:
        return ""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def load(contender: str, data: str) -> Outcome:
    """Load a file into memory."""
    clock = _Clock()
    LOADERS[contender](data)
    clock.lap("load")
    return {"seconds": clock.seconds}


def query(contender: str, data: str) -> Outcome:
    """Ask each kind of query once of a loaded graph."""
    loaded = LOADERS[contender](data)
    clock = _Clock()
    rows = {}
    for kind, text in QUERIES.items():
        rows[kind] = ASKERS[contender](loaded, _PROLOGUE + text)
        clock.lap(kind)
    return {"seconds": clock.seconds, "rows": rows}


def export(contender: str, data: str) -> Outcome:
    """Write a loaded graph to a file in each format."""
    loaded = (_load_pyoxigraph if contender == "c4f" else LOADERS[contender])(data)
    clock = _Clock()
    with tempfile.TemporaryDirectory() as folder:
        for form in EXPORTS[contender]:
            _write(contender, loaded, form, Path(folder, f"out.{form}"))
            clock.lap(form.removeprefix("ox-"))
    return {"seconds": clock.seconds}


def _write(contender: str, loaded: Any, form: str, path: Path) -> None:
    import pyoxigraph as ox

    if contender == "pyoxigraph":
        names = {"xml": ox.RdfFormat.RDF_XML, "ttl": ox.RdfFormat.TURTLE}
        rdf_format = names.get(form, ox.RdfFormat.N_TRIPLES)
        loaded.dump(path, format=rdf_format, from_graph=ox.DefaultGraph())
    elif contender == "c4f":
        from c4f_graph.export.graph import serialize

        text = serialize(loaded, {"xml": "rdfxml"}.get(form, form), path)
        path.write_text(text, encoding="utf-8")
    else:
        loaded.serialize(path, format=form)


def main(arguments: list[str]) -> int:
    """Do one task and print what it gave."""
    task, contender, data, *rest = arguments
    if task == "validation":
        outcome = VALIDATORS[contender](data, rest[0])
    else:
        outcome = {"load": load, "query": query, "export": export}[task](contender, data)
    sys.stdout.write(json.dumps(outcome))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
