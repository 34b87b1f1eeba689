"""A request makes the server build no more rows than it can hold itself, whatever number it claims."""

import pytest
from django.contrib import admin
from django.test import RequestFactory
from django.urls import reverse

from advising.exceptions import AdvisingError
from advising.forms.appointments import MOST_DAYS, MOST_LINES, MOST_PLACES, MOST_RULES
from advising.forms.items import TemplateLines
from advising.models import AvailabilityException, AvailabilityRule, MeetingPlace
from advising.services import transfer
from tests.advising.factories import make_advisor
from tests.factories import client_for

FIELDS = 1000
"""Django's ``DATA_UPLOAD_MAX_NUMBER_FIELDS``; a row of any of the forms has four at least."""


def test_every_formset_of_the_admin_and_of_templates_is_bounded(admin_request):
    inlines = [
        inline
        for model_admin in admin.site._registry.values()
        for inline in model_admin.get_inline_instances(admin_request)
    ]
    assert len(inlines) >= 12
    most = {type(inline).__name__: inline.get_formset(admin_request).absolute_max for inline in inlines}
    assert {name: rows for name, rows in most.items() if rows > FIELDS / 4} == {}
    assert TemplateLines.absolute_max == 100


@pytest.fixture
def admin_request(admin):
    request = RequestFactory().get("/admin/")
    request.user = admin
    return request


@pytest.mark.parametrize(("name", "most"), [("rules", MOST_RULES), ("days", MOST_DAYS), ("places", MOST_PLACES)])
def test_hours_of_a_hundred_million_lines_are_refused(advisor, name, most):
    make_advisor(advisor)
    counts = {f"{each}-{kind}_FORMS": "0" for each in ("rules", "days", "places") for kind in ("TOTAL", "INITIAL")}
    answer = client_for(advisor).post(reverse("advising:availability"), counts | {f"{name}-TOTAL_FORMS": "99999999"})
    assert answer.status_code == 200
    assert len(answer.context["formsets"][name].forms) == MOST_LINES
    assert f"At most {most} lines can be kept." in answer.text
    assert not any(model.objects.exists() for model in (AvailabilityRule, AvailabilityException, MeetingPlace))


def test_a_list_that_is_too_long_is_read_no_further():
    """The last row cannot be read as CSV: whoever reads it fails over it."""
    cell = "x" * 200_000
    with pytest.raises(AdvisingError, match="This is not a CSV file"):
        transfer.lines_of(f"1\n{cell}")
    with pytest.raises(AdvisingError, match="At most 2,000 students"):
        transfer.lines_of("number\n" + "1\n" * (transfer.MOST + 1) + cell)
    assert len(transfer.lines_of("number\n" + "1\n" * transfer.MOST)) == transfer.MOST
