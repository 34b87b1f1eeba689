"""Transfer: who may, what the preview says, what moves, and that nothing moves twice."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from advising import policy
from advising.models import Assignment, Note, Notification, OccupiedSlot, StudentProfile
from advising.services import transfer
from tests.advising.factories import (
    make_advisor,
    make_alert,
    make_appointment,
    make_assignment,
    make_item,
    make_student,
)
from tests.factories import client_for, make_user
from tests.pages import Tags

pytestmark = pytest.mark.django_db

MOST_FOR_A_STUDENT = 60


@pytest.fixture
def keeper(lead):
    return make_advisor(lead)


@pytest.fixture
def old(keeper, advisor):
    return make_advisor(advisor, unit=keeper.unit)


@pytest.fixture
def new():
    return make_advisor()


@pytest.fixture
def sam(old, student):
    profile = make_student(student, student_number="W1")
    make_assignment(profile, old)
    return profile


def booked(student, advisor):
    """A meeting tomorrow that occupies both people."""
    meeting = make_appointment(student, advisor)
    for person in (student.user, advisor.user):
        OccupiedSlot.objects.create(person=person, starts_at=meeting.starts_at, appointment=meeting)
    return meeting


def post(user, action, **values):
    return client_for(user).post(reverse("advising:transfer"), {"action": action, **values})


def test_everything_chosen_moves_once(keeper, old, new, sam):
    alert, meeting = make_alert(sam, owner=old, unit=old.unit), booked(sam, old)
    item = make_item(sam, assignee="advisor", advisor=old)
    others = [make_alert(sam), make_item(sam)]
    [moved] = transfer.transfer_students([sam], user=keeper.user, to=new, reason="Leave", note="Likes to be called.")
    assert (moved.done, moved.stayed, moved.refused) == (f"From {old}, with 1 alert, 1 item, 1 appointment", "", "")
    for record in (alert, meeting, item, *others):
        record.refresh_from_db()
    assert (alert.owner, alert.unit, meeting.advisor, item.advisor) == (new, new.unit, new, new)
    assert alert.events.filter(kind="assigned", user=keeper.user).count() == 1
    assert set(meeting.slots.values_list("person", flat=True)) == {sam.user_id, new.user_id}
    assert [others[0].owner, others[1].advisor] == [None, None]
    active = Assignment.objects.active().get(student=sam)
    assert (active.advisor, active.kind, active.reason) == (new, "primary", "Leave")
    note = Note.objects.get()
    assert (note.kind, note.visibility, note.state, note.author) == ("handover", "team", "published", keeper.user)
    assert policy.can(new.user, "view", note)
    assert not policy.can(old.user, "view", sam)
    counts = (Note.objects.count(), Assignment.objects.count(), Notification.objects.count())
    [again] = transfer.transfer_students([sam], user=keeper.user, to=new, note="Again")
    assert again.refused
    assert (Note.objects.count(), Assignment.objects.count(), Notification.objects.count()) == counts


def test_what_is_not_chosen_stays(keeper, old, new, sam):
    alert, meeting = make_alert(sam, owner=old, unit=old.unit), booked(sam, old)
    item = make_item(sam, assignee="advisor", advisor=old)
    [moved] = transfer.transfer_students(
        [sam], user=keeper.user, to=new, alerts=False, items=False, appointments=False
    )
    for record in (alert, meeting, item):
        record.refresh_from_db()
    assert (alert.owner, meeting.advisor, item.advisor) == (old, old, old)
    assert moved.done == f"From {old}"


def test_a_meeting_at_a_time_that_is_taken_stays_and_is_named(keeper, old, new, sam):
    meeting = booked(sam, old)
    OccupiedSlot.objects.create(
        person=new.user, starts_at=meeting.starts_at, appointment=make_appointment(make_student(), new)
    )
    [moved] = transfer.transfer_students([sam], user=keeper.user, to=new)
    meeting.refresh_from_db()
    assert meeting.advisor == old
    assert moved.stayed.startswith(f"Stays with {old}, because {new} is busy then: ")
    assert Assignment.objects.active().get(student=sam).advisor == new


def place_after(keeper, new, sam, old, **facts):
    """Where the meeting stands once it was handed over, and what the result says of it."""
    meeting = booked(sam, old)
    type(meeting).objects.update(**{"mode": "in_person", "place": "Room 4", **facts})
    [moved] = transfer.transfer_students([sam], user=keeper.user, to=new)
    meeting.refresh_from_db()
    assert (meeting.advisor, meeting.sequence) == (new, 1)
    return meeting.place, moved.unplaced


def test_a_meeting_keeps_its_place_where_the_new_advisor_meets_there_too(keeper, old, new, sam):
    for place in ("Room 2", "Room 4"):
        new.meeting_places.create(mode="in_person", place=place)
    assert place_after(keeper, new, sam, old) == ("Room 4", "")


def test_else_it_is_the_new_advisors_own_for_that_mode(keeper, old, new, sam):
    new.meeting_places.create(mode="in_person", place="Room 2")
    new.meeting_places.create(mode="video", place="https://meet.example.org/new")
    assert place_after(keeper, new, sam, old, mode="video", place="https://meet.example.org/old") == (
        "https://meet.example.org/new",
        "",
    )
    kinds = list(Notification.objects.filter(kind="appointment").order_by("pk").values_list("user", "subject"))
    assert [(user, subject.partition(":")[0]) for user, subject in kinds] == [
        (sam.user_id, "Handed over"),
        (new.user_id, "Handed over"),
    ]


def test_where_there_is_none_the_result_says_so_and_the_new_advisor_is_asked(keeper, old, new, sam):
    new.meeting_places.create(mode="video", place="https://meet.example.org/new")
    place, unplaced = place_after(keeper, new, sam, old)
    assert (place, unplaced.partition(":")[0]) == ("", f"Has no place yet, and {new} is asked to name one")
    asked = Notification.objects.get(user=new.user, subject__startswith="Say where you meet: ")
    client = client_for(new.user)
    assert "no place is named yet" in client.get(asked.link).text
    assert asked.link.replace("/appointments/", "/appointments/") + "place/" in client.get(asked.link).text
    assert "no place named" in client.get(reverse("advising:availability")).text


def test_past_and_cancelled_meetings_and_closed_alerts_stay_history(keeper, old, new, sam):
    past = make_appointment(sam, old, starts_in=timedelta(days=-2), state="completed")
    gone = make_appointment(sam, old, state="cancelled_by_student")
    closed = make_alert(sam, owner=old, unit=old.unit, state="resolved", closed_at=timezone.now())
    transfer.transfer_students([sam], user=keeper.user, to=new)
    for record in (past, gone, closed):
        record.refresh_from_db()
    assert (past.advisor, gone.advisor, closed.owner) == (old, old, old)


def test_only_leads_of_the_unit_and_administrators_transfer(keeper, old, new, sam, admin):
    stranger = make_advisor(lead=True)
    for user in (old.user, stranger.user, sam.user):
        assert transfer.transfer_students([sam], user=user, to=new)[0].refused
    assert post(old.user, "confirm", to=new.pk, student=sam.pk).status_code == 403
    assert Assignment.objects.active().get(student=sam).advisor == old
    assert not transfer.transfer_students([sam], user=admin, to=new)[0].refused


def test_the_preview_moves_nothing_and_the_page_confirms(keeper, old, new, sam):
    page = post(keeper.user, "preview", to=new.pk, student=sam.pk, alerts="on")
    assert [row.problem for row in page.context["rows"]] == [""]
    assert Assignment.objects.active().get(student=sam).advisor == old
    done = post(keeper.user, "confirm", to=new.pk, student=sam.pk)
    assert "Moved" in done.text
    assert Assignment.objects.active().get(student=sam).advisor == new


def test_a_file_with_bad_rows_moves_the_good_ones_and_lists_the_bad(keeper, old, new, sam):
    stranger = make_student(student_number="W9")
    make_assignment(stranger)
    known = make_student()
    make_assignment(known, new, unit=keeper.unit)
    text = f"Student number,Name\nW1,Sam\nW9,Not mine\nnobody\n\n{sam.user.email.upper()}\n{known.user.email}\n"
    file = SimpleUploadedFile("list.csv", b"\xef\xbb\xbf" + text.encode())
    page = post(keeper.user, "confirm", to=new.pk, file=file)
    unknown = "No student whom you may transfer has this number or address."
    assert [(row.line, row.problem) for row in page.context["bad"]] == [
        ("W9", unknown),
        ("nobody", unknown),
        (sam.user.email.upper(), "Stands in the list already."),
        (known.user.email, f"{new} is the primary advisor already."),
    ]
    assert [one.student for one in page.context["moved"]] == [sam]
    assert Assignment.objects.active().get(student=sam).advisor == new


def fields_of(page) -> dict[str, str]:
    """What the page's own form sends when its button is pressed."""
    inputs = [attributes for name, attributes in Tags(page.text).found if name == "input"]
    return {one["name"]: one["value"] for one in inputs if one.get("type") == "hidden"}


def test_what_the_preview_showed_is_what_the_result_tells_of(keeper, old, new, sam):
    """However many there are, they are sent on in one field each; what could not move is told again at the end."""
    students = [make_student(student_number=f"W{number}") for number in range(2, 5)]
    for student in students:
        make_assignment(student, old)
    make_assignment(taken := make_student(student_number="W7"), new, unit=keeper.unit)
    lines = 'W1\nW2\n"no, body"\nW7\nW2\n'
    page = post(keeper.user, "preview", to=new.pk, student=f"{students[1].pk},{students[2].pk}", lines=lines)
    assert len(page.context["good"]) == 4
    sent = fields_of(page)
    assert sent.keys() == {"csrfmiddlewaretoken", "to", "student", "lines", "reason", "note"}
    done = post(keeper.user, "confirm", **sent)
    assert {one.student for one in done.context["moved"]} == {sam, *students}
    assert [(row.line, row.problem) for row in done.context["bad"]] == [
        (taken.name, f"{new} is the primary advisor already."),
        ("no, body", "No student whom you may transfer has this number or address."),
    ]


def test_one_who_is_ticked_and_named_counts_once(keeper, old, new, sam):
    page = post(keeper.user, "preview", to=new.pk, student=sam.pk, lines="W1")
    assert [row.problem for row in page.context["rows"]] == ["", "Stands in the list already."]


def test_two_thousand_ticks_are_one_field(keeper, new, sam):
    ticked = ",".join(map(str, [sam.pk, *range(10**6, 10**6 + 1999)]))
    page = post(keeper.user, "preview", to=new.pk, student=ticked)
    assert [row.student for row in page.context["good"]] == [sam]


@pytest.mark.parametrize("ticked", ["", "x", ",,", "9" * 30, "-1", "\u0663", "1 OR 1=1"])
def test_ticks_that_name_nobody_are_passed_over(keeper, new, ticked):
    assert "Name at least one student" in post(keeper.user, "preview", to=new.pk, student=ticked).text


def test_a_preview_takes_a_constant_number_of_statements(keeper, old, new):
    counts = []
    for number in (1, 2):
        for _ in range(number):
            make_assignment(make_student(), old)
        ids = ",".join(str(pk) for pk in Assignment.objects.values_list("student", flat=True))
        with CaptureQueriesContext(connection) as queries:
            page = post(keeper.user, "preview", to=new.pk, student=ids)
        assert len(page.context["good"]) == (1 if number == 1 else 3)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_each_student_of_a_transfer_takes_the_same_number_of_statements(keeper, old, new):
    """A student is moved whole or not at all, and so by statements of their own: as many for the tenth as for the
    second. A file of 200 rows is no other than its rows."""

    def statements(number: int) -> int:
        students = [make_student() for _ in range(number)]
        for student in students:
            make_assignment(student, old)
            make_alert(student, owner=old, unit=old.unit)
            make_item(student, assignee="advisor", advisor=old)
        with CaptureQueriesContext(connection) as queries:
            moved = transfer.transfer_students(students, user=keeper.user, to=new, note="Ask about her brother.")
        assert [one.refused for one in moved] == [""] * number
        return len(queries)

    one, two, ten = statements(1), statements(2), statements(10)
    assert ten - one == 9 * (two - one)
    assert two - one <= MOST_FOR_A_STUDENT


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe\x00", "not a text file"),
        (b"a\0b", "not a CSV file"),
        (b"x" * (transfer.LARGEST + 1), "larger than 1 MB"),
        (b"\n".join(b"%d" % number for number in range(transfer.MOST + 1)), "At most 2,000 students"),
    ],
    ids=["bytes", "nulls", "large", "long"],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_reason(keeper, new, content, said):
    page = post(keeper.user, "preview", to=new.pk, file=SimpleUploadedFile("list.csv", content))
    assert said in page.text


def test_nobody_named_no_advisor_and_someone_elses_ids(keeper, new, sam):
    assert "Name at least one student" in post(keeper.user, "preview", to=new.pk).text
    assert "This field is required" in post(keeper.user, "preview", student=sam.pk).text
    theirs = make_student()
    make_assignment(theirs)
    assert "Name at least one student" in post(keeper.user, "confirm", to=new.pk, student=theirs.pk).text


def test_the_handover_note_is_read_by_who_advises_from_now_on(keeper, old, new, sam, admin):
    """Once typed it goes into the record; of the pages of the transfer only the preview's own form holds it."""
    peer, text = make_advisor(unit=new.unit), "handover-canary"
    preview = post(keeper.user, "preview", to=new.pk, student=sam.pk, note=text)
    assert preview.text.count(text) == 1
    assert fields_of(preview)["note"] == text
    done = post(keeper.user, "confirm", **fields_of(preview))
    assert text not in done.text
    note = Note.objects.get()
    people = {"keeper": keeper, "old": old, "new": new, "peer": peer}
    users = {name: advisor.user for name, advisor in people.items()} | {"student": sam.user, "admin": admin}
    pages = [reverse(f"advising:{name}", args=[sam.pk]) for name in ("record", "student_notes", "print_record")]
    pages.append(reverse("advising:note", args=[note.pk]))
    pages += [reverse(f"advising:{name}") for name in ("transfer", "notifications")]
    shown = {name: [text in client_for(user).get(page).text for page in pages] for name, user in users.items()}
    nowhere = [False] * 6
    assert shown == {
        # Who wrote it may read it, though the student is another unit's now.
        "keeper": [False, False, False, True, False, False],
        "new": [True, False, True, True, False, False],
        **dict.fromkeys(("old", "peer", "student", "admin"), nowhere),
    }
    assert text not in str(list(Notification.objects.values()))


def test_one_who_had_no_primary_advisor_gets_one(admin, new):
    student = make_student()
    [moved] = transfer.transfer_students([student], user=admin, to=new)
    assert moved.done == "Had no primary advisor"


# Students without an advisor


def test_a_lead_finds_those_without_an_advisor_and_gives_them_one(keeper, sam):
    colleague = make_advisor(unit=keeper.unit)
    waits = make_student(make_user("Student", first_name="Wanda", last_name="Waits"))
    elsewhere = make_assignment(make_student(make_user("Student", first_name="Wanda", last_name="Else"))).student
    client = client_for(keeper.user)
    address = reverse("advising:students")
    assert "Without an advisor: 1" in client.get(address).text
    for params in ({"show": "unassigned"}, {"q": "wanda"}):
        page = client.get(address, params)
        assert [one.pk for one in page.context["page"]] == [waits.pk]
        assert reverse("advising:record", args=[waits.pk]) not in page.text
    assert client.get(reverse("advising:record", args=[waits.pk])).status_code == 404
    assert set(transfer.transferable(keeper.user)) == {sam, waits}
    done = post(keeper.user, "confirm", to=colleague.pk, student=waits.pk, note="Asked for evenings.")
    assert [one.done for one in done.context["moved"]] == ["Had no primary advisor"]
    assert Assignment.objects.active().get(student=waits).advisor == colleague
    assert Note.objects.get(student=waits).body == "Asked for evenings."
    assert list(client.get(address, {"show": "unassigned"}).context["page"]) == []
    assert elsewhere not in transfer.transferable(keeper.user)


def test_advisors_and_leads_who_do_not_advise_find_nobody_without_an_advisor(old, sam):
    make_student(make_user("Student", first_name="Wanda", last_name="Waits"))
    retired = make_user("Lead advisor")
    for user in (old.user, retired):
        page = client_for(user).get(reverse("advising:students"), {"q": "wanda", "show": "unassigned"})
        assert list(page.context["page"]) == []
        assert list(transfer.transferable(retired)) == []


@pytest.mark.parametrize("role", ["keeper", "old", "admin", "student", "editor"])
def test_the_list_of_those_to_be_assigned_is_what_the_policy_allows_one_by_one(request, role, sam):
    user = request.getfixturevalue(role)
    user = getattr(user, "user", user)
    make_student()
    make_assignment(make_student())
    make_student(make_user("Lead advisor"))
    allowed = {one.pk for one in StudentProfile.objects.all() if policy.can(user, "assign", one)}
    assert set(transfer.transferable(user).values_list("pk", flat=True)) == allowed
