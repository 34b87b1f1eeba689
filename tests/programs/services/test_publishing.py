"""Publishing: what may be shown, with the reason for every refusal, and who changed it."""

import pytest

from programs.choices import GuideItemKind, Status
from programs.exceptions import DirectoryError
from programs.models import CatalogRevision
from programs.services import publishing
from programs.services.publishing import publication_problems, withdrawal_problems
from tests.factories import (
    make_career_link,
    make_certification,
    make_guide,
    make_guide_item,
    make_job_title,
    make_occupation,
    make_offering,
    make_organization,
    make_pathway_step,
    make_program,
    make_source,
)

pytestmark = pytest.mark.django_db


def whole_organization():
    return make_organization(status=Status.DRAFT)


def whole_program():
    program = make_program(status=Status.DRAFT)
    make_offering(program=program)
    return program


def whole_offering():
    return make_offering(status=Status.DRAFT)


def whole_certification():
    return make_certification(status=Status.DRAFT, website="https://issuer.example/cpc")


def whole_job_title():
    return make_job_title(status=Status.DRAFT, occupation=make_occupation())


def whole_guide():
    guide = make_guide(status=Status.DRAFT)
    make_guide_item(guide=guide)
    return guide


WHOLE = [whole_organization, whole_program, whole_offering, whole_certification, whole_job_title, whole_guide]


@pytest.mark.parametrize("make", WHOLE)
def test_a_whole_record_goes_through_its_life(make, editor):
    record = make()
    for change, status in (
        (publishing.send_for_review, "in_review"),
        (publishing.publish, "published"),
        (publishing.retire, "retired"),
        (publishing.publish, "published"),
    ):
        if make is whole_offering and change is publishing.retire:
            make_offering(program=record.program)
        change(record, user=editor)
        record.refresh_from_db()
        assert record.status == status
        newest = record.history.latest()
        assert (newest.status, newest.history_user) == (status, editor)


def test_search_follows(editor):
    program = whole_program()
    before = CatalogRevision.objects.get().number
    publishing.publish(program, user=editor)
    assert CatalogRevision.objects.get().number == before + 1


def test_only_the_status_is_written(editor):
    program = whole_program()
    program.name = "Never saved"
    publishing.publish(program, user=editor)
    program.refresh_from_db()
    assert program.name != "Never saved"
    assert program.last_verified_on is None


def test_refusal_names_the_record_and_writes_nothing(editor):
    program = make_program(name="Welding", status=Status.DRAFT, organization=make_organization(name="Hill College"))
    entries = program.history.count()
    with pytest.raises(DirectoryError) as refusal:
        publishing.publish(program, user=editor)
    assert str(refusal.value) == (
        "Not published: “Welding (Certificate, 12 weeks to 1 year), Hill College” has no published offering."
    )
    assert program.status == Status.DRAFT
    program.refresh_from_db()
    assert (program.status, program.history.count()) == (Status.DRAFT, entries)


@pytest.mark.parametrize(
    ("change", "status", "message"),
    [
        (publishing.publish, Status.PUBLISHED, "Not published: “Hill College” is already published."),
        (publishing.retire, Status.RETIRED, "Not retired: “Hill College” is already retired."),
        (
            publishing.send_for_review,
            Status.PUBLISHED,
            "Not sent for review: “Hill College” is published; to take it off the site, retire it.",
        ),
    ],
)
def test_a_step_that_leads_nowhere_is_refused(change, status, message, editor):
    school = make_organization(name="Hill College", status=status)
    with pytest.raises(DirectoryError) as refusal:
        change(school, user=editor)
    assert str(refusal.value) == message


def test_program_needs_field_school_and_offering():
    school = make_organization(name="Hill College", status=Status.DRAFT)
    program = make_program(status=Status.DRAFT, field=None, organization=school)
    make_offering(program=program, status=Status.RETIRED)
    assert publication_problems(program) == [
        "has no field of study",
        "belongs to “Hill College”, which is not published",
        "has no published offering",
    ]


def test_mistakes_in_columns_are_named():
    program = whole_program()
    type(program).objects.filter(pk=program.pk).update(url="not an address")
    program.refresh_from_db()
    assert publication_problems(program) == ["has a mistake in “address at the school” (Enter a valid URL)"]


def test_certification_needs_issuer_and_website():
    issuer = make_organization(name="Coders’ Guild", status=Status.DRAFT)
    certification = make_certification(status=Status.DRAFT, issuer=issuer)
    assert publication_problems(certification) == [
        "is issued by “Coders’ Guild”, which is not published",
        "has no website where a student can check it",
    ]


def test_job_title_must_be_reachable():
    job_title = make_job_title()
    assert publication_problems(job_title) == ["has no occupation, and no program or certification leads to it"]
    make_career_link(job_title=job_title)
    assert publication_problems(job_title) == []


def test_guide_needs_items():
    assert publication_problems(make_guide()) == ["has no items"]


@pytest.mark.parametrize(
    ("text", "states_number"),
    [
        ("Coders read CPT and ICD-10 codes.", False),
        ("An H1B visa, a CPC-A stage.", False),
        ("Two to four years.", False),
        ("It takes 2 years.", True),
        ("About $47,180 a year.", True),
        ("Growth from 2022-2032.", True),
        ("(8 %)", True),
    ],
)
def test_number_in_a_guide_needs_a_source(text, states_number):
    guide = make_guide()
    item = make_guide_item(guide=guide, kind=GuideItemKind.INTRO, title="Why", text=text)
    assert publication_problems(guide) == (["states a number without a source in “Why”"] if states_number else [])
    item.source = make_source()
    item.save()
    assert publication_problems(guide) == []


def test_number_in_a_step_or_summary_needs_a_source():
    guide = whole_guide()
    guide.summary = "Growing by 8 percent."
    make_pathway_step(guide=guide, title="Study", duration_min_weeks=12, duration_max_weeks=52)
    make_pathway_step(guide=guide, title="Practice", body="About 600 hours.")
    make_pathway_step(guide=guide, title="Sit the exam", body="After it, apply.")
    assert publication_problems(guide) == [
        "states a number in its summary, where no source can stand; move it to an item",
        "states a number without a source in the step “Study”",
        "states a number without a source in the step “Practice”",
    ]


def test_guide_refers_only_to_what_is_published():
    guide = whole_guide()
    draft = make_job_title(name="Coder", status=Status.DRAFT)
    guide.job_titles.add(make_job_title(), make_job_title(name="Auditor", status=Status.RETIRED))
    make_guide_item(guide=guide, job_title=draft)
    make_pathway_step(guide=guide, title="Exam", certification=make_certification(name="CPB", status=Status.DRAFT))
    assert publication_problems(guide) == [
        "refers to “Auditor”, which is not published",
        "refers to “CPB”, which is not published",
        "refers to “Coder”, which is not published",
    ]


@pytest.mark.parametrize(
    ("link", "good"),
    [
        ("https://www.bls.gov/ooh/", True),
        ("/accounts/login/?next=/", True),
        ("/schools/hill-college/", True),
        ("/schools/draft-college/", False),
        ("/schools/no-such-school/", False),
        ("/no-such-page/", False),
        ("//elsewhere.example/", False),
        ("javascript:alert()", False),
        ("hill-college", False),
    ],
)
def test_guide_links_lead_somewhere(link, good):
    make_organization(slug="hill-college")
    make_organization(slug="draft-college", status=Status.DRAFT)
    guide = make_guide()
    make_guide_item(guide=guide, link=link)
    assert publication_problems(guide) == ([] if good else [f"links to “{link}”, where nothing is published"])


def test_what_published_records_rest_on_stays(editor):
    certification = whole_certification()
    publishing.publish(certification, user=editor)
    guide = make_guide(title="Coding")
    make_pathway_step(guide=guide, certification=certification)
    job_title = make_job_title()
    guide.job_titles.add(job_title)
    make_guide_item(guide=guide, job_title=job_title)
    offering = make_offering()
    assert withdrawal_problems(certification) == ["is part of the published guide “Coding”"]
    assert withdrawal_problems(job_title) == ["is part of the published guide “Coding”"]
    assert withdrawal_problems(certification.issuer) == [f"issues “{certification}”, which is published"]
    assert withdrawal_problems(offering) == [
        f"is the only published offering of “{offering.program}”; retire the program instead"
    ]
    with pytest.raises(DirectoryError, match=r"^Not retired: “.*” is part of the published guide “Coding”\.$"):
        publishing.retire(certification, user=editor)
    publishing.retire(guide, user=editor)
    publishing.retire(certification, user=editor)
    publishing.retire(certification.issuer, user=editor)
    publishing.retire(offering.program, user=editor)
    publishing.retire(offering, user=editor)
    assert offering.status == Status.RETIRED


def test_what_a_published_guide_links_to_stays(editor):
    guide = make_guide(title="Coding")
    program = make_program()
    make_offering(program=program)
    make_guide_item(guide=guide, link=f"{program.get_absolute_url()}#cost")
    other = make_program(organization=program.organization, slug=f"{program.slug}-2")
    make_offering(program=other)
    assert withdrawal_problems(program) == ["is linked from the published guide “Coding”"]
    assert withdrawal_problems(other) == []
    guide.status = Status.DRAFT
    guide.save()
    assert withdrawal_problems(program) == []


def test_dead_links_are_found_together(django_assert_num_queries):
    school = make_organization(slug="hill")
    alive = make_program(organization=school, slug="welding")
    retired = make_program(organization=school, slug="coding", status=Status.RETIRED)
    make_certification(slug="cpc")
    links = [alive.get_absolute_url(), retired.get_absolute_url(), "/schools/hill/", "/schools/none/", "", "/nowhere/"]
    links += [
        "/certifications/cpc/",
        "/certifications/cpb/",
        "/programs/?q=x",
        "https://bls.gov/",
        "javascript:alert(1)",
    ]
    with django_assert_num_queries(3):
        dead = publishing.dead_links(links)
    assert dead == {
        retired.get_absolute_url(),
        "/schools/none/",
        "/nowhere/",
        "/certifications/cpb/",
        "javascript:alert(1)",
    }


def test_a_record_that_somebody_else_changed_meanwhile_is_judged_as_it_is(editor):
    mine, theirs = (type(record).objects.get(pk=record.pk) for record in [whole_program()] * 2)
    publishing.publish(theirs, user=editor)
    with pytest.raises(DirectoryError, match="is already published"):
        publishing.publish(mine, user=editor)
    with pytest.raises(DirectoryError, match="to take it off the site, retire it"):
        publishing.send_for_review(mine, user=editor)
