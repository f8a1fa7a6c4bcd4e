"""The graph over HTTP: SPARQL endpoint, data for each entity, saved questions, and pages."""
