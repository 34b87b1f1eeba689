"""The forms of the advising record, one module a noun."""

from .access import DisclosureForm, EmergencyForm, ReasonForm
from .alerts import AssignForm, CloseForm, RaiseAlertForm, RemarkForm, ReopenForm, StepForm
from .caseload import SavedListForm
from .consents import ConsentForm
from .items import ApplyTemplateForm, ItemForm, NewTemplateForm, TemplateForm, TemplateLines
from .notes import NoteForm
from .people import AdvisorForm, NameForm, StudentForm
from .requests import AskForm, DecisionForm, HearingForm, OutcomeForm, StatementForm
from .transfer import TransferForm

__all__ = [
    "AdvisorForm",
    "ApplyTemplateForm",
    "AskForm",
    "AssignForm",
    "CloseForm",
    "ConsentForm",
    "DecisionForm",
    "DisclosureForm",
    "EmergencyForm",
    "HearingForm",
    "ItemForm",
    "NameForm",
    "NewTemplateForm",
    "NoteForm",
    "OutcomeForm",
    "RaiseAlertForm",
    "ReasonForm",
    "RemarkForm",
    "ReopenForm",
    "SavedListForm",
    "StatementForm",
    "StepForm",
    "StudentForm",
    "TemplateForm",
    "TemplateLines",
    "TransferForm",
]
