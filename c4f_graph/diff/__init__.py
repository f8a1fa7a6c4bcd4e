"""What differs between two editions, stores, RDF files or corpora.

`side` names one of the two, `StoreSide` is one that is open already; `pair_editions` lets one
edition of a catalogue be compared with the next. `differences` streams what differs. `write_patch`
writes that as RDF Patch; `by_entity` puts it together for `differences_text`, in words, and
`differences_json`.
"""

from c4f_graph.diff.catalogues import pair_editions, without_graphs
from c4f_graph.diff.entities import EntityDifferences, by_entity
from c4f_graph.diff.merge import Difference, differences
from c4f_graph.diff.patch import write_patch
from c4f_graph.diff.records import differences_json
from c4f_graph.diff.sides import Side, StoreSide, side
from c4f_graph.diff.words import differences_text

__all__ = [
    "Difference",
    "EntityDifferences",
    "Side",
    "StoreSide",
    "by_entity",
    "differences",
    "differences_json",
    "differences_text",
    "pair_editions",
    "side",
    "without_graphs",
    "write_patch",
]
