"""The knowledge graph of the German Clusters4Future programme, and the toolkit that keeps it."""

__version__ = "0.1.0"
