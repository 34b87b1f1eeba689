"""The advising record's tables, one module a noun."""

from .alerts import Alert, AlertEvent, AlertReason
from .appointments import (
    AgendaItem,
    Appointment,
    AppointmentEvent,
    AvailabilityException,
    AvailabilityRule,
    CalendarFeed,
    Campaign,
    CampaignInvitation,
    DropIn,
    OccupiedSlot,
)
from .goals import Goal, PathwayItem
from .items import ActionItem, ItemTemplate, TemplateItem
from .logs import AccessLog, BreakGlass, Consent, DisclosureLog, LogHead
from .notes import Attachment, Note, NoteVersion
from .notifications import Notification
from .people import AdvisorProfile, Assignment, MeetingPlace, SavedList, StudentProfile, Unit
from .requests import Hearing, RecordRequest
from .saved import SavedProgram, SavedSearch

__all__ = [
    "AccessLog",
    "ActionItem",
    "AdvisorProfile",
    "AgendaItem",
    "Alert",
    "AlertEvent",
    "AlertReason",
    "Appointment",
    "AppointmentEvent",
    "Assignment",
    "Attachment",
    "AvailabilityException",
    "AvailabilityRule",
    "BreakGlass",
    "CalendarFeed",
    "Campaign",
    "CampaignInvitation",
    "Consent",
    "DisclosureLog",
    "DropIn",
    "Goal",
    "Hearing",
    "ItemTemplate",
    "LogHead",
    "MeetingPlace",
    "Note",
    "NoteVersion",
    "Notification",
    "OccupiedSlot",
    "PathwayItem",
    "RecordRequest",
    "SavedList",
    "SavedProgram",
    "SavedSearch",
    "StudentProfile",
    "TemplateItem",
    "Unit",
]
