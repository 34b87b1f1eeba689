"""PostgreSQL as Django speaks to it, through outages: nobody waits for long, and recovery asks for no restart.

A pool gives out connections that died with the server, one after the other. Here the first dead one condemns those
that lie idle. While the server is away one caller at a time asks for it; the others are told at once, so that the
threads of a process stay free for what needs no database.
"""

import time
from typing import ClassVar

from django.db.backends.postgresql import base

PAUSE = 1.0
"""Seconds after a failure in which nobody asks again."""

ASKING = 5.0
"""Seconds for which one caller asks alone; more than the settings let it wait."""


class DatabaseWrapper(base.DatabaseWrapper):
    _away_until: ClassVar[dict[str, float]] = {}
    """By alias: when the server that did not answer may be asked again."""

    def get_new_connection(self, conn_params):
        """A connection that works. Raises the driver's OperationalError, after the settings' time or at once."""
        if (until := self._away_until.get(self.alias)) is not None:
            now = time.monotonic()
            if now < until:
                raise self.Database.OperationalError("The database did not answer a moment ago.")
            self._away_until[self.alias] = now + ASKING  # this caller asks; the others need not
        try:
            connection = super().get_new_connection(conn_params)
            if self._is_dead(connection):
                connection = super().get_new_connection(conn_params)
        except self.Database.OperationalError:
            self._away_until[self.alias] = time.monotonic() + PAUSE
            raise
        self._away_until.pop(self.alias, None)
        return connection

    def _is_dead(self, connection) -> bool:
        """Whether a connection of the pool has died; it goes back, and those beside it are dropped with it."""
        if self.pool is None:
            return False
        try:
            self.pool.check_connection(connection)
        except self.Database.OperationalError:
            self.pool.putconn(connection)
            self.pool.drain()
            return True
        return False
