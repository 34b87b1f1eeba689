"""What several forms are made of."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar, cast

from django import forms
from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **options: Any):
        super().__init__(format="%Y-%m-%d", **options)


class DateTimeInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self, **options: Any):
        super().__init__(format="%Y-%m-%dT%H:%M", **options)


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self, **options: Any):
        super().__init__(format="%H:%M", **options)


class UnsavedForm(forms.ModelForm):
    """The service sets and saves the record; the form only reads it."""

    def _post_clean(self):
        """Django's would write what was typed on the record."""


def either(label: str, *, yes: str, no: str) -> forms.TypedChoiceField:
    """Two answers side by side, neither of them chosen yet; True for the first."""
    return forms.TypedChoiceField(
        label=label,
        choices=[("yes", yes), ("no", no)],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )


def offer_choices(form: forms.BaseForm, name: str, choices: Iterable[Any]) -> None:
    """Let the field ``name`` choose among ``choices``, as Django takes them."""
    cast("forms.ChoiceField", form.fields[name]).choices = list(choices)


def offer_rows(
    form: forms.BaseForm,
    name: str,
    rows: QuerySet[M],
    *,
    empty_label: str | None = None,
    label_of: Callable[[M], str] | None = None,
) -> None:
    """Let the field ``name`` choose among ``rows``; what is None stays as the field has it."""
    field = cast("forms.ModelChoiceField", form.fields[name])
    field.queryset = rows
    if empty_label is not None:
        field.empty_label = empty_label
    if label_of is not None:
        field.label_from_instance = label_of  # type: ignore[assignment, method-assign]  # Django's way to name rows
