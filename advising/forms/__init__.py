"""The forms of the advising record, one module a noun."""

from .access import DisclosureForm, EmergencyForm, ReasonForm
from .alerts import AssignForm, CloseForm, RaiseAlertForm, RemarkForm, ReopenForm, StepForm
from .caseload import SavedListForm
from .items import ApplyTemplateForm, ItemForm, NewTemplateForm, TemplateForm, TemplateLines
from .notes import NoteForm
from .people import AdvisorForm, NameForm, StudentForm
from .transfer import TransferForm

__all__ = [
    "AdvisorForm",
    "ApplyTemplateForm",
    "AssignForm",
    "CloseForm",
    "DisclosureForm",
    "EmergencyForm",
    "ItemForm",
    "NameForm",
    "NewTemplateForm",
    "NoteForm",
    "RaiseAlertForm",
    "ReasonForm",
    "RemarkForm",
    "ReopenForm",
    "SavedListForm",
    "StepForm",
    "StudentForm",
    "TemplateForm",
    "TemplateLines",
    "TransferForm",
]
