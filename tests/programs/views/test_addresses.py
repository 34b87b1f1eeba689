"""An address that a record has left leads to where it is now, and a retired record's says so."""

import pytest
from django.db import transaction
from django.urls import reverse

from programs.choices import Status
from programs.models import FormerAddress
from programs.services.addresses import COLUMN, keep_address
from tests import factories as make
from tests.factories import client_for
from tests.programs.admin.test_catalog import form_values

pytestmark = pytest.mark.django_db


def rename(record, slug: str, **others) -> str:
    """Give a record another slug as the admin does; its address before."""
    before = record.get_absolute_url()
    for name, value in {"slug": slug, **others}.items():
        setattr(record, name, value)
    keep_address(record)
    record.save()
    return before


MAKERS = {
    "program": make.make_program,
    "organization": make.make_organization,
    "certification": make.make_certification,
    "job_title": make.make_job_title,
    "guide": make.make_guide,
}
EVERY_KIND = pytest.mark.parametrize("kind", MAKERS)


def test_every_kind_of_page_at_a_slug_is_here():
    assert set(MAKERS) == set(COLUMN.values())


@EVERY_KIND
def test_a_renamed_record_is_found_where_it_was(visitor, kind):
    record = MAKERS[kind]()
    first = rename(record, "second-name")
    second = rename(record, "third-name")
    for old in (first, second):
        answer = visitor.get(old, {"page": "2"})
        assert (answer.status_code, answer["Location"]) == (301, f"{record.get_absolute_url()}?page=2")
    assert visitor.get(record.get_absolute_url()).status_code == 200


@EVERY_KIND
def test_back_to_an_earlier_name_is_no_circle(visitor, kind):
    record = MAKERS[kind]()
    slug = record.slug
    rename(record, "elsewhere")
    left = rename(record, slug)
    assert visitor.get(record.get_absolute_url()).status_code == 200
    assert visitor.get(left)["Location"] == record.get_absolute_url()


@EVERY_KIND
def test_a_slug_that_another_record_takes_is_its_own(visitor, kind):
    record = MAKERS[kind]()
    slug, old = record.slug, rename(record, "moved-away")
    others = {"organization": record.organization} if kind == "program" else {}
    taker = MAKERS[kind](slug=slug, **others)
    assert visitor.get(old).status_code == 200
    rename(taker, "moved-too")
    assert visitor.get(old)["Location"] == taker.get_absolute_url()
    assert FormerAddress.objects.count() == 1


@EVERY_KIND
def test_a_retired_record_says_so_with_a_way_on(visitor, kind):
    record = MAKERS[kind]()
    old = rename(record, "retired-name", status=Status.RETIRED)
    for address in (old, record.get_absolute_url()):
        answer = visitor.get(address)
        assert answer.status_code == 410
        assert "is no longer listed" in answer.text
        assert str(record) in answer.content.decode().replace("&#x27;", "'")
        ways = answer.context["ways"]
        assert ways
        assert all(visitor.get(way).status_code == 200 for _, way in ways)


@EVERY_KIND
@pytest.mark.parametrize("status", [Status.DRAFT, Status.IN_REVIEW])
def test_a_draft_is_not_there_under_any_name(visitor, kind, status):
    record = MAKERS[kind]()
    old = rename(record, "not-yet", status=status)
    assert visitor.get(old).status_code == 404
    assert visitor.get(record.get_absolute_url()).status_code == 404


def test_a_renamed_school_takes_its_programs_along(visitor):
    program = make.make_program()
    school, old = program.organization, program.get_absolute_url()
    rename(school, "new-school")
    assert visitor.get(old)["Location"] == program.get_absolute_url()
    both = program.get_absolute_url()
    rename(program, "new-program")
    for address in (old, both):
        assert visitor.get(address)["Location"] == f"/programs/new-school/{program.slug}/"


def test_a_program_that_moves_to_another_school_is_found(visitor):
    program, other = make.make_program(), make.make_organization()
    old = rename(program, program.slug, organization=other)
    assert visitor.get(old)["Location"] == program.get_absolute_url()


def test_the_programs_of_a_retired_school_are_retired_with_it(visitor):
    program = make.make_program()
    school = program.organization
    school.status = Status.RETIRED
    school.save()
    answer = visitor.get(program.get_absolute_url())
    assert answer.status_code == 410
    assert not [way for _, way in answer.context["ways"] if way == school.get_absolute_url()]
    school.status = Status.DRAFT
    school.save()
    assert visitor.get(program.get_absolute_url()).status_code == 404


def test_what_never_was_is_not_found(visitor):
    program = make.make_program()
    for address in ("/programs/no/such/", f"/programs/{program.organization.slug}/no/", "/guides/no/", "/schools/no/"):
        assert visitor.get(address).status_code == 404


def test_a_page_costs_no_more_than_before(visitor, django_assert_num_queries):
    certification = make.make_certification()
    visitor.get(certification.get_absolute_url())
    old = rename(certification, "renamed")
    with django_assert_num_queries(3):
        visitor.get(old)


def test_a_changed_slug_in_the_admin_leaves_its_address_behind(editor, visitor):
    school = make.make_organization(status=Status.RETIRED)
    old, client = school.get_absolute_url(), client_for(editor)
    page = reverse("admin:programs_organization_change", args=[school.pk])
    values = form_values(client.get(page))
    assert client.post(page, {**values, "slug": "another"}).status_code == 302
    values = form_values(client.get(page))
    assert client.post(page, {**values, "status": "published"}).status_code == 302
    assert visitor.get(old)["Location"] == "/schools/another/"
    assert FormerAddress.objects.count() == 1


def test_a_refused_change_leaves_nothing(editor):
    """What is published without what it needs is taken back, and its redirect with it."""
    program = make.make_program(status=Status.DRAFT)
    client, page = client_for(editor), reverse("admin:programs_program_change", args=[program.pk])
    values = {**form_values(client.get(page)), "slug": "another", "status": "published"}
    with transaction.atomic():
        assert client.post(page, values).status_code == 200
    assert not FormerAddress.objects.exists()
