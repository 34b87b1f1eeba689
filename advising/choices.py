"""The closed vocabularies of the advising record."""

from enum import StrEnum

from django.db.models import IntegerChoices, TextChoices


class Role(TextChoices):
    """The groups of this site, by the name of their ``auth.Group``."""

    STUDENT = "Student", "Student"
    ADVISOR = "Advisor", "Advisor"
    LEAD = "Lead advisor", "Lead advisor"
    EDITOR = "Catalog editor", "Catalog editor"
    ADMINISTRATOR = "Administrator", "Administrator"


STAFF_ROLES = (Role.ADVISOR, Role.LEAD, Role.EDITOR, Role.ADMINISTRATOR)
"""Those who must sign in with a second factor."""


class Reason(TextChoices):
    """Why someone may see a record: what ``policy.can`` answers and the access log keeps."""

    SELF = "self", "It is their own record"
    AUTHOR = "author", "Wrote it"
    ASSIGNED = "assigned", "Assigned to the student"
    UNIT = "unit", "Works in a unit that advises the student"
    OPEN_ALERT = "open_alert", "Answers an open alert"
    APPOINTMENT = "appointment", "Meets the student"
    BREAK_GLASS = "break_glass", "Emergency access, with a reason"
    HEARING = "hearing", "Presides over a hearing on it"
    INSPECTION = "inspection", "The student asked to inspect the record"


class Verb(StrEnum):
    """What ``policy.can`` is asked about a record. ``policy.RULES`` says who may; every record has VIEW."""

    VIEW = "view"
    VIEW_PRIVATE = "view_private"
    EDIT = "edit"
    DELETE = "delete"
    CHANGE = "change"
    RUN = "run"
    WORK = "work"
    TICK = "tick"
    PLAN = "plan"
    BOOK = "book"
    WRITE_NOTE = "write_note"
    ADD_ITEM = "add_item"
    RAISE_ALERT = "raise_alert"
    ASSIGN = "assign"
    KEEP_HOURS = "keep_hours"
    CLOSE_DAY = "close_day"
    EXPORT = "export"
    PRINT = "print"
    KEEP_RECORDS = "keep_records"
    SEE_DISCLOSURES = "see_disclosures"
    BREAK_GLASS = "break_glass"
    REVEAL = "reveal"
    AMEND = "amend"
    DECIDE = "decide"
    INSPECT = "inspect"


class Education(TextChoices):
    NONE = "none", "No diploma yet"
    HIGH_SCHOOL = "high_school", "High school diploma or equivalent"
    SOME_COLLEGE = "some_college", "Some college, no degree"
    CERTIFICATE = "certificate", "Certificate"
    ASSOCIATE = "associate", "Associate degree"
    BACHELOR = "bachelor", "Bachelor’s degree"
    GRADUATE = "graduate", "Master’s degree or higher"
    UNKNOWN = "unknown", "Not reported"


class AssignmentKind(TextChoices):
    PRIMARY = "primary", "Primary advisor"
    SECONDARY = "secondary", "Second advisor"
    PROGRAM = "program", "Program advisor"
    CAREER = "career", "Career advisor"


class GoalStatus(TextChoices):
    ACTIVE = "active", "Working toward it"
    REACHED = "reached", "Reached"
    SET_ASIDE = "set_aside", "Set aside"


class PathwayStatus(TextChoices):
    CONSIDERING = "considering", "Considering"
    APPLIED = "applied", "Applied"
    ENROLLED = "enrolled", "Enrolled"
    COMPLETED = "completed", "Completed"
    EARNED = "earned", "Earned"
    DROPPED = "dropped", "Dropped"


PATHWAY_DONE = (PathwayStatus.COMPLETED, PathwayStatus.EARNED)
PATHWAY_OPEN = (PathwayStatus.CONSIDERING, PathwayStatus.APPLIED, PathwayStatus.ENROLLED)


class SearchFrequency(TextChoices):
    NEVER = "never", "Do not e-mail me"
    INSTANT = "instant", "As soon as there is one"
    DAILY = "daily", "Once a day"
    WEEKLY = "weekly", "Once a week"


class NoteVisibility(TextChoices):
    """From narrow to wide. What each means is decided in ``querysets.NoteQuerySet``."""

    AUTHOR_ONLY = "author_only", "Only me"
    TEAM = "team", "The student’s advisors"
    UNIT = "unit", "The student’s advisors and my unit"
    ADVISORS = "advisors", "Every advisor working with the student"
    STUDENT = "student", "The student and their advisors"


class NoteState(TextChoices):
    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"
    DELETED = "deleted", "Deleted"


class NoteKind(TextChoices):
    GENERAL = "general", "General"
    PROGRAM_CHOICE = "program_choice", "Choosing a program"
    CAREER = "career", "Career"
    PROGRESS = "progress", "Progress"
    FUNDING = "funding", "Money and funding"
    REFERRAL = "referral", "Referral"
    HANDOVER = "handover", "Handover"


class ContactType(TextChoices):
    IN_PERSON = "in_person", "In person"
    VIDEO = "video", "Video call"
    PHONE = "phone", "Phone"
    EMAIL = "email", "E-mail"
    MESSAGE = "message", "Message"
    NONE = "none", "No contact"


class MeetingMode(TextChoices):
    IN_PERSON = "in_person", "In person"
    VIDEO = "video", "Video call"
    PHONE = "phone", "Phone"


class Weekday(IntegerChoices):
    """As ``date.weekday()`` counts."""

    MONDAY = 0, "Monday"
    TUESDAY = 1, "Tuesday"
    WEDNESDAY = 2, "Wednesday"
    THURSDAY = 3, "Thursday"
    FRIDAY = 4, "Friday"
    SATURDAY = 5, "Saturday"
    SUNDAY = 6, "Sunday"


class AppointmentState(TextChoices):
    BOOKED = "booked", "Booked"
    CHECKED_IN = "checked_in", "Checked in"
    COMPLETED = "completed", "Completed"
    NO_SHOW = "no_show", "Did not come"
    EXCUSED = "excused", "Excused"
    CANCELLED_BY_STUDENT = "cancelled_by_student", "Cancelled by the student"
    CANCELLED_BY_ADVISOR = "cancelled_by_advisor", "Cancelled by the advisor"


APPOINTMENT_KEPT = (AppointmentState.CHECKED_IN, AppointmentState.COMPLETED)
APPOINTMENT_CANCELLED = (AppointmentState.CANCELLED_BY_STUDENT, AppointmentState.CANCELLED_BY_ADVISOR)
APPOINTMENT_OFF = (*APPOINTMENT_CANCELLED, AppointmentState.EXCUSED)
"""Called off, beforehand or with an excuse: it does not take place."""


class DropInState(TextChoices):
    WAITING = "waiting", "Waiting"
    CALLED = "called", "Called in"
    DONE = "done", "Seen"
    LEFT = "left", "Left"


class AlertKind(TextChoices):
    FYI = "fyi", "For information"
    CASE = "case", "Needs an answer"


class AlertState(TextChoices):
    OPEN = "open", "Open"
    ACKNOWLEDGED = "acknowledged", "Acknowledged"
    IN_PROGRESS = "in_progress", "In progress"
    RESOLVED = "resolved", "Resolved"
    UNRESOLVED = "unresolved", "Closed without a solution"


ALERT_OPEN = (AlertState.OPEN, AlertState.ACKNOWLEDGED, AlertState.IN_PROGRESS)


class AlertEventKind(TextChoices):
    RAISED = "raised", "Raised"
    JOINED = "joined", "Raised again"
    ASSIGNED = "assigned", "Given to"
    ACKNOWLEDGED = "acknowledged", "Acknowledged"
    STARTED = "started", "Work started"
    COMMENTED = "commented", "Comment"
    RESOLVED = "resolved", "Resolved"
    UNRESOLVED = "unresolved", "Closed without a solution"
    REOPENED = "reopened", "Reopened"
    ESCALATED = "escalated", "Escalated"


class ItemState(TextChoices):
    OPEN = "open", "To do"
    DONE = "done", "Done"
    CANCELLED = "cancelled", "No longer needed"


class ItemFor(TextChoices):
    STUDENT = "student", "The student"
    ADVISOR = "advisor", "The advisor"


class NotificationKind(TextChoices):
    NOTE = "note", "A note was shared"
    APPOINTMENT = "appointment", "Appointment"
    ALERT = "alert", "Alert"
    ITEM = "item", "Action item"
    SAVED_SEARCH = "saved_search", "New matches of a saved search"
    DIRECTORY = "directory", "A program changed"
    ACCESS = "access", "Access to a record"
    REQUEST = "request", "Request about a record"
    ASSIGNMENT = "assignment", "Advisors"


class MailState(TextChoices):
    NONE = "none", "Not mailed"
    WAITING = "waiting", "Waiting"
    SENT = "sent", "Sent"
    FAILED = "failed", "Given up"


class RequestKind(TextChoices):
    INSPECT = "inspect", "See my record"
    AMEND = "amend", "Correct my record"


INSPECT_DAYS = 45
"""Within these a request to see the record is to be met (34 CFR 99.10(b)), and for so long a granted one opens it.
The law names no days for a correction."""


class RequestState(TextChoices):
    OPEN = "open", "Waiting for a decision"
    GRANTED = "granted", "Granted"
    REFUSED = "refused", "Refused"
    HEARING = "hearing", "Hearing asked for"
    SCHEDULED = "scheduled", "Hearing arranged"
    WITHDRAWN = "withdrawn", "Withdrawn"


REQUEST_PENDING = (RequestState.OPEN, RequestState.HEARING, RequestState.SCHEDULED)
"""Those in which the keepers of the record owe the student a step."""


class RequestStep(TextChoices):
    """What is done to a request. ``REQUEST_STEPS`` says in which states."""

    DECIDE = "decide", "Decide"
    WITHDRAW = "withdraw", "Withdraw it"
    ASK_HEARING = "hear", "Ask for a hearing"
    ARRANGE = "arrange", "Arrange the hearing"
    CLOSE = "close", "Record the outcome"
    STATE = "state", "Attach a statement"


REQUEST_STEPS = {
    RequestStep.DECIDE: (RequestState.OPEN,),
    RequestStep.WITHDRAW: (RequestState.OPEN,),
    RequestStep.ASK_HEARING: (RequestState.REFUSED,),
    RequestStep.ARRANGE: (RequestState.HEARING, RequestState.SCHEDULED),
    RequestStep.CLOSE: (RequestState.SCHEDULED,),
    RequestStep.STATE: (RequestState.REFUSED,),
}


class ConsentState(TextChoices):
    WAITING = "waiting", "Not yet begun"
    VALID = "valid", "In force"
    ENDED = "ended", "Ended"
    WITHDRAWN = "withdrawn", "Withdrawn"


class AccessAction(TextChoices):
    READ = "read", "Read"
    REFUSED = "refused", "Refused"
    EXPORTED = "exported", "Exported"
    PRINTED = "printed", "Printed"
    BROKE_GLASS = "broke_glass", "Took emergency access"
    REVEALED = "revealed", "Revealed a private note"


class DisclosureBasis(TextChoices):
    """Grounds on which a record may leave the institution (34 CFR 99.30 and 99.31)."""

    CONSENT = "consent", "Written consent of the student (99.30)"
    TRANSFER = "transfer", "School where the student enrols (99.31(a)(2))"
    AUDIT = "audit", "Audit or evaluation (99.31(a)(3))"
    FINANCIAL_AID = "financial_aid", "Financial aid (99.31(a)(4))"
    ACCREDITATION = "accreditation", "Accrediting organization (99.31(a)(7))"
    SUBPOENA = "subpoena", "Court order or subpoena (99.31(a)(9))"
    EMERGENCY = "emergency", "Health or safety emergency (99.36)"
    NONE = "none", "No ground"
