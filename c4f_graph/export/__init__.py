"""Take the graph, or an answer, away in the formats that others read."""
