"""What the database can do at the moment, and what its errors say of that, on either engine."""

import sqlite3
from contextlib import contextmanager
from enum import Enum

import psycopg
from django.db import DatabaseError, InterfaceError, connection


class Trouble(Enum):
    """A fault of the database, not of a program or of what somebody sent; the value says which."""

    AWAY = "database does not answer"
    READ_ONLY = "database takes no changes"
    BUSY = "database is held by another change"


OF_SQLITE = {
    sqlite3.SQLITE_BUSY: Trouble.BUSY,
    sqlite3.SQLITE_LOCKED: Trouble.BUSY,
    sqlite3.SQLITE_READONLY: Trouble.READ_ONLY,
    sqlite3.SQLITE_FULL: Trouble.READ_ONLY,
    sqlite3.SQLITE_IOERR: Trouble.AWAY,
    sqlite3.SQLITE_CANTOPEN: Trouble.AWAY,
    sqlite3.SQLITE_CORRUPT: Trouble.AWAY,
    sqlite3.SQLITE_NOTADB: Trouble.AWAY,
}
"""By primary result code (https://www.sqlite.org/rescode.html)."""

OF_POSTGRESQL = {
    psycopg.errors.ReadOnlySqlTransaction: Trouble.READ_ONLY,
    psycopg.errors.DiskFull: Trouble.READ_ONLY,
    psycopg.errors.LockNotAvailable: Trouble.BUSY,
    psycopg.errors.DeadlockDetected: Trouble.BUSY,
    psycopg.errors.SerializationFailure: Trouble.BUSY,
    psycopg.errors.QueryCanceled: Trouble.BUSY,
    psycopg.OperationalError: Trouble.AWAY,
    psycopg.InterfaceError: Trouble.AWAY,
}
"""By class; the first that fits."""


def trouble_of(error: BaseException | None) -> Trouble | None:
    """The trouble that ``error`` tells of; None for every other error, a mistake in a statement among them."""
    if not isinstance(error, DatabaseError | InterfaceError):
        return None
    cause = error.__cause__
    if isinstance(cause, sqlite3.Error):
        return OF_SQLITE.get(getattr(cause, "sqlite_errorcode", 0) & 0xFF)
    return next((trouble for kind, trouble in OF_POSTGRESQL.items() if isinstance(cause, kind)), None)


def ask_to_write() -> None:
    """Try a statement that changes no row, without waiting for another change to end.

    Raises the DatabaseError of a database that takes no changes; one that is held by another change takes them.
    """
    try:
        with connection.cursor() as cursor, _without_waiting(cursor):
            cursor.execute("UPDATE django_migrations SET app = app WHERE 1 = 0")
    except DatabaseError as error:
        if trouble_of(error) is not Trouble.BUSY:
            raise


@contextmanager
def _without_waiting(cursor):
    """SQLite lets one change wait for another; PostgreSQL has no need to."""
    if connection.vendor != "sqlite":
        yield
        return
    wait = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
    cursor.execute("PRAGMA busy_timeout = 0")
    try:
        yield
    finally:
        cursor.execute(f"PRAGMA busy_timeout = {wait}")
