"""Match organisations as a funding catalogue names them to the actors of the registry.

`names` reduces a name to its words, `likeness` gives two names a score, `candidates` finds the
pairs that a person decides on, and `decisions` keeps what was decided.
"""
