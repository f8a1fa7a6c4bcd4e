"""A proxy that breaks connections, each after so many bytes, and counts how often it did."""

from __future__ import annotations

import contextlib
import select
import socket
from threading import Lock, Thread
from typing import TYPE_CHECKING

from tests.faulty_server import break_connection

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator


class BreakingProxy:
    """Passes bytes on to a server on this machine.

    Args:
        port: the server's.
        chance: says how many bytes a connection may carry.
        faults: how many connections are to be broken; the others carry all.
        most: bytes that a connection carries at most before it breaks.

    Attributes:
        broken: how many connections were broken.
    """

    def __init__(self, port: int, chance: random.Random, faults: int, most: int) -> None:
        self._port = port
        self._chance = chance
        self._faults = faults
        self._most = most
        self._lock = Lock()
        self.broken = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]

    @contextlib.contextmanager
    def running(self) -> Iterator[BreakingProxy]:
        """Accept connections during the block."""
        accepting = Thread(target=self._accept, daemon=True)
        accepting.start()
        try:
            yield self
        finally:
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            accepting.join()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                with self._lock:
                    carries = self._chance.randrange(1, self._most)
                Thread(target=self._carry, args=(client, carries), daemon=True).start()

    def _carry(self, client: socket.socket, left: int) -> None:
        with socket.create_connection(("127.0.0.1", self._port)) as server, client:
            other = {client: server, server: client}
            with contextlib.suppress(OSError):
                while True:
                    for ready in select.select([client, server], [], [])[0]:
                        data = ready.recv(65536)
                        if not data:
                            return
                        if len(data) > left and self._breaks():
                            # What was let through reaches the server, which goes on by itself.
                            other[ready].sendall(data[:left])
                            break_connection(client)
                            return
                        other[ready].sendall(data)
                        left = max(left - len(data), 0)

    def _breaks(self) -> bool:
        with self._lock:
            if self.broken == self._faults:
                return False
            self.broken += 1
            return True
