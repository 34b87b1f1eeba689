"""What the errors of a database say of it, by the errors that each engine really gives."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from django.contrib.auth import get_user_model
from django.db import DatabaseError, OperationalError, connection, transaction

from portal.database import Trouble, ask_to_write, trouble_of
from tests.factories import make_user


def error_of(statement: str, *params) -> DatabaseError:
    with pytest.raises(DatabaseError) as raised, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, params)
    return raised.value


@pytest.mark.django_db
def test_a_mistake_or_a_refused_row_is_no_trouble(student):
    assert trouble_of(error_of("SELEKT 1")) is None
    assert trouble_of(error_of("SELECT * FROM no_such_table")) is None
    assert trouble_of(error_of("INSERT INTO portal_user SELECT * FROM portal_user WHERE id = %s", student.pk)) is None
    assert trouble_of(None) is trouble_of(ValueError()) is trouble_of(OSError()) is None


@pytest.mark.django_db(transaction=True)
def test_a_database_that_takes_no_changes(read_only):
    with pytest.raises(DatabaseError) as raised:
        make_user()
    assert trouble_of(raised.value) is Trouble.READ_ONLY
    with pytest.raises(DatabaseError) as raised:
        ask_to_write()
    assert trouble_of(raised.value) is Trouble.READ_ONLY
    assert get_user_model().objects.count() == 0


def change_at_once():
    """Change what another transaction has changed, and wait for a moment only."""
    with connection.cursor() as cursor:
        cursor.execute(
            {"sqlite": "PRAGMA busy_timeout = 50", "postgresql": "SET lock_timeout = 50"}[connection.vendor]
        )
        cursor.execute("UPDATE django_migrations SET app = app")


def in_another_thread(work):
    """What ``work`` raises, with a connection of its own; None when it is done."""

    def run():
        try:
            work()
        except DatabaseError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result(timeout=10)


@pytest.mark.django_db(transaction=True)
def test_asking_to_write_waits_for_nobody_and_takes_another_change_for_no_fault():
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE django_migrations SET app = app")
        assert in_another_thread(ask_to_write) is None
        held = in_another_thread(change_at_once)
    assert trouble_of(held) is Trouble.BUSY
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            before = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
            ask_to_write()
            assert cursor.execute("PRAGMA busy_timeout").fetchone()[0] == before > 0


@pytest.mark.parametrize(
    ("cause", "trouble"),
    [
        (psycopg.errors.AdminShutdown(), Trouble.AWAY),
        (psycopg.errors.CannotConnectNow(), Trouble.AWAY),
        (psycopg.OperationalError("connection refused"), Trouble.AWAY),
        (psycopg.InterfaceError("the connection is closed"), Trouble.AWAY),
        (psycopg.errors.DiskFull(), Trouble.READ_ONLY),
        (psycopg.errors.ReadOnlySqlTransaction(), Trouble.READ_ONLY),
        (psycopg.errors.LockNotAvailable(), Trouble.BUSY),
        (psycopg.errors.InFailedSqlTransaction(), None),
        (psycopg.errors.UndefinedColumn(), None),
    ],
)
def test_what_postgresql_says(cause, trouble):
    error = DatabaseError()
    error.__cause__ = cause
    assert trouble_of(error) is trouble


def test_a_file_that_cannot_be_opened(tmp_path):
    error = OperationalError()
    with pytest.raises(sqlite3.OperationalError) as raised:
        sqlite3.connect(tmp_path)
    error.__cause__ = raised.value
    assert trouble_of(error) is Trouble.AWAY
