"""A SHACL validator that compiles shapes to SPARQL and runs them inside the store.

shapes = parse_shapes(quads)
report = validate(shapes, OxigraphEngine(store))
triples = report_triples(report)
"""

from c4f_graph.shacl.check import check_shapes, read_and_check
from c4f_graph.shacl.engine import Engine, OxigraphEngine
from c4f_graph.shacl.model import Shape, ShapesGraph
from c4f_graph.shacl.parse import parse_shapes
from c4f_graph.shacl.plan import Plan, Query, compile_plan
from c4f_graph.shacl.problems import ShapeProblem, refuse_fatal
from c4f_graph.shacl.report import Timing, ValidationReport, ValidationResult, report_triples
from c4f_graph.shacl.run import run_plan, validate

__all__ = [
    "Engine",
    "OxigraphEngine",
    "Plan",
    "Query",
    "Shape",
    "ShapeProblem",
    "ShapesGraph",
    "Timing",
    "ValidationReport",
    "ValidationResult",
    "check_shapes",
    "compile_plan",
    "parse_shapes",
    "read_and_check",
    "refuse_fatal",
    "report_triples",
    "run_plan",
    "validate",
]
