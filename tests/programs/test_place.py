import pytest

from programs.place import Place, find_place, forget_place, keep_place, place_of
from tests.factories import make_organization, make_zip

pytestmark = pytest.mark.django_db


def test_a_zip_code_is_a_place_with_a_centre():
    make_zip("44308")
    place = find_place(" 44308 ")
    assert (place.label, place.state, place.center) == ("44308 Akron, OH", "OH", (41.08, -81.52))
    assert place.params == {"zip": "44308", "within": "50"}
    assert find_place("44308-1234") == find_place("443081234") == place


def test_a_zip_that_the_file_lacks_is_where_the_schools_in_it_are_or_those_around():
    for code, latitude in (("00926", 18.2), ("00926-1117", 18.6), ("00901", 19.0)):
        make_organization(state="PR", zip=code, latitude=latitude, longitude=-66.0)
    make_organization(state="PR", zip="00926")  # where this one is nobody says
    make_organization(state="PR", zip="00926", latitude=10, longitude=-10, status="draft")
    place = find_place("00926")
    assert (place.label, place.state, place.is_approximate) == ("00926 (approximate), PR", "PR", True)
    assert place.center == pytest.approx((18.4, -66.0))
    assert find_place("00999").center == pytest.approx((18.6, -66.0))
    assert find_place("00800") is None


@pytest.mark.parametrize("text", ["OH", "oh", "Ohio", "  ohio "])
def test_a_state_is_found_by_code_or_name(text):
    place = find_place(text)
    assert (place.label, place.state, place.center, place.params) == ("Ohio", "OH", None, {"state": "OH"})


@pytest.mark.parametrize("text", ["", "99999", "4430", "443080", "ZZ", "Atlantis", "４４３０８"])
def test_what_names_no_place_is_none(text):
    make_zip("44308")
    assert find_place(text) is None


def test_a_place_is_kept_in_the_session_until_it_is_forgotten():
    session = {}
    assert place_of(session) is None
    keep_place(session, find_place("Ohio"))
    assert place_of(session) == Place("Ohio", "OH")
    forget_place(session)
    forget_place(session)
    assert session == {}


def test_a_session_of_another_shape_counts_as_no_place():
    assert place_of({"place": {"town": "Akron"}}) is None
    assert place_of({"place": "Akron"}) is None
