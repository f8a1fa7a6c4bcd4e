"""The names of the formats, apart from what writes them, which a `--help` need not load."""

from __future__ import annotations

GRAPH_FORMATS = ("ttl", "jsonld", "nt", "nq", "trig", "rdfxml")
"""What a graph is exported as."""
ANSWER_FORMATS = ("table", "csv", "tsv", "json", "parquet", "jsonld", "ttl", "md", "html")
"""What an answer is written as."""
