import psycopg
import pytest
from django.db import OperationalError, connection


@pytest.fixture
def read_only(transactional_db):
    """From here on the database takes no changes."""
    on, off = {
        "sqlite": ("PRAGMA query_only = ON", "PRAGMA query_only = OFF"),
        "postgresql": ("SET default_transaction_read_only = on", "SET default_transaction_read_only = off"),
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(on)
    yield
    with connection.cursor() as cursor:
        cursor.execute(off)


@pytest.fixture
def away(db):
    """From here on the database does not answer; holds the statements that were tried."""
    tried = []

    def refuse(execute, sql, params, many, context):
        tried.append(sql)
        raise OperationalError("gone") from psycopg.OperationalError("server closed the connection unexpectedly")

    with connection.execute_wrapper(refuse):
        yield tried
