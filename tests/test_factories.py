"""The test bed itself: every factory makes valid records, again and again."""

import inspect

import pytest
from django.db.models import Model

from tests import factories

MAKERS = {
    name: maker
    for name, maker in inspect.getmembers(factories, inspect.isfunction)
    if name.startswith("make_") and name not in {"make_group", "make_zip"}
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", MAKERS)
def test_factory_makes_two_valid_records(name):
    for record in (MAKERS[name](), MAKERS[name]()):
        assert isinstance(record, Model)
        record.full_clean(exclude=["password"])
        assert getattr(record, "status", "published") in {"published", "accredited"}


@pytest.mark.django_db
def test_cast_has_one_group_each(student, other_student, advisor, stranger_advisor, lead, editor, admin):
    cast = [student, other_student, advisor, stranger_advisor, lead, editor, admin]
    groups = [list(user.groups.values_list("name", flat=True)) for user in cast]
    assert groups == [
        ["Student"],
        ["Student"],
        ["Advisor"],
        ["Advisor"],
        ["Lead advisor"],
        ["Catalog editor"],
        ["Administrator"],
    ]
    assert [user.is_staff for user in cast] == [False] * 5 + [True] * 2
    assert editor.has_perm("programs.change_program")
