"""Read what others publish into the terms of the ontology, with an account of every row."""

from __future__ import annotations

from c4f_graph.imports.foerderkatalog import Imported, import_foerderkatalog

__all__ = ["Imported", "import_foerderkatalog"]
