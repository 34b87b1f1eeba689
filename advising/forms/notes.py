"""The form behind a note: its text, who reads it, what it links to, and its files."""

import re
from datetime import UTC, datetime, timedelta

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format

from advising import policy
from advising.choices import NoteState, NoteVisibility
from advising.exceptions import AdvisingError
from advising.models import Alert, Appointment, Note
from advising.services.attachments import LARGEST, MOST_FILES, check_file
from programs.models import Certification, JobTitle, Program

ADDRESS = re.compile(
    r"/(programs/(?P<school>[\w-]+)/(?P<program>[\w-]+)|certifications/(?P<cert>[\w-]+)|careers/(?P<job>[\w-]+))/?$"
)
"""A page of the directory, as copied from the browser."""

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)

PUBLIC = {"programs": Program, "certifications": Certification, "job_titles": JobTitle}


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
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
    )
    body = forms.CharField(label="Note", max_length=50_000, widget=forms.Textarea(attrs={"rows": 10}))
    links = forms.MultipleChoiceField(
        required=False,
        label="Is about",
        widget=forms.CheckboxSelectMultiple,
        help_text="From the student’s own plans.",
    )
    addresses = forms.CharField(
        required=False,
        max_length=2000,
        label="Other pages of the directory",
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="One address a line: a program, a certification or a job title.",
    )
    files = FilesField(
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

    def __init__(self, *args, student, user, publish=False, meetings=None, alerts=None, **kwargs):
        """``meetings`` and ``alerts`` of the student, where the page has read them already."""
        super().__init__(*args, **kwargs)
        self.student, self.publish = student, publish
        self.before = self.instance.visibility if self.instance.state == NoteState.PUBLISHED else None
        self.fields["body"].required = publish
        self.fields["visibility"].choices = NoteVisibility.choices
        meetings = meetings_of(student, user) if meetings is None else meetings
        alerts = alerts_of(student, user) if alerts is None else alerts
        self._offer("appointment", meetings, lambda one: f"{_moment(one.starts_at)}, {one.advisor}")
        self._offer("alert", alerts, lambda one: f"{one.reason}, {one.raised_at:%b %d, %Y}")
        linked = {name: set() for name in PUBLIC}
        if self.instance.pk:
            linked = {name: set(getattr(self.instance, name).all()) for name in PUBLIC}
            self.initial["version"] = self.instance.version
        offered = planned(student)
        self.offered = {
            f"{name}:{record.pk}": record
            for name in PUBLIC
            for record in sorted(linked[name] | offered[name], key=str)
        }
        self.fields["links"].choices = [(key, str(record)) for key, record in self.offered.items()]
        self.initial["links"] = [f"{name}:{record.pk}" for name in PUBLIC for record in linked[name]]
        about = self.initial.get("appointment") if not self.instance.pk else None
        if meeting := next((one for one in meetings if str(one.pk) == str(about)), None):
            self.initial |= told_by(meeting)
        if not self.offered:
            del self.fields["links"]

    def _offer(self, name: str, records: list, label) -> None:
        """Let the field choose among the records, which are read already; without any it goes."""
        if not records:
            del self.fields[name]
            return
        field = self.fields[name]
        field.queryset = type(records[0]).objects.filter(pk__in=[record.pk for record in records])
        field.choices = [("", field.empty_label), *((record.pk, label(record)) for record in records)]

    def clean_occurred_at(self):
        when = self.cleaned_data["occurred_at"]
        # A day to spare: the clock of whoever writes may be in another zone than that of the site.
        if not EARLIEST <= when <= timezone.now() + timedelta(days=1):
            raise forms.ValidationError("A note tells of what has happened. Check the day and the year.")
        return when

    def clean_body(self):
        return self.cleaned_data["body"].strip()

    def clean_addresses(self):
        found = []
        for line in self.cleaned_data["addresses"].split():
            match = ADDRESS.search(line.split("?")[0])
            record = match and find_public(**match.groupdict())
            if not record:
                raise forms.ValidationError(f"No page of the directory has the address “{line[:120]}”.")
            found.append(record)
        return found

    def clean(self):
        facts = super().clean()
        after = facts.get("visibility")
        if self.before and after and policy.widens(self.before, after) and not facts.get("confirm"):
            self.fields["confirm"].widget = forms.CheckboxInput()
            self.add_error("confirm", "More people could read this note than before. See below who, and confirm it.")
        return facts

    def facts(self) -> dict:
        """What the service takes as ``facts``."""
        return {name: self.cleaned_data[name] for name in self._meta.fields if name in self.cleaned_data}

    def linked(self) -> dict[str, list]:
        """What the service takes as ``links``."""
        chosen = [self.offered[key] for key in self.cleaned_data.get("links", [])]
        chosen += self.cleaned_data["addresses"]
        return {name: [record for record in chosen if isinstance(record, model)] for name, model in PUBLIC.items()}


def meetings_of(student, user) -> list[Appointment]:
    """Those of the student that ``user`` may see."""
    return list(Appointment.objects.visible_to(user).filter(student=student).select_related("advisor__user"))


def alerts_of(student, user) -> list[Alert]:
    """Those about the student that ``user`` may see."""
    found = Alert.objects.visible_to(user).filter(student=student)
    return list(found.select_related("reason", "unit", "owner__user"))


def _moment(at: datetime) -> str:
    return date_format(timezone.localtime(at), "M j, Y, g:i A")


def told_by(meeting: Appointment) -> dict:
    """What a note on a meeting begins with: when and how it was, and what was on its agenda."""
    ids = meeting.agenda_items.values_list("program", "certification", "job_title")
    return {
        "occurred_at": min(meeting.starts_at, timezone.now()),
        "contact_type": meeting.mode,
        "links": [f"{name}:{pk}" for row in ids for name, pk in zip(PUBLIC, row, strict=True) if pk],
    }


def planned(student) -> dict[str, set]:
    """What the student saved, plans or wants to discuss, by the name of the note's relation."""
    ids = {
        "programs": Q(pk__in=student.saved_programs.values("program"))
        | Q(pk__in=student.agenda_items.values("program"))
        | Q(pk__in=student.goals.values("pathway_items__program")),
        "certifications": Q(pk__in=student.agenda_items.values("certification"))
        | Q(pk__in=student.goals.values("pathway_items__certification")),
        "job_titles": Q(pk__in=student.goals.values("job_title")) | Q(pk__in=student.agenda_items.values("job_title")),
    }
    related = {"programs": "organization", "certifications": "issuer"}
    return {
        name: set(
            model.objects.published().filter(ids[name]).select_related(*[related[name]] if name in related else [])
        )
        for name, model in PUBLIC.items()
    }


def find_public(*, school, program, cert, job):
    if program:
        return Program.objects.published().filter(organization__slug=school, slug=program).first()
    if cert:
        return Certification.objects.published().filter(slug=cert).first()
    return JobTitle.objects.published().filter(slug=job).first()
