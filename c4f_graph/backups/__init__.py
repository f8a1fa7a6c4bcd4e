"""Keep the whole graph as one compressed N-Quads file, and make it a graph again."""

from c4f_graph.backups.manifest import Manifest
from c4f_graph.backups.restoring import restore, restore_to_server
from c4f_graph.backups.writing import back_up

__all__ = ["Manifest", "back_up", "restore", "restore_to_server"]
