"""Ticking students in a list of any length.

A request holds at most ``settings.DATA_UPLOAD_MAX_NUMBER_FIELDS`` fields, a school far more students. So the list is
shown in pages, and what is ticked on the others travels in one field: ``students=12,15`` beside ``students=7``.
"""

from collections.abc import Iterable
from typing import cast

from django import forms
from django.forms.utils import ErrorDict

from advising.models import StudentProfile

A_PAGE = 200
"""Boxes shown at once."""


def read_ids(values: Iterable[str]) -> list[str]:
    """What fields of that kind name, each once."""
    return [name for name in dict.fromkeys(",".join(values).split(",")) if name]


class PickMany(forms.CheckboxSelectMultiple):
    """Boxes for one page of the choices. Its buttons show another page, or tick all or none; each sends the form."""

    template_name = "forms/pick_many.html"
    page = 1

    @staticmethod
    def pressed(data, name: str) -> str:
        """The button that sent the form: "all", "none", the number of a page, or no button of this list."""
        return data.get(f"{name}-show", "")

    def value_from_datadict(self, data, files, name):
        pressed = self.pressed(data, name)
        self.page = int(pressed[:6]) if pressed.isascii() and pressed.isdecimal() else 1
        if pressed == "all":
            return [key for key, _ in self.choices]
        return [] if pressed == "none" else read_ids(data.getlist(name))

    def get_context(self, name, value, attrs):
        keys = [key for key, _ in self.choices]
        ticked = set(value or ()).intersection(keys)
        starts = range(0, len(keys), A_PAGE)
        shown = max(1, min(self.page, len(starts)))
        page = slice((shown - 1) * A_PAGE, shown * A_PAGE)
        context = forms.CheckboxSelectMultiple(self.attrs, list(self.choices)[page]).get_context(name, value, attrs)
        context["widget"] |= {
            "template_name": self.template_name,
            "ticked_on_others": ",".join(key for key in keys if key in ticked.difference(keys[page])),
            "total": len(keys),
            "ticked": len(ticked),
            "page": shown,
            "pages": [(start + 1, min(start + A_PAGE, len(keys))) for start in starts],
        }
        return context


class StudentsField(forms.MultipleChoiceField):
    """The students who are ticked, as StudentProfile rows; one who is not in the list is refused."""

    widget = PickMany
    default_error_messages = {
        "required": "Choose at least one student.",
        "invalid_choice": "Some of those chosen are not in this list any more. Look through it and send it again.",
    }

    def offer(self, students: Iterable[StudentProfile]) -> None:
        self.students = {str(student.pk): student for student in students}
        self.choices = [(key, student.name) for key, student in self.students.items()]

    def valid_value(self, value):
        return value in self.students

    def clean(self, value):
        return [self.students[key] for key in super().clean(value)]


class PickForm(forms.Form):
    """A form that ends in a list of students. While somebody turns its pages, nothing is judged and nothing sent."""

    students = StudentsField()

    @property
    def picker(self) -> StudentsField:
        return cast("StudentsField", self.fields["students"])

    @property
    def is_turning(self) -> bool:
        return bool(self.picker.widget.pressed(self.data, self.add_prefix("students")))

    def full_clean(self):
        super().full_clean()
        if self.is_turning:
            self._errors = ErrorDict()

    def is_valid(self):
        return super().is_valid() and not self.is_turning
