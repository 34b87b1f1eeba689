"""Django's SQLite backend, in which those who wait to write queue.

SQLite lets one write at a time. The others ask again, after up to a tenth of a second, and whoever asks at the wrong
moments waits for long while somebody writes a lot (an import). Here all but the first in the queue sleep until it is
their turn, and the first asks every few milliseconds. A single statement outside a transaction waits as SQLite does.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from django.core.files import locks
from django.db import OperationalError
from django.db.backends.sqlite3 import base

BETWEEN_TRIES = 0.003
"""Seconds."""


class DatabaseWrapper(base.DatabaseWrapper):
    def _start_transaction_under_autocommit(self):
        """Take the write lock within the ``timeout`` of the settings, or raise OperationalError as Django does."""
        seconds = self.settings_dict["OPTIONS"].get("timeout", 5)
        deadline = time.monotonic() + seconds
        with self._queue():
            self.connection.execute("PRAGMA busy_timeout = 0")
            try:
                while True:
                    try:
                        return super()._start_transaction_under_autocommit()
                    except OperationalError as error:
                        if error.__cause__.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                            raise
                    time.sleep(BETWEEN_TRIES)
            finally:
                self.connection.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")

    @contextmanager
    def _queue(self) -> Iterator[None]:
        """Our turn: a lock on a file beside the database, which the system gives in the order of asking."""
        with ExitStack() as stack:
            # Where no such file can be made the database cannot be written either, and says so itself.
            with suppress(OSError):
                if not self.is_in_memory_db():
                    file = stack.enter_context(Path(f"{self.settings_dict['NAME']}-queue").open("a"))
                    locks.lock(file, locks.LOCK_EX)
            yield
