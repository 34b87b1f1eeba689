"""The form behind a note: its text, who reads it, what it links to, and its files."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, cast

from django import forms
from django.db.models import Model
from django.utils import timezone
from django.utils.formats import date_format

from advising import policy
from advising.choices import NoteState, NoteVisibility
from advising.exceptions import AdvisingError
from advising.models import Alert, Appointment, Note, StudentProfile
from advising.reads.plans import TARGETS, planned
from advising.reads.records import alerts_of, meetings_of
from advising.services.attachments import LARGEST, MOST_FILES, check_file
from advising.types import Target, User

from .base import DateTimeInput, offer_choices
from .directory import AddressesField

M = TypeVar("M", bound=Model)

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files, each checked by its bytes."""

    widget = FilesInput

    def clean(self, data, initial=None):
        files = [super(FilesField, self).clean(file, initial) for file in data or []]
        if len(files) > MOST_FILES:
            raise forms.ValidationError(f"Attach at most {MOST_FILES} files.")
        try:
            for file in files:
                check_file(file)
        except AdvisingError as error:
            raise forms.ValidationError(str(error)) from error
        return files


class NoteForm(forms.ModelForm):
    """``links`` offers what the student saved, plans or put on an agenda; ``addresses`` takes any other page."""

    occurred_at = forms.DateTimeField(
        label="When",
        initial=lambda: timezone.localtime().replace(second=0, microsecond=0),
        widget=DateTimeInput(),
    )
    body = forms.CharField(label="Note", max_length=50_000, widget=forms.Textarea(attrs={"rows": 10}))
    links = forms.MultipleChoiceField(
        required=False,
        label="Is about",
        widget=forms.CheckboxSelectMultiple,
        help_text="From the student’s own plans.",
    )
    addresses = AddressesField(
        required=False,
        max_length=2000,
        label="Other pages of the directory",
        help_text="One address a line: a program, a certification or a job title.",
    )
    files = FilesField(  # type: ignore[assignment]  # a field, which Django takes out of the class
        required=False,
        label="Files",
        help_text=f"PDF, pictures, text, spreadsheets and documents, up to {LARGEST // 1024 // 1024} MB each. "
        "Whoever reads the note can open them.",
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    confirm = forms.BooleanField(
        required=False, label="Yes, more people may read this note than before", widget=forms.HiddenInput
    )

    class Meta:
        model = Note
        fields = ["occurred_at", "kind", "contact_type", "topic", "body", "visibility", "appointment", "alert"]
        widgets = {"visibility": forms.RadioSelect}
        labels = {"contact_type": "How", "visibility": "Who can read it"}

    field_order = [
        "occurred_at", "kind", "contact_type", "topic", "body", "links", "addresses", "appointment", "alert", "files",
        "visibility", "confirm", "version",
    ]  # fmt: skip

    def __init__(
        self,
        *args: Any,
        student: StudentProfile,
        user: User,
        publish: bool = False,
        meetings: list[Appointment] | None = None,
        alerts: list[Alert] | None = None,
        **kwargs: Any,
    ):
        """``meetings`` and ``alerts`` of the student, where the page has read them already."""
        super().__init__(*args, **kwargs)
        self.student, self.publish = student, publish
        self.before = self.instance.visibility if self.instance.state == NoteState.PUBLISHED else None
        self.fields["body"].required = publish
        offer_choices(self, "visibility", NoteVisibility.choices)
        meetings = meetings_of(student, user) if meetings is None else meetings
        alerts = alerts_of(student, user) if alerts is None else alerts
        self._offer("appointment", meetings, lambda one: f"{_moment(one.starts_at)}, {one.advisor}")
        self._offer("alert", alerts, lambda one: f"{one.reason}, {one.raised_at:%b %d, %Y}")
        linked: dict[str, set[Target]] = {name: set() for name in TARGETS}
        if self.instance.pk:
            linked = {name: set(getattr(self.instance, name).all()) for name in TARGETS}
            self.initial["version"] = self.instance.version
        offered = planned(student)
        self.offered = {
            f"{name}:{target.pk}": target
            for name in TARGETS
            for target in sorted(linked[name] | offered[name], key=str)
        }
        offer_choices(self, "links", [(key, str(target)) for key, target in self.offered.items()])
        self.initial["links"] = [f"{name}:{target.pk}" for name in TARGETS for target in linked[name]]
        about = self.initial.get("appointment") if not self.instance.pk else None
        if meeting := next((one for one in meetings if str(one.pk) == str(about)), None):
            self.initial.update(told_by(meeting))
        if not self.offered:
            del self.fields["links"]

    def _offer(self, name: str, rows: Sequence[M], label_of: Callable[[M], str]) -> None:
        """Let the field choose among the rows, which are read already; without any it goes."""
        if not rows:
            del self.fields[name]
            return
        field = cast("forms.ModelChoiceField", self.fields[name])
        field.queryset = type(rows[0])._default_manager.filter(pk__in=[row.pk for row in rows])
        field.choices = [("", field.empty_label), *((row.pk, label_of(row)) for row in rows)]

    def clean_occurred_at(self):
        when = self.cleaned_data["occurred_at"]
        # A day to spare: the clock of whoever writes may be in another zone than that of the site.
        if not EARLIEST <= when <= timezone.now() + timedelta(days=1):
            raise forms.ValidationError("A note tells of what has happened. Check the day and the year.")
        return when

    def clean_body(self):
        return self.cleaned_data["body"].strip()

    def clean(self):
        facts = super().clean()
        after = facts.get("visibility")
        if self.before and after and policy.widens(self.before, after) and not facts.get("confirm"):
            self.fields["confirm"].widget = forms.CheckboxInput()
            self.add_error("confirm", "More people could read this note than before. See below who, and confirm it.")
        return facts

    def facts(self) -> dict[str, Any]:
        """What the service takes as ``facts``."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields if name in self.cleaned_data}

    def linked(self) -> dict[str, list[Target]]:
        """What the service takes as ``links``."""
        chosen = [self.offered[key] for key in self.cleaned_data.get("links", [])]
        chosen += self.cleaned_data["addresses"]
        return {name: [target for target in chosen if isinstance(target, model)] for name, model in TARGETS.items()}


def _moment(at: datetime) -> str:
    return date_format(timezone.localtime(at), "M j, Y, g:i A")


def told_by(meeting: Appointment) -> dict[str, Any]:
    """What a note on a meeting begins with: when and how it was, and what was on its agenda."""
    ids = meeting.agenda_items.values_list("program", "certification", "job_title")
    return {
        "occurred_at": min(meeting.starts_at, timezone.now()),
        "contact_type": meeting.mode,
        "links": [f"{name}:{pk}" for row in ids for name, pk in zip(TARGETS, row, strict=True) if pk],
    }
