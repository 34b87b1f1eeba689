"""The cast: one visitor and seven people whom every test of access can call by name."""

import pytest
from django.core.cache import cache

from tests.factories import client_for, make_user


@pytest.fixture(autouse=True)
def _empty_cache():
    """The cache is not rolled back with the database, and sign-in limits count in it."""
    cache.clear()


@pytest.fixture
def visitor():
    """A browser that nobody has signed in with."""
    return client_for()


@pytest.fixture
def student(db):
    return make_user("Student", email="student@example.org", first_name="Sam", last_name="Student")


@pytest.fixture
def other_student(db):
    return make_user("Student", email="other.student@example.org", first_name="Olive", last_name="Other")


@pytest.fixture
def advisor(db):
    return make_user("Advisor", email="advisor@example.org", first_name="Ada", last_name="Advisor")


@pytest.fixture
def stranger_advisor(db):
    """An advisor of another unit, with no tie to ``student``."""
    return make_user("Advisor", email="stranger@example.org", first_name="Stefan", last_name="Stranger")


@pytest.fixture
def lead(db):
    return make_user("Lead advisor", email="lead@example.org", first_name="Lena", last_name="Lead")


@pytest.fixture
def editor(db):
    return make_user(
        "Catalog editor", email="editor@example.org", first_name="Edda", last_name="Editor", is_staff=True
    )


@pytest.fixture
def admin(db):
    return make_user(
        "Administrator",
        email="admin@example.org",
        first_name="Alma",
        last_name="Admin",
        is_staff=True,
        is_superuser=True,
    )
