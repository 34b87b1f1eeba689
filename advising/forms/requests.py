"""A student's requests about their record, the answers to them, and the hearing on a refused correction."""

from typing import Any

from django import forms
from django.contrib.auth import get_user_model

from advising import policy
from advising.models import RecordRequest

from .base import DateTimeInput, either, offer_rows


class AskForm(forms.Form):
    text = forms.CharField(max_length=4000, strip=True, widget=forms.Textarea(attrs={"rows": 6}))


class RequestStepForm(forms.Form):
    """What a step of the request ``asked`` needs to be told."""

    def __init__(self, *args: Any, asked: RecordRequest, **kwargs: Any):
        super().__init__(*args, **kwargs)


class StatementForm(RequestStepForm):
    statement = forms.CharField(max_length=4000, label="Your statement", widget=forms.Textarea(attrs={"rows": 6}))

    def __init__(self, *args: Any, asked: RecordRequest, **kwargs: Any):
        super().__init__(*args, asked=asked, initial={"statement": asked.statement}, **kwargs)


class AnswerForm(RequestStepForm):
    """Granted or refused."""

    granted = either("Decision", yes="Granted", no="Refused")


class DecisionForm(AnswerForm):
    decision = forms.CharField(
        max_length=4000,
        label="Reasons",
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="The student reads them. A refused correction gives them the right to a hearing (34 CFR 99.21), "
        "and to attach a statement.",
    )


class OutcomeForm(AnswerForm):
    reasons = forms.CharField(
        max_length=4000,
        label="Evidence and reasons",
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="The evidence in brief and the reasons, resting on the hearing alone (34 CFR 99.22). The student "
        "reads them.",
    )


class HearingForm(RequestStepForm):
    takes_place_at = forms.DateTimeField(
        label="When",
        widget=DateTimeInput(),
        help_text="Soon, and with notice enough to prepare.",
    )
    place = forms.CharField(max_length=200, label="Where", help_text="A room, or how to join a call.")
    presider = forms.ModelChoiceField(
        queryset=get_user_model().objects.none(),
        empty_label="Choose",
        label="Who presides",
        help_text="Without a direct interest in the outcome: whoever refused and the note’s author are not offered. "
        "Until the outcome is recorded, this person can read the request.",
    )

    def __init__(self, *args: Any, asked: RecordRequest, **kwargs: Any):
        arranged = {"takes_place_at": asked.hearing.takes_place_at, "place": asked.hearing.place}
        super().__init__(*args, asked=asked, initial={**arranged, "presider": asked.hearing.presider_id}, **kwargs)
        offer_rows(self, "presider", policy.presiders(asked))
