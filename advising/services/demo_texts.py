"""The words of the demonstration: who its people are and what is written about them. All of it is invented."""

from dataclasses import dataclass

from advising.choices import AlertKind, AlertState, ContactType, NoteKind, NoteVisibility

FIRST_NAMES = (
    "Amara", "Ben", "Carla", "Dmitri", "Elena", "Farid", "Grace", "Hugo", "Imani", "Jonas", "Keiko", "Luis", "Mei",
    "Noor", "Olivia", "Pavel", "Quinn", "Rosa", "Samir", "Tessa", "Uma", "Victor", "Wanda", "Xavier", "Yara", "Zeke",
    "Anika", "Bruno", "Celeste", "Darius",
)  # fmt: skip

LAST_NAMES = (
    "Abbott", "Banerjee", "Castillo", "Diaz", "Evans", "Fischer", "Gutierrez", "Huang", "Ibrahim", "Jensen",
    "Kowalski", "Lopez", "Mbeki", "Nguyen", "Ortiz", "Petrov", "Quiroga", "Reyes", "Sandoval", "Tanaka", "Underwood",
)  # fmt: skip

GOALS = (
    "medical-coder", "medical-biller", "medical-assistant", "help-desk-technician", "phlebotomist", "welder",
    "pharmacy-technician", "network-administrator", "electrician", "health-information-technician", "dental-assistant",
    "bookkeeper", "certified-professional-coder", "hvac-technician", "medical-administrative-assistant",
)  # fmt: skip
"""Job titles of the shipped catalog that certifications and programs lead to."""


@dataclass(frozen=True)
class NoteText:
    kind: str
    contact_type: str
    visibility: str
    topic: str
    body: str


_K, _C, _V = NoteKind, ContactType, NoteVisibility

NOTES = (
    NoteText(
        _K.CAREER, _C.IN_PERSON, _V.STUDENT, "First meeting",
        "{first} wants to work as a {goal} and asked what the days look like. We read the career page together, with "
        "its tasks and wages, and wrote down three questions for someone who does the job.",
    ),
    NoteText(
        _K.PROGRAM_CHOICE, _C.VIDEO, _V.STUDENT, "Compared programs",
        "We put the saved programs side by side. What decides: no fixed class hours because of the evening shifts, "
        "and a total below the budget. {first} will ask {school} whether books are part of the price of {program}.",
    ),
    NoteText(
        _K.PROGRESS, _C.PHONE, _V.TEAM, "On track",
        "Short call. {first} keeps up with the reading and is two units ahead. The next milestone is the practice "
        "exam for {certification}.",
    ),
    NoteText(
        _K.FUNDING, _C.EMAIL, _V.TEAM, "Paying for the exam",
        "Sent the form of the workforce board: it may pay for the exam of {certification}. {first} needs proof of "
        "enrollment and the last two pay slips.",
    ),
    NoteText(
        _K.PROGRESS, _C.IN_PERSON, _V.UNIT, "Fewer hours for now",
        "{first} has taken on more shifts and wants to study fewer hours until the holidays. The plan still holds if "
        "the exam moves by six weeks. Whoever meets {first} next: please ask how the new rhythm works.",
    ),
    NoteText(
        _K.GENERAL, _C.NONE, _V.AUTHOR_ONLY, "To think about",
        "My impression is that {first} would rather work with people than with records. Bring up the wider choice of "
        "job titles next time, without pushing.",
    ),
    NoteText(
        _K.REFERRAL, _C.IN_PERSON, _V.ADVISORS, "Sent to tutoring",
        "{first} asked for help with anatomy terms. The tutoring room is told; the first visit is on Monday.",
    ),
    NoteText(
        _K.CAREER, _C.VIDEO, _V.STUDENT, "Mock interview",
        "Half an hour of questions as an employer of a {goal} would ask them. Strong on why this work; practise "
        "telling one story about a mistake and what came of it.",
    ),
    NoteText(
        _K.PROGRAM_CHOICE, _C.MESSAGE, _V.TEAM, "A question about transfer",
        "{first} asked whether earlier credits count at {school}. The registrar there decides after admission; the "
        "transcript should go along with the application.",
    ),
    NoteText(
        _K.PROGRESS, _C.IN_PERSON, _V.STUDENT, "Passed the practice exam",
        "82 of 100 in the practice exam for {certification}. We chose a date for the real one and what to bring.",
    ),
)  # fmt: skip

DRAFT = NoteText(
    _K.GENERAL, _C.IN_PERSON, _V.TEAM, "Notes from today", "Wants to hear about evening courses. To be completed.",
)  # fmt: skip

AGENDAS = (
    "I would like to choose between two programs.",
    "How do I pay for the exam?",
    "My hours at work have changed. Can the plan change too?",
    "",
    "What should I put into an application?",
)


@dataclass(frozen=True)
class ReasonText:
    name: str
    kind: str
    days: int | None
    text: str
    private: str = ""


REASONS = (
    ReasonText(
        "Missed classes", AlertKind.CASE, 3, "Has not signed in to the course for two weeks and did not answer.",
        "A friend in the course says there may be trouble at home. Please ask with care.",
    ),
    ReasonText("Trouble paying", AlertKind.CASE, 5, "Asked whether one may stop paying in between."),
    ReasonText("Grades are slipping", AlertKind.CASE, 7, "The last two quizzes were below 60."),
    ReasonText("Good news", AlertKind.FYI, None, "Best project of the course this term."),
    ReasonText("Ready for the exam", AlertKind.FYI, None, "Finished all units and asked how to register."),
)  # fmt: skip

ALERT_STATES = (
    AlertState.OPEN, AlertState.IN_PROGRESS, AlertState.RESOLVED, AlertState.ACKNOWLEDGED, AlertState.RESOLVED,
    AlertState.UNRESOLVED,
)  # fmt: skip

OUTCOMES = {
    AlertState.RESOLVED: (
        "Spoke on the phone; a new weekly plan is agreed.",
        "We have a plan. Thank you for telling us.",
    ),
    AlertState.UNRESOLVED: ("Three calls and two messages without an answer.", "We could not reach the student yet."),
}
"""For those who answer, and for those who raised it."""

ITEMS = (
    "Send the transcript to the school",
    "Register for the exam",
    "Ask the employer about paid study hours",
    "Finish the practice exam",
    "Fill in the form for funding",
    "Write down three questions for the next meeting",
)

ADVISOR_ITEMS = ("Ask the school about evening labs", "Send the list of employers", "Write the recommendation")
