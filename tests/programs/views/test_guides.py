"""Guides built by hand; those that ship with Waypoint are read in test_shipped_pages.py."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programs.choices import Status
from tests import factories as make
from tests.pages import page_faults, page_words

pytestmark = pytest.mark.django_db


def words_of(client, address):
    response = client.get(address)
    assert response.status_code == 200
    assert page_faults(response.content.decode()) == []
    return page_words(response.content.decode())


def test_a_guide_shows_the_catalog_as_it_is_now(visitor):
    title = make.make_job_title(name="Welder")
    guide = make.make_guide(title="Welding")
    guide.job_titles.add(title)
    make.make_guide_item(guide=guide, job_title=title, text="Joins metal.")
    issuer = make.make_organization(name="Welding Society")
    certified = make.make_certification(name="Certified Welder", issuer=issuer)
    make.make_career_link(certification=certified, job_title=title)
    make.make_statistic(job_title=title, value=Decimal(52_000))
    page = words_of(visitor, guide.get_absolute_url())
    assert "Welder Joins metal." in page
    assert "Welding Society Certified Welder" in page
    assert "$52,000 a year" in page


def test_a_guide_names_nothing_that_is_no_longer_published(visitor):
    title = make.make_job_title(name="Welder")
    certified = make.make_certification(name="Certified Welder")
    make.make_career_link(certification=certified, job_title=title)
    guide = make.make_guide(title="Metalwork")
    guide.job_titles.add(title)
    make.make_guide_item(guide=guide, job_title=title, text="Joins metal.")
    make.make_pathway_step(guide=guide, certification=certified)
    page = words_of(visitor, guide.get_absolute_url())
    assert "Certified Welder" in page
    assert "Joins metal." in page
    for record in (certified, title):
        record.status = Status.RETIRED
        record.save()
    page = words_of(visitor, guide.get_absolute_url())
    assert "Welder" not in page
    assert "Joins metal." not in page


def test_a_link_of_a_guide_goes_with_the_page_it_leads_to(visitor):
    guide, other = make.make_guide(title="Metalwork"), make.make_guide(title="Welding")
    make.make_guide_item(guide=guide, text="More of it.", link=other.get_absolute_url())
    link = f'href="{other.get_absolute_url()}"'
    assert link in visitor.get(guide.get_absolute_url()).text
    other.status = Status.RETIRED
    other.save()
    text = visitor.get(guide.get_absolute_url()).text
    assert link not in text
    assert "More of it." in text


def test_only_published_guides_are_listed_and_shown(visitor):
    shown, draft = make.make_guide(title="Shown"), make.make_guide(title="Hidden", status=Status.DRAFT)
    assert "Shown" in words_of(visitor, "/guides/")
    assert "Hidden" not in words_of(visitor, "/guides/")
    assert visitor.get(shown.get_absolute_url()).status_code == 200
    assert visitor.get(draft.get_absolute_url()).status_code == 404


def test_no_guides_yet_is_said(visitor):
    assert "No guide is published yet" in words_of(visitor, "/guides/")


def test_statements_do_not_grow_with_the_guide(visitor):
    guide = make.make_guide()

    def grow():
        occupation, title = make.make_occupation(), make.make_job_title()
        guide.occupations.add(occupation)
        guide.job_titles.add(title)
        make.make_crosswalk(occupation=occupation)
        title.advances_to.add(make.make_job_title())
        make.make_career_link(job_title=title, certification=make.make_certification())
        make.make_guide_item(guide=guide, job_title=title, source=make.make_source())
        make.make_pathway_step(guide=guide, certification=make.make_certification(), source=make.make_source())
        make.make_statistic(occupation=occupation)

    def statements():
        visitor.get(guide.get_absolute_url())
        with CaptureQueriesContext(connection) as queries:
            assert visitor.get(guide.get_absolute_url()).status_code == 200
        return len(queries)

    grow()
    with_one = statements()
    grow()
    grow()
    assert statements() == with_one
