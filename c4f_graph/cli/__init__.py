"""The command line: a thin mirror of the library, one file a command."""
