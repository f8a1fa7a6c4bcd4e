"""What one request may take, and how many may come from one address."""

from __future__ import annotations

import ipaddress
import os
import time
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from functools import lru_cache

_ADDRESSES = 10_000


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits that a server holds.

    Attributes:
        query_seconds: how long a query may run.
        rows: how many rows, or statements, an answer may have.
        answer_bytes: how long an answer may be.
        worker_bytes: how much memory a query may take.
        workers: how many queries run at once.
        waiting: how many more may wait for their turn.
        wait_seconds: how long they wait.
        kept_bytes: how much of the answers of this edition is kept, to be given again.
        body_bytes: how long the body of a request may be.
        head_bytes: how long its first line and headers may be.
        client_seconds: how long a client may take to send a request, or to take in a part of an
            answer.
        requests_per_second: how many requests an address may make, in the long run.
        burst: how many it may make at once.
    """

    query_seconds: float = 10.0
    rows: int = 100_000
    answer_bytes: int = 64 * 2**20
    worker_bytes: int = 2 * 2**30
    workers: int = field(default_factory=lambda: max(2, min(8, os.cpu_count() or 2)))
    waiting: int = 500
    wait_seconds: float = 10.0
    kept_bytes: int = 32 * 2**20
    body_bytes: int = 2**20
    head_bytes: int = 64 * 2**10
    client_seconds: float = 15.0
    requests_per_second: float = 50.0
    burst: int = 500

    def with_workers(self, workers: int) -> Limits:
        """Give the same limits with another number of workers."""
        return replace(self, workers=workers)


@lru_cache(maxsize=1000)
def network(address: str) -> str:
    """Give the network that an address is in, which names no household: /24, or /48 of IPv6."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    length = 24 if parsed.version == 4 else 48
    return str(ipaddress.ip_network((parsed, length), strict=False).network_address)


class RateLimit:
    """A token bucket for each address; of IPv6, for each /64, which is what one customer has."""

    def __init__(self, per_second: float, burst: int) -> None:
        """Begin.

        Args:
            per_second: the requests that an address may make in the long run.
            burst: the requests that it may make at once.
        """
        self._per_second = per_second
        self._burst = burst
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, address: str) -> float:
        """Count a request, and give the seconds after which the address may ask again; 0 is now."""
        key = _customer(address)
        now = time.monotonic()
        tokens, then = self._buckets.pop(key, (float(self._burst), now))
        tokens = min(self._burst, tokens + (now - then) * self._per_second)
        seconds = 0.0 if tokens >= 1 else (1 - tokens) / self._per_second
        self._buckets[key] = (tokens - 1 if tokens >= 1 else tokens, now)
        # Whoever was not heard of for longest has a full bucket again, or next to.
        if len(self._buckets) > _ADDRESSES:
            self._buckets.popitem(last=False)
        return seconds


@lru_cache(maxsize=1000)
def _customer(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False))
