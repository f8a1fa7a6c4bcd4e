"""`python -m c4f_graph` is `c4f`."""

from c4f_graph.cli.main import main

main()
