import pytest

from programs.choices import Status
from programs.search.career_names import find_careers
from tests.factories import make_job_title, make_occupation, make_occupation_title

pytestmark = pytest.mark.django_db


def found(text):
    job_titles, occupations = find_careers(text)
    return [hit.target.name for hit in job_titles], [(hit.target.title, hit.called) for hit in occupations]


def test_titles_are_found_by_name_alias_and_stem():
    make_job_title(name="Registered nurse", aliases=["RN", "Staff nurse"])
    make_job_title(name="Attorney")
    assert found("rn") == (["Registered nurse"], [])
    assert found("RN") == (["Registered nurse"], [])
    assert found("nursing") == (["Registered nurse"], [])
    assert found("staff nurses") == (["Registered nurse"], [])
    assert found("regist") == (["Registered nurse"], [])
    assert found("torney") == ([], [])


def test_occupations_are_found_by_any_title_that_people_use():
    support = make_occupation(title="Computer User Support Specialists")
    make_occupation_title(occupation=support, title="Help Desk Tech (Help Desk Technician)")
    make_occupation_title(occupation=support, title="Help Desk Analyst")
    aides = make_occupation(title="Medical Assistants")
    make_occupation_title(occupation=aides, title="Certified Medical Assistant (CMA)")
    assert found("help desk") == ([], [("Computer User Support Specialists", "Help Desk Analyst")])
    assert found("cma") == ([], [("Medical Assistants", "Certified Medical Assistant (CMA)")])
    assert found("medical assistant") == ([], [("Medical Assistants", "")])
    assert found(support.code) == ([], [("Computer User Support Specialists", "")])


def test_the_exact_name_comes_first_then_curated_titles_then_short_ones():
    make_job_title(name="Billing clerk, medical biller", is_curated=False)
    make_job_title(name="Senior medical biller", is_curated=True)
    make_job_title(name="Medical biller", is_curated=False)
    make_job_title(name="Claims clerk", aliases=["Medical biller and coder"])
    assert found("medical biller")[0] == [
        "Medical biller",
        "Senior medical biller",
        "Billing clerk, medical biller",
        "Claims clerk",
    ]


def test_unpublished_titles_are_not_found():
    make_job_title(name="Secret agent", status=Status.DRAFT)
    assert found("agent") == ([], [])


@pytest.mark.parametrize("text", ["", "   ", "!!!", "%", "_", "'; drop table", "\\", "(" * 50])
def test_odd_words_find_nothing_and_break_nothing(text):
    make_job_title(name="Welder")
    assert found(text) == ([], [])
