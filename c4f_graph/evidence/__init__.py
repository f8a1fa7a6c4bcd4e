"""Who says so: the sources of each row of an answer, and of each claim about a thing."""
