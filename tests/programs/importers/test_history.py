"""What an import changed stands in the history under the name of its run, and nobody else's."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from programs.importers.run import import_sources
from programs.models import ImportRun, Offering, Organization
from tests.factories import client_for
from tests.programs.admin.test_catalog import form_values

from .helpers import HD, SAMPLES, copy_samples, rewrite, run

pytestmark = pytest.mark.django_db


@pytest.fixture
def revised(tmp_path):
    path = copy_samples(tmp_path)
    rewrite(path / HD, ("Portland", "Lakeville"))
    return path


def story(record):
    """(city, who, why) of each entry, oldest first."""
    entries = record.history.order_by("history_date", "history_id")
    return list(entries.values_list("city", "history_user__email", "history_change_reason"))


RUN = "Import: ipeds, hd2024.csv, c2024_a_firstmajor.csv"


def test_run_person_run_each_with_its_own_changes(editor, revised):
    run("cip", "ipeds")
    school, client = Organization.objects.get(unitid=900002), client_for(editor)
    page = reverse("admin:programs_organization_change", args=[school.pk])
    values = {**form_values(client.get(page)), "last_verified_on": "2026-03-01"}
    assert client.post(page, values).status_code == 302

    run("ipeds", path=revised)

    assert story(school) == [("Portland", None, RUN), ("Portland", editor.email, None), ("Lakeville", None, RUN)]
    shown = client.get(reverse("admin:programs_organization_history", args=[school.pk])).text
    assert "Portland → Lakeville" in shown
    assert shown.count(RUN) == 2


def test_the_next_editor_is_not_blamed(editor, revised):
    run("cip", "ipeds")
    run("ipeds", path=revised)
    school, client = Organization.objects.get(unitid=900002), client_for(editor)
    page = reverse("admin:programs_organization_change", args=[school.pk])
    client.post(page, {**form_values(client.get(page)), "acronym": "AB"})

    first, second, third = school.history.order_by("history_date", "history_id")
    assert [change.field for change in second.diff_against(first).changes] == ["city"]
    assert [change.field for change in third.diff_against(second).changes] == ["acronym"]
    assert first.history_date == ImportRun.objects.filter(source="ipeds").last().finished


def test_a_load_writes_no_history_and_marks_what_it_made():
    list(import_sources(["cip", "ipeds", "scorecard"], SAMPLES))
    assert not Organization.history.exists()
    assert not Offering.history.exists()
    made = ImportRun.objects.get(source="ipeds")
    assert all(made.made_this(offering) for offering in Offering.objects.all())
    assert ImportRun.objects.get(source="scorecard").counts["offerings"]["changed"]


def test_a_later_source_is_a_change_of_its_own():
    run("cip", "ipeds")
    changed = run("scorecard").counts["offerings"]["changed"]
    assert Offering.history.filter(history_type="~").count() == changed
    assert set(Offering.history.values_list("history_change_reason", flat=True)) == {
        RUN,
        "Import: scorecard, MERGED2023_24_PP.csv",
    }


def test_a_page_opened_before_an_import_is_not_saved_over_it(editor, revised):
    run("cip", "ipeds")
    school, client = Organization.objects.get(unitid=900002), client_for(editor)
    page = reverse("admin:programs_organization_change", args=[school.pk])
    opened = form_values(client.get(page))
    run("ipeds", path=revised)
    answer = client.post(page, {**opened, "acronym": "AB"})
    assert "An import or a command saved this record while you were editing it" in answer.text
    school.refresh_from_db()
    assert (school.city, school.acronym) == ("Lakeville", "")


def test_history_is_written_in_bulk(revised):
    run("cip", "ipeds")
    with CaptureQueriesContext(connection) as one:
        run("ipeds", path=revised)
    rewrite(revised / HD, ("Akron", "Hilltown"))
    Organization.history.all().delete()
    with CaptureQueriesContext(connection) as three:
        run("ipeds", path=revised)
    assert Organization.history.filter(history_type="~").count() == 3
    assert len(three) == len(one)
