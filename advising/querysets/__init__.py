"""Who may see which row: the rules of the advising record, written as the conditions of its queries.

Each queryset states its rules once, as ``reason -> condition``. ``visible_to(user)`` keeps the rows that one of them
grants, ``with_access(user)`` says by which (``access``, empty: by none), and ``policy.can`` asks these and nothing
else. What no rule grants is not seen.
"""

from .alerts import AlertEventQuerySet, AlertQuerySet, alert_rules
from .appointments import (
    AppointmentPartQuerySet,
    AppointmentQuerySet,
    CampaignQuerySet,
    DropInQuerySet,
    InvitationQuerySet,
    appointment_rules,
)
from .base import (
    NOBODY,
    OwnQuerySet,
    OwnStudentQuerySet,
    RecordQuerySet,
    StudentRecordQuerySet,
    has_role,
    keep_standing,
    keeps_records,
    made_just_now,
    profile_of,
    standing_of,
    ties,
    unit_of,
)
from .logs import AccessLogQuerySet, BreakGlassQuerySet, ConsentQuerySet, DisclosureLogQuerySet, RecordRequestQuerySet
from .notes import AttachmentQuerySet, NoteQuerySet, NoteVersionQuerySet, note_rules
from .notifications import NotificationQuerySet
from .people import AdvisorQuerySet, AssignmentQuerySet, StudentQuerySet
from .plans import ActionItemQuerySet, PathwayItemQuerySet, SavedProgramQuerySet, TemplateQuerySet

__all__ = [
    "NOBODY",
    "AccessLogQuerySet",
    "ActionItemQuerySet",
    "AdvisorQuerySet",
    "AlertEventQuerySet",
    "AlertQuerySet",
    "AppointmentPartQuerySet",
    "AppointmentQuerySet",
    "AssignmentQuerySet",
    "AttachmentQuerySet",
    "BreakGlassQuerySet",
    "CampaignQuerySet",
    "ConsentQuerySet",
    "DisclosureLogQuerySet",
    "DropInQuerySet",
    "InvitationQuerySet",
    "NoteQuerySet",
    "NoteVersionQuerySet",
    "NotificationQuerySet",
    "OwnQuerySet",
    "OwnStudentQuerySet",
    "PathwayItemQuerySet",
    "RecordQuerySet",
    "RecordRequestQuerySet",
    "SavedProgramQuerySet",
    "StudentQuerySet",
    "StudentRecordQuerySet",
    "TemplateQuerySet",
    "alert_rules",
    "appointment_rules",
    "has_role",
    "keep_standing",
    "keeps_records",
    "made_just_now",
    "note_rules",
    "profile_of",
    "standing_of",
    "ties",
    "unit_of",
]
