"""The explorer: the graph as web pages."""
