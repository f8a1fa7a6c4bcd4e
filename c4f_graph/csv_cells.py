"""Cells of a CSV file that no spreadsheet takes for a formula.

A cell that begins with one of `= + - @`, a tab or a carriage return is run by spreadsheets
(https://owasp.org/www-community/attacks/CSV_Injection). An apostrophe before it makes it text.
"""

from __future__ import annotations

import re

_LIVE = re.compile(r"'*[=+\-@\t\r]")


def defused(text: str) -> str:
    """Give a cell's text such that a spreadsheet shows it and runs nothing."""
    return f"'{text}" if _LIVE.match(text) else text


def restored(text: str) -> str:
    """Give the text of which `defused` made this one."""
    return text[1:] if text.startswith("'") and _LIVE.match(text) else text
