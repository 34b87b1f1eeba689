"""Every address of the project, for every role. The table is ``tests/url_roles.py``."""

from collections.abc import Iterator

import pytest
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from tests.factories import client_for
from tests.pages import page_faults
from tests.url_roles import ROLES, ROWS

GENERATED = {"admin"}
"""Namespaces whose addresses Django generates; those that a row names are tested all the same."""


def named_addresses(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    """The full names of every address below ``resolver``; one without a name is given by its pattern."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}" if entry.name else f"unnamed: {namespace}{entry.pattern}"
        elif entry.namespace not in GENERATED:
            yield from named_addresses(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)


NAMES = sorted(set(named_addresses(get_resolver())) | {name for name in ROWS if name.split(":")[0] in GENERATED})


class Cast:
    """The users of ``tests/conftest.py`` by name, made when first asked for."""

    def __init__(self, request):
        self._request = request

    def __getattr__(self, name):
        return self._request.getfixturevalue(name)


def address(name: str, cast: Cast) -> str:
    row = ROWS[name]
    return reverse(name, args=row.args(cast)) + (f"?{row.query}" if row.query else "")


def test_every_address_has_a_row_and_every_row_an_address():
    assert sorted(set(NAMES) - set(ROWS)) == [], "add these to tests/url_roles.py"
    assert sorted(set(ROWS) - set(NAMES)) == [], "these are gone: delete their rows"
    assert {name: row.statuses for name, row in ROWS.items() if len(row.statuses) != len(ROLES)} == {}


def client_of(role: str, cast: Cast):
    return client_for() if role == "visitor" else client_for(getattr(cast, role))


@pytest.mark.django_db
@pytest.mark.walk
@pytest.mark.parametrize("name", NAMES)
def test_each_role_gets_its_answer(name, request):
    """All roles ask for the same records: reading changes nothing."""
    cast = Cast(request)
    path = address(name, cast)
    answers = {role: client_of(role, cast).get(path) for role in ROLES}
    expected = dict(zip(ROLES, ROWS[name].statuses, strict=True))
    assert {role: answer.status_code for role, answer in answers.items()} == expected
    if "admin" not in name:
        pages = {role: answer.text for role, answer in answers.items() if is_page(answer)}
        assert {role: found for role, text in pages.items() if (found := page_faults(text))} == {}


def is_page(answer) -> bool:
    return answer.status_code == 200 and answer["Content-Type"].startswith("text/html")


@pytest.mark.django_db
@pytest.mark.parametrize("name", [name for name in NAMES if name in ROWS and not ROWS[name].takes_post])
def test_address_to_be_read_refuses_post(name, request):
    role = next(role for role, status in zip(ROLES, ROWS[name].statuses, strict=True) if status == 200)
    cast = Cast(request)
    assert client_of(role, cast).post(address(name, cast)).status_code == 405


def test_address_without_a_name_is_reported():
    from django.urls import include, path

    resolver = URLResolver(get_resolver().pattern, [path("x/", include([path("y/", lambda request: None)]))])
    assert list(named_addresses(resolver)) == ["unnamed: y/"]
    with pytest.raises(NoReverseMatch):
        reverse("unnamed: y/")
