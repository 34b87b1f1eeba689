"""From the search to a note both have read: a student, their advisor, a stranger and the lead, in a real browser."""

import re
from datetime import UTC, datetime, time, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from advising.models import AvailabilityRule, Note
from programs.models import Program
from tests import factories as make
from tests.advising.factories import (
    make_advisor,
    make_appointment,
    make_assignment,
    make_goal,
    make_note,
    make_places,
    make_saved_program,
    make_student,
    make_unit,
)
from tests.browser.conftest import DESKTOP, PHONE, TABLET

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
"""A Monday, 10 in the morning in New York."""
MEETING = NOW + timedelta(days=7, hours=-1)
"""The first time that Ada offers: the Monday after, at nine."""
TEXT = "We chose the evening program; Sam registers for the exam in May."


@pytest.fixture
def clock(monkeypatch):
    """Turn the clock of the site with ``clock(moment)``; it begins at NOW."""

    def turn(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)

    turn(NOW)
    return turn


@pytest.fixture
def directory():
    """Two billing programs that lead to a certification, which opens a job title."""
    billing = make.make_field(code="51.0714", title="Medical Insurance Specialist/Medical Biller")
    biller = make.make_job_title(name="Medical biller")
    cpb = make.make_certification(name="Certified Professional Biller", acronym="CPB", field=billing)
    make.make_career_link(job_title=biller, certification=cpb)
    for name in ("Medical Billing", "Medical Billing Evenings"):
        program = make.make_program(name=name, field=billing)
        make.make_offering(program=program)
        make.make_program_certification(program, cpb)


@pytest.fixture
def office(student, advisor, lead, stranger_advisor):
    """Ada, who advises Sam and takes appointments on Monday mornings; Lena leads her unit, Stefan is of another.

    Returns Carl, who advises Sam too, on careers.
    """
    unit = make_unit(name="Program advising")
    ada = make_advisor(advisor, unit=unit)
    make_places(ada)
    AvailabilityRule.objects.create(advisor=ada, weekday=0, starts_at=time(9), ends_at=time(11))
    sam = make_student(student)
    make_assignment(sam, ada, starts_on=NOW.date())
    make_advisor(lead, unit=unit)
    make_advisor(stranger_advisor)
    colleague = make_advisor(make.make_user("Advisor", first_name="Carl", last_name="Colleague"))
    make_assignment(sam, colleague, kind="career", starts_on=NOW.date())
    return colleague.user


@pytest.mark.parametrize(("size", "script"), [(PHONE, True), (DESKTOP, False)], ids=["phone", "no-script"])
def test_from_a_search_to_a_note_that_both_have_read(
    directory, office, clock, open_page, student, advisor, lead, stranger_advisor, size, script
):
    sam, ada, carl, stefan, lena = (
        open_page(user, viewport=size, java_script_enabled=script)
        for user in (student, advisor, office, stranger_advisor, lead)
    )
    search_and_save(sam)
    set_a_goal(sam)
    ask_to_discuss(sam)
    book(sam)
    clock(MEETING)
    hold_the_appointment(ada)
    note_url = write_the_note(ada)
    read_the_note(sam, note_url)
    carl.goto(note_url)
    expect(main(carl)).to_contain_text(TEXT)
    for address in (note_url, re.sub(r"notes/\d+", f"students/{Note.objects.get().student_id}", note_url)):
        assert stefan.goto(address).status == 404
        assert TEXT not in stefan.content()
    see_who_read(lena)


@pytest.mark.parametrize(
    ("size", "scheme"), [(PHONE, "light"), (TABLET, "dark"), (DESKTOP, "light")], ids=["phone", "tablet", "desktop"]
)
def test_pages_are_accessible_and_fit(directory, office, open_page, assert_accessible, student, advisor, size, scheme):
    """With two goals of many steps, and the forms that offer what a student saved."""
    sam = student.student_profile
    guide = make.make_guide(title="Billing")
    for name in ("Medical coder", "Medical auditor"):
        goal = make_goal(sam, job_title=make.make_job_title(name=name))
        guide.job_titles.add(goal.job_title)
    for title in ("Finish high school", "Complete a program", "Add a degree", "Pass an exam", "Apply for a job"):
        make.make_pathway_step(guide=guide, title=f"{title} or what counts for it")
    make_saved_program(sam, program=Program.objects.first())
    meeting = make_appointment(sam, advisor.advisor_profile)
    note = make_note(sam, advisor.advisor_profile, visibility="student")
    pages = {
        student: ["me/", "saved/", "book/", "discuss/", f"goals/{goal.pk}/", f"appointments/{meeting.pk}/"],
        advisor: [
            "calendar/",
            "availability/",
            "campaigns/new/",
            f"appointments/{meeting.pk}/place/",
            "caseload/",
            f"students/{sam.pk}/",
            f"students/{sam.pk}/notes/new/",
            f"notes/{note.pk}/",
        ],
    }
    for user, addresses in pages.items():
        page = open_page(user, viewport=size, color_scheme=scheme, reduced_motion="reduce")
        for address in addresses:
            page.goto(f"/advising/{address}")
            assert_accessible(page)
            wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
            assert (address, wide) == (address, False)


def main(page):
    return page.get_by_role("main")


def expect_heading(page, text: str | re.Pattern):
    """The page of that heading is there, whole."""
    expect(page.get_by_role("heading", level=1)).to_have_text(text)
    page.wait_for_load_state()


def expect_said(page, text: str):
    """What the last action brought."""
    expect(main(page).get_by_role("status").filter(has_text=text)).to_be_visible()


def search_and_save(page):
    page.goto("/programs/")
    page.locator("#search [name='q']").fill("medical billing")
    main(page).get_by_role("button", name="Search").click()
    page.wait_for_url(re.compile(r"/programs/\?q=medical(\+|%20)billing"))
    expect(page.locator("#result-count")).to_have_attribute("data-total", "2")
    for name in ("Medical Billing", "Medical Billing Evenings"):
        page.get_by_role("button", name=f"Save {name}", exact=True).click()
        expect(main(page).get_by_role("status").get_by_role("link", name=f"Saved {name}", exact=True)).to_be_visible()
    page.get_by_role("link", name="My page").click()
    saved = page.get_by_role("checkbox").locator("xpath=following-sibling::span//a")
    expect(saved).to_have_count(2)
    for name in ("Medical Billing", "Medical Billing Evenings"):
        expect(saved.get_by_text(name, exact=True)).to_be_visible()


def set_a_goal(page):
    page.get_by_role("link", name="Careers").first.click()
    page.get_by_role("link", name="Medical biller", exact=True).click()
    page.get_by_role("link", name="Make this my goal").click()
    page.get_by_role("button", name="Make it my goal").click()
    expect_heading(page, "Medical biller")
    page.get_by_role("link", name=re.compile("Plan it.*Certified Professional Biller")).click()
    page.get_by_role("button", name="Add to the plan").click()
    expect_said(page, "The step is in the plan.")
    page.get_by_role("link", name="My page").first.click()
    expect(page.get_by_role("heading", name=re.compile("My goal.*Medical biller"))).to_be_visible()


def ask_to_discuss(page):
    page.get_by_role("link", name="Medical Billing Evenings").click()
    page.get_by_role("link", name="Discuss with my advisor").click()
    page.get_by_role("textbox").last.fill("Can I work by day?")
    page.get_by_role("button", name="Put it on the agenda").click()
    expect_said(page, "waits for your next appointment")
    main(page).get_by_role("link", name="Certified Professional Biller").first.click()
    page.get_by_role("link", name="Discuss with my advisor").click()
    page.get_by_role("button", name="Put it on the agenda").click()
    expect_said(page, "waits for your next appointment")


def book(page):
    page.get_by_role("link", name="My page").click()
    page.get_by_role("link", name="Book", exact=True).click()
    page.get_by_role("listitem").filter(has_text="Ada Advisor").get_by_role("link", name="Free times").click()
    expect_heading(page, "Free times of Ada Advisor")
    page.get_by_role("link", name="9:00 AM").click()
    page.get_by_role("button", name="Book it").click()
    expect_said(page, "Booked: Mon, Nov 30, 9:00 AM EST.")
    agenda = page.get_by_role("heading", name="Agenda").locator("xpath=..")
    for words in ("Medical Billing Evenings", "Can I work by day?", "Certified Professional Biller"):
        expect(agenda).to_contain_text(words)


def hold_the_appointment(page):
    page.goto("/")
    page.get_by_role("link", name="My page").click()
    page.get_by_role("link", name="Calendar", exact=True).click()
    page.get_by_role("link", name="9:00 AM Sam Student").click()
    expect_heading(page, "Appointment with Sam Student")
    expect(main(page)).to_contain_text("Can I work by day?")
    for state in ("Checked in", "Completed"):
        page.get_by_role("button", name=state).click()
        expect_said(page, f"Sam Student: {state.lower()}.")


def write_the_note(page) -> str:
    """The meeting tells the form when, how and what it was about; returns the note's address."""
    page.get_by_role("link", name="Write the note").click()
    expect(page.get_by_label("When")).to_have_value("2026-11-30T09:00")
    page.get_by_label("Topic").fill("Evening program")
    page.get_by_role("textbox", name="Note").fill(TEXT)
    chosen = page.get_by_role("checkbox", checked=True).locator("xpath=..")
    topics = (r"^\s*Medical Billing Evenings \(", r"^\s*Certified Professional Biller \(")
    expect(chosen).to_have_text([re.compile(topic) for topic in topics])
    page.get_by_role("radio", name="The student and their advisors").check()
    page.get_by_role("button", name="Publish").click()
    expect_said(page, "The note is published.")
    return page.url


def read_the_note(page, address: str):
    """From the notification; the links lead to the pages where the student began."""
    page.get_by_role("link", name=re.compile("^Notifications")).click()
    expect_heading(page, "Notifications")
    assert TEXT not in page.content()
    main(page).get_by_role("button", name=re.compile("shared a note")).first.click()
    expect(page).to_have_url(address)
    expect(main(page)).to_contain_text(TEXT)
    links = page.get_by_role("heading", name="Is about").locator("xpath=following-sibling::ul[1]")
    links.get_by_role("link", name="Medical Billing Evenings").click()
    expect_heading(page, "Medical Billing Evenings")
    page.go_back()
    links.get_by_role("link", name="Certified Professional Biller").click()
    expect_heading(page, "Certified Professional Biller (CPB)")


def see_who_read(page):
    """Carl read and Stefan tried; what the author and the student themselves read is not listed."""
    page.goto("/")
    page.get_by_role("link", name="My page").click()
    page.get_by_role("link", name="Find a student", exact=True).click()
    main(page).get_by_role("searchbox").fill("Sam")
    main(page).get_by_role("button", name="Find", exact=True).click()
    main(page).get_by_role("link", name="Sam Student").click()
    page.get_by_role("link", name="Who read this record").click()
    expect_heading(page, "Who read the record of Sam Student")
    assert TEXT not in page.content()
    rows = [row.locator("td").all_inner_texts() for row in page.locator("tbody tr").all()]
    written = Note.objects.get()
    note, record = f"note {written.pk}", f"student profile {written.student_id}"
    assert [(who, what, why) for _, who, _, what, why, _ in rows if "appointment" not in what] == [
        ("Lena Lead", f"Read: {note}", "Works in a unit that advises the student"),
        ("Lena Lead", f"Read: {record}", "Works in a unit that advises the student"),
        ("Stefan Stranger", f"Refused: {record}", "No right to it"),
        ("Stefan Stranger", f"Refused: {note}", "No right to it"),
        ("Carl Colleague", f"Read: {note}", "Assigned to the student"),
    ]
