"""Pages of the directory, named by their addresses as people copy them."""

import pytest
from django.core.exceptions import ValidationError

from advising.forms.directory import AddressesField, target_at
from programs.choices import Status
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", ["program", "certification", "job_title"])
@pytest.mark.parametrize(
    "written",
    [
        "{}",
        "https://waypoint.example.edu{}",
        "waypoint.example.edu:8000{}",
        "{}?from=https://example.org/",
        "{}#costs",
    ],
)
def test_the_page_is_found_however_its_address_is_written(kind, written):
    target = getattr(make, f"make_{kind}")()
    address = target.get_absolute_url()
    assert target_at(written.format(address)) == target
    assert target_at(written.format(address.rstrip("/"))) == target


@pytest.mark.parametrize("kind", ["program", "certification", "job_title"])
def test_what_is_not_published_has_no_page(kind):
    assert target_at(getattr(make, f"make_{kind}")(status=Status.DRAFT).get_absolute_url()) is None


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/programs/",
        "/programs/no/such/",
        "/advising/me/",
        "https://example.org/",
        "http://[",
        "x",
        "//",
        "/careers/",
        "schools",
    ],
)
def test_other_addresses_name_nothing(address):
    assert target_at(address) is None


def test_a_school_and_a_guide_are_nothing_to_link_to():
    assert target_at(make.make_organization().get_absolute_url()) is None
    assert target_at(make.make_guide(status=Status.PUBLISHED).get_absolute_url()) is None


def test_the_field_reads_one_a_line_and_names_the_line_that_is_wrong():
    program, title = make.make_program(), make.make_job_title()
    field = AddressesField(required=False)
    lines = f"{program.get_absolute_url()}\n\n  {title.get_absolute_url()}  "
    assert (field.clean(lines), field.clean("")) == ([program, title], [])
    with pytest.raises(ValidationError, match="No page of the directory has the address “/careers/none/”"):
        field.clean(f"{lines}\n/careers/none/")


def test_what_is_kept_stays_valid_when_it_is_no_longer_published():
    title = make.make_job_title(status=Status.RETIRED)
    field = AddressesField()
    with pytest.raises(ValidationError):
        field.clean(title.get_absolute_url())
    field.kept = [title]
    assert field.clean(title.get_absolute_url()) == [title]
