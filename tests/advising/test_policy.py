"""Who reads a note: every visibility for every person, as rows, and every way in that ends."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from advising import models, policy
from advising.choices import AlertState, AppointmentState, NoteState, NoteVisibility, Reason, Verb
from tests.advising.factories import (
    make_advisor,
    make_alert,
    make_appointment,
    make_assignment,
    make_break_glass,
    make_note,
    make_student,
)
from tests.advising.surfaces import READS
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def reasons(cast, note) -> dict[str, str]:
    return {name: policy.can(cast[name], "view", note).reason for name in READS}


@pytest.mark.parametrize("visibility", NoteVisibility.values)
def test_who_reads_a_published_note(cast, visibility):
    note = make_note(cast["record"], cast["profile"], visibility=visibility)
    expected = {name: row[visibility] for name, row in READS.items()}
    assert reasons(cast, note) == expected
    assert {name: models.Note.objects.visible_to(cast[name]).exists() for name in READS} == {
        name: bool(reason) for name, reason in expected.items()
    }


@pytest.mark.parametrize("visibility", NoteVisibility.values)
def test_readers_names_exactly_those_who_read(cast, visibility):
    note = make_note(cast["record"], cast["profile"], visibility=visibility)
    named = policy.readers(
        student=cast["record"], author=cast["author"], unit=cast["profile"].unit_id, visibility=visibility
    )
    reading = [name for name in READS if policy.can(cast[name], "view", note)]
    expected = {cast["record"].name if name == "the student" else str(cast[name]) for name in reading}
    assert {reader.name for reader in named} == expected
    assert len(named) == len(reading)
    assert named[0].name == str(cast["author"])


@pytest.mark.parametrize("visibility", NoteVisibility.values)
@pytest.mark.parametrize("state", ["draft", "deleted"])
def test_drafts_are_their_authors_and_tombstones_nobodys(cast, visibility, state):
    gone = {"body": "", "topic": "", "deleted_at": timezone.now(), "delete_reason": "Wrong student"}
    note = make_note(
        cast["record"],
        cast["profile"],
        visibility=visibility,
        state=state,
        **(gone if state == "deleted" else {}),
    )
    expected = {**dict.fromkeys(READS, ""), **({"author": "author"} if state == "draft" else {})}
    assert reasons(cast, note) == expected


@pytest.mark.parametrize("visibility", NoteVisibility.values)
def test_a_closed_note_is_known_without_its_text(cast, visibility):
    make_note(cast["record"], cast["profile"], visibility=visibility, topic="TOPIC", body="BODY")
    staff_who_reach = set(READS) - {"other advisor", "administrator", "editor", "the student", "another student"}
    for name, row in READS.items():
        with_text = bool(row[visibility])
        rows = models.Note.objects.known_to(cast[name]).values_list("shown_topic", "shown_body")
        known = [("TOPIC", "BODY")] if with_text else [("", "")] if name in staff_who_reach else []
        assert list(rows) == known, name


def test_versions_and_attachments_follow_the_note(cast):
    note = make_note(cast["record"], cast["profile"], visibility="team")
    version = models.NoteVersion.objects.create(
        note=note,
        number=1,
        body="Earlier",
        kind=note.kind,
        contact_type=note.contact_type,
        occurred_at=note.occurred_at,
        visibility="author_only",
        replaced_by=cast["author"],
    )
    file = models.Attachment.objects.create(
        note=note,
        file="x",
        name="plan.pdf",
        content_type="application/pdf",
        size=1,
        sha256="0" * 64,
        uploaded_by=cast["author"],
    )
    # The earlier text was the author's alone, and stays so though the note was widened since.
    assert reasons(cast, version) == {name: row["author_only"] for name, row in READS.items()}
    assert reasons(cast, file) == {name: row["team"] for name, row in READS.items()}
    models.NoteVersion.objects.filter(pk=version.pk).update(visibility="student")
    both = {name: row["student"] if row["team"] else "" for name, row in READS.items()}
    assert reasons(cast, version) == both


WAYS_IN = {
    "assigned": lambda student, advisor: make_assignment(student, advisor),
    "unit": lambda student, advisor: make_assignment(student, make_advisor(unit=advisor.unit)),
    "open_alert": lambda student, advisor: make_alert(student, owner=advisor),
    "appointment": lambda student, advisor: make_appointment(student, advisor),
    "break_glass": lambda student, advisor: make_break_glass(advisor.user, student),
}
TODAY = timezone.localdate
WAYS_OUT = {
    "assigned": [{"ends_on": TODAY}, {"starts_on": lambda: TODAY() + timedelta(days=1)}],
    "unit": [{"ends_on": TODAY}],
    "open_alert": [{"state": AlertState.RESOLVED, "closed_at": timezone.now}],
    "appointment": [
        {"state": AppointmentState.CANCELLED_BY_STUDENT},
        {"state": AppointmentState.EXCUSED},
        {
            "starts_at": lambda: timezone.now() - timedelta(days=31),
            "ends_at": lambda: timezone.now() - timedelta(days=30, hours=1),
        },
    ],
    "break_glass": [{"ends_at": timezone.now}],
}


@pytest.mark.parametrize("reason", WAYS_IN)
def test_a_relationship_opens_the_record_and_its_end_closes_it(reason):
    for ending in WAYS_OUT[reason]:
        student, advisor = make_student(), make_advisor()
        assert policy.can(advisor.user, "view", student) == policy.REFUSED
        tie = WAYS_IN[reason](student, advisor)
        assert policy.can(advisor.user, "view", student) == policy.Decision(True, reason)
        assert list(models.StudentProfile.objects.visible_to(advisor.user)) == [student]
        for name, value in ending.items():
            setattr(tie, name, value() if callable(value) and not isinstance(value, str) else value)
        tie.save()
        assert policy.can(advisor.user, "view", student) == policy.REFUSED
        assert list(models.StudentProfile.objects.visible_to(advisor.user)) == []


@pytest.mark.parametrize("reason", WAYS_IN)
def test_whoever_stops_advising_reaches_nobody(reason):
    student, advisor = make_student(), make_advisor()
    WAYS_IN[reason](student, advisor)
    note = make_note(student, advisor)
    models.AdvisorProfile.objects.filter(pk=advisor.pk).update(is_active=False)
    assert policy.can(advisor.user, "view", student) == policy.REFUSED
    assert policy.can(advisor.user, "view", note) == policy.REFUSED
    assert policy.can(advisor.user, "write_note", student) == policy.REFUSED


def test_a_closed_account_may_do_nothing():
    student, advisor = make_student(), make_advisor()
    make_assignment(student, advisor)
    advisor.user.is_active = False
    advisor.user.save()
    assert policy.can(advisor.user, "view", student) == policy.REFUSED
    assert policy.can(AnonymousUser(), "view", student) == policy.REFUSED
    assert list(models.Note.objects.visible_to(AnonymousUser())) == []
    assert list(models.Note.objects.known_to(AnonymousUser())) == []


def test_a_misspelt_verb_fails_loudly(cast):
    for user in (cast["author"], AnonymousUser()):
        with pytest.raises(ValueError, match="publish_everything"):
            policy.can(user, "publish_everything", cast["record"])


def test_a_verb_without_a_rule_for_the_record_is_refused(cast):
    assert policy.can(cast["author"], Verb.TICK, cast["record"]) == policy.REFUSED
    assert policy.can(cast["author"], Verb.VIEW, cast["profile"]) == policy.REFUSED


def test_every_verb_has_a_rule():
    assert {verb for _, verb in policy.RULES} == set(Verb) - {Verb.VIEW}


# verb on the student record -> who may
MAY = {
    "view": {
        "author", "team member", "unit peer", "lead of the unit", "peer of the team member", "advisor with the alert",
        "advisor of the queue", "advisor of a meeting", "advisor with emergency access",
        "administrator with emergency access", "the student",
    },
    "edit": {"the student"},
    "write_note": {
        "author", "team member", "unit peer", "lead of the unit", "peer of the team member", "advisor with the alert",
        "advisor of the queue", "advisor of a meeting", "advisor with emergency access",
    },
    "raise_alert": set(READS) - {"the student", "another student"},
    "keep_records": {"lead of the unit", "administrator", "administrator with emergency access"},
    "see_disclosures": {"lead of the unit", "administrator", "administrator with emergency access", "the student"},
    "assign": {"lead of the unit", "administrator", "administrator with emergency access"},
    "break_glass": set(READS) - {"the student", "another student", "editor"},
}  # fmt: skip


@pytest.mark.parametrize("verb", MAY)
def test_what_each_may_do_with_a_student(cast, verb):
    assert {name for name in READS if policy.can(cast[name], verb, cast["record"])} == MAY[verb]


def test_a_lead_may_assign_a_student_of_no_unit(cast):
    newcomer = make_student()
    assert policy.can(cast["lead of the unit"], "assign", newcomer)
    assert not policy.can(cast["author"], "assign", newcomer)
    make_assignment(newcomer, cast["profile"].__class__.objects.get(user=cast["other advisor"]))
    assert not policy.can(cast["lead of the unit"], "assign", newcomer)


def test_an_author_edits_while_they_work_with_the_student():
    student, author = make_student(), make_advisor()
    assignment = make_assignment(student, author)
    note, draft = make_note(student, author), make_note(student, author, state=NoteState.DRAFT)
    assert policy.can(author.user, "edit", note).reason == Reason.AUTHOR
    assignment.ends_on = timezone.localdate()
    assignment.save()
    assert policy.can(author.user, "view", note).reason == Reason.AUTHOR
    assert not policy.can(author.user, "edit", note)
    assert not policy.can(author.user, "delete", note)
    assert policy.can(author.user, "edit", draft)


def test_only_an_administrator_reveals_and_only_the_one_note(cast):
    hidden = make_note(cast["record"], cast["profile"], visibility="author_only")
    another = make_note(cast["record"], cast["profile"], visibility="author_only")
    may = {name for name in READS if policy.can(cast[name], "reveal", hidden)}
    assert may == {"administrator", "administrator with emergency access"}
    make_break_glass(cast["administrator"], cast["record"], note=hidden)
    assert policy.can(cast["administrator"], "view", hidden) == policy.Decision(True, Reason.BREAK_GLASS)
    assert not policy.can(cast["administrator"], "view", another)
    assert not policy.can(cast["administrator"], "view", cast["record"])


def test_the_raiser_of_an_alert_sees_it_but_not_its_private_side():
    raiser = make_user("Advisor")
    alert = make_alert(raiser=raiser)
    assert policy.can(raiser, "view", alert).reason == Reason.AUTHOR
    assert not policy.can(raiser, "view_private", alert)
    assert not policy.can(raiser, "work", alert)
    assert not policy.can(raiser, "view", alert.student)


def test_an_advisors_own_list_is_not_the_students(cast):
    item = models.ActionItem.objects.create(
        student=cast["record"], title="Call the school", assignee="advisor", advisor=cast["profile"],
        created_by=cast["author"],
    )  # fmt: skip
    assert not policy.can(cast["the student"], "view", item)
    assert policy.can(cast["author"], "tick", item).reason == Reason.ASSIGNED
    item.assignee, item.advisor = "student", None
    item.save()
    assert policy.can(cast["the student"], "tick", item).reason == Reason.SELF


def test_widening():
    order = NoteVisibility.values
    wider = {(a, b) for a in order for b in order if policy.widens(a, b)}
    expected = {(a, b) for i, a in enumerate(order) for b in order[i + 1 :]}
    assert wider == expected | {("student", "unit"), ("student", "advisors")}
