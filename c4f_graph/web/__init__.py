"""The graph over HTTP: a SPARQL endpoint, data for each entity, and the saved questions."""
