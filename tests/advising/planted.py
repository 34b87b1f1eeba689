"""One student's record in which every private text holds a mark of its own, and who may ever be shown which.

``plant`` writes it, through the services where they tell somebody; ``READERS`` says who reads what. That table is
written by hand from the rules of the record: nothing in it asks ``advising.policy``. A model that gains a private text
gains a line in both.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone

from advising.choices import NoteVisibility
from advising.models import (
    AccessLog,
    Appointment,
    Assignment,
    BreakGlass,
    Campaign,
    CampaignInvitation,
    DropIn,
    Hearing,
    NoteVersion,
    RecordRequest,
    SavedList,
)
from advising.services import alerts, discussion, items, requests, saved
from advising.services.calendars import make_feed
from advising.services.logs import record_disclosure
from advising.services.notes import change_note, delete_note, write_note
from tests.advising import factories as make
from tests.advising.surfaces import READS
from tests.factories import make_program

PEOPLE = (
    "visitor",
    "the student",
    "another student",
    "author",
    "team member",
    "unit peer",
    "lead of the unit",
    "other advisor",
    "administrator",
    "editor",
)
"""Those who look. The editor raised the alerts, and the administrator raised one of them again."""

PREFIX = "canary7"

ADVISORS = {"author", "team member", "unit peer", "lead of the unit"}
"""Those who reach the student."""

BOTH = {"the student", *ADVISORS}
KEEPERS = {"the student", "lead of the unit", "administrator"}


def mark(name: str) -> str:
    return f"{PREFIX}-{name.replace(' ', '-')}-7"


def read(visibility: str) -> set[str]:
    return {person for person in PEOPLE if person in READS and READS[person][visibility]}


READERS: dict[str, set[str]] = {
    **{
        f"{what} {visibility}": read(visibility)
        for visibility in NoteVisibility.values
        for what in ("topic", "body", "earlier text", "file name", "file")
    },
    "draft": {"author"},
    "file of a draft": {"author"},
    "deleted note": set(),
    "reason of a deletion": set(),
    "alert": {*ADVISORS, "editor"},
    "private text of an alert": ADVISORS,
    "alert raised again": {*ADVISORS, "administrator"},
    "private text of the one raised again": ADVISORS,
    "private remark": ADVISORS,
    "remark for raisers": {*ADVISORS, "editor", "administrator"},
    "outcome": ADVISORS,
    "outcome for raisers": {*ADVISORS, "editor"},
    "agenda": BOTH,
    "topic to discuss": BOTH,
    "note on a saved program": BOTH,
    "step": BOTH,
    "evidence": BOTH,
    "item": BOTH,
    "item of an advisor": ADVISORS,
    "request": KEEPERS,
    "decision": KEEPERS,
    "reasons after a hearing": KEEPERS,
    # It goes with the note.
    "statement": {*KEEPERS, "author", "team member"},
    "disclosure": KEEPERS,
    "consent": KEEPERS,
    "reason of an emergency": {"lead of the unit", "administrator"},
    "reason of an assignment": {"administrator"},
    "reason to drop in": {"author", "unit peer", "lead of the unit"},
    "message of a campaign": {"the student", "author", "unit peer", "lead of the unit"},
    "saved search": {"the student"},
    "saved list": {"author"},
}


@dataclass
class Planted:
    """``ids``: by the name of an address's argument, what it can be; ``files``: of each attachment, note and id."""

    ids: dict[str, list] = field(default_factory=dict)
    files: list[tuple[int, int]] = field(default_factory=list)


def plant(cast) -> Planted:
    """Write the record of ``cast["record"]``."""
    sam, ada = cast["record"], cast["profile"]
    notes = [_note(sam, ada, visibility) for visibility in NoteVisibility.values]
    shared = notes[-1]
    draft = write_note(
        sam, user=ada.user, publish=False, facts=_facts(mark("draft"), mark("draft"), "student"), links={}
    )
    files = [file for note in notes for file in note.attachments.all()]
    files.append(make.make_attachment(draft, content=mark("file of a draft").encode()))
    gone = write_note(sam, user=ada.user, publish=True, facts=_facts("", mark("deleted note"), "student"), links={})
    delete_note(gone, user=ada.user, reason=mark("reason of a deletion"))
    asked = _request(shared, cast)
    goal = make.make_goal(sam)
    steps = [make.make_step(goal, step=mark("step")), make.make_step(goal, evidence=mark("evidence"))]
    kept, _ = saved.save_program(sam, user=sam.user, program=make_program(), note=mark("note on a saved program"))
    search = make.make_saved_search(sam, name=mark("saved search"))
    topic = discussion.ask_to_discuss(sam, user=sam.user, text=mark("topic to discuss"))
    meeting = sam.appointments.get()
    Appointment.objects.filter(pk=meeting.pk).update(agenda=mark("agenda"))
    todo = [
        items.add_item(sam, user=ada.user, title="Apply", detail=mark("item"), assignee="student"),
        items.add_item(sam, user=ada.user, title=mark("item of an advisor"), assignee="advisor"),
    ]
    BreakGlass.objects.update(reason=mark("reason of an emergency"))
    Assignment.objects.filter(advisor=ada).update(reason=mark("reason of an assignment"))
    consent = make.make_consent(sam, purpose=mark("consent"))
    facts = {"requester": "A school", "recipient": "A school", "records": "Notes", "basis": "subpoena"}
    record_disclosure(
        sam, user=cast["lead of the unit"], purpose=mark("disclosure"), was_granted=True,
        disclosed_on=timezone.localdate(), **facts,
    )  # fmt: skip
    waiting = DropIn.objects.create(student=sam, unit=ada.unit, reason=mark("reason to drop in"))
    today = timezone.localdate()
    campaign = Campaign.objects.create(
        advisor=ada, name="Spring", message=mark("message of a campaign"), created_by=ada.user,
        opens_on=today, closes_on=today + timedelta(days=9),
    )  # fmt: skip
    CampaignInvitation.objects.create(campaign=campaign, student=sam)
    ids = {
        "student_id": [sam.pk],
        "note_id": [note.pk for note in (*notes, draft, gone)],
        "attachment_id": [file.pk for file in files],
        "alert_id": _alerts(sam, ada, cast),
        "appointment_id": [meeting.pk],
        "advisor_id": [ada.pk],
        "goal_id": [goal.pk],
        "item_id": sorted({record.pk for record in (*steps, *todo, topic)}),
        "saved_id": [kept.pk],
        "search_id": [search.pk],
        "request_id": [asked.pk],
        "consent_id": [consent.pk],
        "glass_id": list(BreakGlass.objects.values_list("pk", flat=True)),
        "list_id": [SavedList.objects.create(user=ada.user, name=mark("saved list")).pk],
        "template_id": [make.make_template(ada.unit).pk],
        "drop_in_id": [waiting.pk],
        "campaign_id": [campaign.pk],
        "notification_id": [make.make_notification(sam.user).pk],
        "day": [str(timezone.localdate(meeting.starts_at))],
        "token": [search.token, make_feed(sam.user), make_feed(ada.user)],
    }
    return Planted(ids, [(file.note_id, file.pk) for file in files])


def _facts(topic: str, body: str, visibility: str) -> dict:
    when = timezone.now() - timedelta(hours=1)
    facts = {"kind": "general", "contact_type": "phone", "occurred_at": when}
    return {**facts, "topic": topic, "body": body, "visibility": visibility}


def _note(sam, ada, visibility: str):
    """A published note with an earlier text and a file, written about the meeting."""
    facts = {**_facts("", mark(f"earlier text {visibility}"), visibility)}
    note = write_note(sam, user=ada.user, publish=True, facts=facts, links={})
    facts |= {"topic": mark(f"topic {visibility}"), "body": mark(f"body {visibility}")}
    note = change_note(note, user=ada.user, publish=True, facts=facts, links={}, version=1)
    assert NoteVersion.objects.filter(note=note).count() == 1
    content = mark(f"file {visibility}").encode()
    make.make_attachment(note, name=f"{mark(f'file name {visibility}')}.txt", content=content)
    return note


def _alerts(sam, ada, cast) -> list[int]:
    """One that is open and was raised twice, and one that is closed."""
    raiser, again = cast["editor"], cast["administrator"]
    alert, _ = alerts.raise_alert(
        sam, user=raiser, reason=make.make_alert_reason(), text=mark("alert"),
        private_text=mark("private text of an alert"),
    )  # fmt: skip
    alerts.raise_alert(
        sam, user=again, reason=alert.reason, text=mark("alert raised again"),
        private_text=mark("private text of the one raised again"),
    )  # fmt: skip
    alerts.remark_on_alert(alert, user=ada.user, text=mark("private remark"))
    alerts.remark_on_alert(alert, user=ada.user, text=mark("remark for raisers"), for_raiser=True)
    closed, _ = alerts.raise_alert(sam, user=raiser, reason=make.make_alert_reason(), text="Left early.")
    alerts.close_alert(
        closed, user=ada.user, is_solved=True, raiser_outcome=mark("outcome for raisers"), outcome=mark("outcome")
    )
    return [alert.pk, closed.pk]


def _request(note, cast) -> RecordRequest:
    """To have ``note`` corrected: refused, heard, refused again, with a statement."""
    sam, lead = cast["record"], cast["lead of the unit"]
    asked = requests.ask_to_amend(note, user=sam.user, text=mark("request"))
    requests.decide(asked, user=lead, granted=False, decision=mark("decision"))
    past = timezone.now() - timedelta(hours=1)
    Hearing.objects.create(
        request=asked, refused_by=lead, takes_place_at=past, place="Room 1", presider=cast["other advisor"],
        arranged_by=lead, reasons=mark("reasons after a hearing"), closed_by=lead, closed_at=timezone.now(),
    )  # fmt: skip
    requests.attach_statement(asked, user=sam.user, statement=mark("statement"))
    assert AccessLog.objects.count() == 0
    return asked
