"""Choosing among more students than a request may hold fields, without a script."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from advising.forms.picking import A_PAGE, read_ids
from advising.models import ActionItem, Assignment, Campaign, CampaignInvitation, StudentProfile
from tests.advising.factories import make_template
from tests.factories import client_for
from tests.pages import fields_sent, one_line

pytestmark = pytest.mark.django_db

MANY = 2_001
CAMPAIGN, APPLY = reverse("advising:new_campaign"), reverse("advising:apply_template")


@pytest.fixture
def many(ada) -> list[int]:
    """Students of ``ada``, in the order of their names."""
    users = get_user_model().objects.bulk_create(
        get_user_model()(email=f"many-{n}@example.org", first_name="Many", last_name=f"{n:05}") for n in range(MANY)
    )
    students = StudentProfile.objects.bulk_create(StudentProfile(user=user) for user in users)
    since = timezone.localdate() - timedelta(days=1)
    Assignment.objects.bulk_create(
        Assignment(student=student, advisor=ada, unit=ada.unit, starts_on=since) for student in students
    )
    return [student.pk for student in students]


def send(client, address, fields):
    """As a browser does: every field by itself, and no more of them than a request may hold."""
    assert len(fields) <= settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
    return client.post(address, urlencode(fields), content_type="application/x-www-form-urlencoded")


def invitation(page, **typed):
    closes_on = timezone.localdate() + timedelta(days=14)
    return fields_sent(page.text, "students", name="Spring", closes_on=f"{closes_on}", **typed)


def invited() -> set[int]:
    return set(CampaignInvitation.objects.values_list("student", flat=True))


def test_a_campaign_to_two_thousand_is_sent_as_it_stands(ada, many):
    client = client_for(ada.user)
    page = client.get(CAMPAIGN)
    assert page.text.count('type="checkbox"') == A_PAGE
    assert send(client, CAMPAIGN, invitation(page)).status_code == 302
    assert invited() == set(many)


def test_ticks_stay_while_the_pages_of_the_list_are_turned(ada, many):
    client = client_for(ada.user)
    page = client.get(CAMPAIGN)
    left_out = {many[0], many[A_PAGE], many[-1]}

    def without_them(page, **typed):
        return [field for field in invitation(page, **typed) if field[1] not in map(str, left_out)]

    for number in range(2, MANY // A_PAGE + 2):
        page = send(client, CAMPAIGN, without_them(page, **{"students-show": str(number)}))
        assert page.status_code == 200
        assert 'value="Spring"' in page.text
        assert "required" not in page.context["form"].errors.as_text()
        assert not Campaign.objects.exists()
    assert send(client, CAMPAIGN, without_them(page)).status_code == 302
    assert invited() == set(many) - left_out


def test_all_and_none_are_one_press_each(ada, many):
    client = client_for(ada.user)
    nobody = send(client, CAMPAIGN, invitation(client.get(CAMPAIGN), **{"students-show": "none"}))
    assert "checked" not in nobody.text
    refused = send(client, CAMPAIGN, invitation(nobody))
    assert "Choose at least one student." in refused.text
    everybody = send(client, CAMPAIGN, invitation(refused, **{"students-show": "all"}))
    assert send(client, CAMPAIGN, invitation(everybody)).status_code == 302
    assert invited() == set(many)


def test_a_template_is_handed_out_to_two_thousand(ada, many):
    template = make_template(ada.unit)
    client = client_for(ada.user)
    page = client.get(APPLY, {"template": template.pk})
    page = send(client, APPLY, fields_sent(page.text, "apply", template=f"{template.pk}", **{"students-show": "all"}))
    assert not ActionItem.objects.exists()
    done = send(client, APPLY, fields_sent(page.text, "apply", template=f"{template.pk}", apply="1"))
    assert one_line(done.text).count("1 item added") == MANY
    assert ActionItem.objects.count() == MANY


def test_a_list_that_was_handed_over_stays_the_list_when_nobody_is_ticked(ada, many):
    client, some = client_for(ada.user), many[:3]
    page = client.post(APPLY, {"students": ",".join(map(str, some))})
    assert [name for name, _ in fields_sent(page.text, "apply")].count("students") == 3
    page = send(client, APPLY, fields_sent(page.text, "apply", **{"students-show": "none"}))
    assert list(page.context["form"].fields["students"].students) == [str(pk) for pk in some]
    assert "checked" not in page.text


@pytest.mark.parametrize("button", ["0", "7", "9" * 5000, "²", "x", ""])
def test_a_button_that_is_none_shows_a_page_and_sends_nothing_more_than_was_asked(ada, sam, button):
    fields = {"name": "Spring", "students": sam.pk, "students-show": button}
    assert client_for(ada.user).post(CAMPAIGN, fields).status_code == 200
    assert not Campaign.objects.exists()


@pytest.mark.parametrize("ticked", ["x", "9" * 30, "-1", "\u0663", "1 OR 1=1"])
def test_ids_that_are_none_are_refused(ada, sam, ticked):
    today = f"{timezone.localdate()}"
    fields = {"name": "Spring", "opens_on": today, "closes_on": today, "students": f"{sam.pk},{ticked}"}
    answer = client_for(ada.user).post(CAMPAIGN, fields)
    assert "Some of those chosen are not in this list any more." in answer.text
    assert not Campaign.objects.exists()


def test_fields_name_each_student_once():
    assert read_ids(["12,7", "", "7", "9,"]) == ["12", "7", "9"]
