"""What runs in the process of the native engine: this file alone, without the rest of the package.

It reads one JSON object from stdin and writes one JSON array a result to stdout.
"""

import json
import sys


def main() -> None:
    """Validate a file against shapes."""
    task = json.load(sys.stdin)
    sys.path.append(task["packages"])
    import shacl

    shapes = shacl.Shapes.from_text(task["shapes"], format="ntriples")
    if task["format"] == "ntriples":
        report = shapes.validate_file(task["path"])
    else:
        with open(task["path"], encoding="utf-8", newline="") as stream:  # noqa: PTH123
            report = shapes.validate_text(stream.read(), task["format"], task["base"])
    for result in report.results:
        fields = [result.source_shape, result.component_iri, result.focus_node, result.value]
        # Where it is not the path of the shape, it is one predicate.
        is_closed = result.component_iri.endswith("#ClosedConstraintComponent")
        sys.stdout.write(json.dumps([*fields, result.path if is_closed else None]) + "\n")
    sys.stdout.write("null\n")


if __name__ == "__main__":
    main()
