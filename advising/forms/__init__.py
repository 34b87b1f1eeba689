"""The forms of the advising record, one module a noun."""

from .access import DisclosureForm, EmergencyForm, ReasonForm
from .notes import NoteForm
from .people import AdvisorForm, NameForm, StudentForm

__all__ = ["AdvisorForm", "DisclosureForm", "EmergencyForm", "NameForm", "NoteForm", "ReasonForm", "StudentForm"]
