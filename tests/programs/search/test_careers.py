import pytest

from programs.choices import Status
from programs.search import careers
from programs.search.careers import find_careers
from programs.search.index import snapshot as snapshots
from programs.search.without_snapshot import careers_from_database
from tests.factories import make_job_title, make_occupation, make_occupation_title

pytestmark = pytest.mark.django_db


def from_snapshot(text, **options):
    return find_careers(text, snapshots.current(), **options)


def names(page):
    return (
        [hit.target.name for hit in page.job_titles],
        [(hit.target.title, hit.called) for hit in page.occupations],
    )


def found(text):
    return names(from_snapshot(text))


@pytest.fixture(params=[from_snapshot, careers_from_database])
def either(request):
    """The answer of the snapshot, and that of the database."""
    return request.param


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


def test_words_with_signs_codes_and_hyphens():
    developers = make_occupation(code="15-1252", title="Software Developers")
    for title in ("C++ Developer", ".NET Developer", "Applications Programmer", "X-Ray Software Tester"):
        make_occupation_title(occupation=developers, title=title)
    make_job_title(name="C Lawyer")
    assert found("C++") == ([], [("Software Developers", "C++ Developer")])
    assert found(".net") == ([], [("Software Developers", ".NET Developer")])
    assert found("C#") == ([], [])
    for code in ("15-1252", "SOC 15-1252.00", "151252"):
        assert found(code) == ([], [("Software Developers", "")])
    for typed in ("x-ray", "xray", "x ray"):
        assert found(typed) == ([], [("Software Developers", "X-Ray Software Tester")])


def test_where_no_title_holds_every_word_those_of_one_career_do():
    developers = make_occupation(title="Software Developers")
    make_occupation_title(occupation=developers, title="C++ Developer")
    for title in ("Applications Programmer", "Mainframe Programmer"):
        make_occupation_title(occupation=developers, title=title)
    make_occupation_title(occupation=make_occupation(title="Others"), title="Pattern Programmer")
    assert found("C++ programmer") == ([], [("Software Developers", "C++ Developer")])
    assert found("C++ poet") == ([], [])


def test_unpublished_titles_are_not_found(either):
    make_job_title(name="Secret agent", status=Status.DRAFT)
    assert names(either("agent")) == ([], [])


def test_the_database_answers_the_same_question_where_there_is_no_snapshot():
    make_job_title(name="Registered nurse", aliases=["RN", "Staff nurse"])
    make_job_title(name="Nurse (school)", is_curated=False)
    support = make_occupation(code="15-1232", title="Computer User Support Specialists")
    make_occupation_title(occupation=support, title="Help Desk Technician")
    make_occupation_title(occupation=support, title="Help Desk Tech")
    make_occupation(title="Attorneys")
    for text, expected in {
        "nursing": (["Registered nurse", "Nurse (school)"], []),
        "school": (["Nurse (school)"], []),
        "rn": (["Registered nurse"], []),
        "help desk": ([], [("Computer User Support Specialists", "Help Desk Tech")]),
        "support": ([], [("Computer User Support Specialists", "")]),
        "15-1232": ([], [("Computer User Support Specialists", "")]),
        "SOC 151232": ([], [("Computer User Support Specialists", "")]),
        "torney": ([], []),
    }.items():
        assert names(careers_from_database(text)) == expected, text
    assert [hit.called for hit in careers_from_database("staff").job_titles] == ["Staff nurse"]


@pytest.mark.parametrize("count", [1, 5])
def test_pages_are_bounded_and_totals_exact(either, count, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(careers, "CAREERS_A_PAGE", 2)
    monkeypatch.setattr("programs.search.without_snapshot.CAREERS_A_PAGE", 2)
    for number in range(count):
        make_job_title(name=f"Welder {number}")
        make_occupation_title(occupation=make_occupation(title=f"Metal workers {number}"), title="Welder")
    snapshots.current()
    with django_assert_max_num_queries(4):
        page = either("welder", number=99)
    assert (page.job_title_total, page.occupation_total) == (count, count)
    assert (page.number, page.pages, page.has_next) == ((count + 1) // 2, (count + 1) // 2, False)
    assert [hit.target.name for hit in page.job_titles] == [f"Welder {count - 1}"]
    assert either("welder").has_next is (count > 2)
    assert len(either("welder").occupations) == min(count, 2)


@pytest.mark.parametrize("text", ["", "   ", "!!!", "%", "_", "'; drop table", "\\", "(" * 50])
def test_odd_words_find_nothing_and_break_nothing(either, text):
    make_job_title(name="Welder")
    page = either(text)
    assert (names(page), page.pages) == (([], []), 1)
