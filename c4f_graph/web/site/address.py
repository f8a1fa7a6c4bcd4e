"""What is given from outside: the address of the site on the web, and the day."""

from __future__ import annotations

import datetime
import os
from urllib.parse import urlsplit

from c4f_graph.errors import ParameterError


def read_address(text: str) -> str:
    """Read the address of a folder on the web; it ends with a slash.

    Raises:
        ParameterError: it is none.
    """
    parts = urlsplit(text)
    is_plain = text.isascii() and text.isprintable() and not set(text) & set(' "<>\\^`{|}')
    if parts.scheme not in {"http", "https"} or not parts.hostname or not is_plain:
        raise ParameterError(
            f'"{text}" is no address of a site.', hint="Write it as https://example.org/c4f/."
        )
    if parts.query or parts.fragment or parts.username is not None:
        raise ParameterError(
            f'"{text}" is no address of a folder: leave out what is around its path.'
        )
    return text if text.endswith("/") else f"{text}/"


def today() -> datetime.date:
    """Give today, or the day that SOURCE_DATE_EPOCH names in seconds.

    See https://reproducible-builds.org/specs/source-date-epoch/.

    Raises:
        ParameterError: it is no number of seconds.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch is None:
        return datetime.date.today()
    try:
        return datetime.datetime.fromtimestamp(int(epoch), datetime.UTC).date()
    except (ValueError, OverflowError, OSError) as error:
        raise ParameterError(
            f'SOURCE_DATE_EPOCH is "{epoch}", which is no number of seconds.'
        ) from error
