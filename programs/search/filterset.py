"""The filters as a form: what addresses carry, checked; and what they mean in the ORM.

``ProgramFilterSet`` is made from ``filters``. The snapshot answers the same questions faster (``to_query``); ``qs`` is
the reference that it is tested against, and what answers without it.
"""

from collections.abc import Mapping
from copy import copy
from typing import Any, ClassVar, TypeVar

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from programs.choices import Modality
from programs.models import Certification, Offering, Organization, Program
from programs.place import NEAR_MILES, find_zip

from .filters import CONDITIONS, FILTERS
from .geo import Point
from .kinds import Level, Range
from .query import SORTS, SearchQuery

MOST_VALUES = 20
"""How many values of one filter are used: a page repeats every choice in each of its links."""

Row = TypeVar("Row", bound=Model)

RANGES = [each for each in FILTERS if isinstance(each, Range)]


class SearchForm(forms.Form):
    """What one filter says of another. ``center`` is where the ZIP code is, or None."""

    center: Point | None = None
    is_approximate = False

    def clean(self) -> dict[str, Any]:
        super().clean()
        values = self.cleaned_data
        for each in RANGES:
            lower, upper = each.parts
            low, high = values.get(lower.name), values.get(upper.name)
            if low is not None and high is not None and low > high:
                self.add_error(upper.name, f"The upper end is below the lower end of {each.words(low)}.")
        if values.get("within") and not values.get("zip"):
            values["within"] = None
            if "zip" not in self.errors:
                self.add_error("zip", "Enter the ZIP code to measure from.")
        return values

    def clean_zip(self) -> str:
        code: str = self.cleaned_data["zip"]
        if not code:
            return code
        place = find_zip(code)
        if place is None:
            raise ValidationError(f"We do not know where ZIP code {code} is. Try one nearby.")
        self.center, self.is_approximate = place.center, place.is_approximate
        return place.zip


def _flag(label: str) -> django_filters.BooleanFilter:
    return django_filters.BooleanFilter(label=label, widget=forms.CheckboxInput)


class _Filters(dict[str, django_filters.Filter]):
    """The filters of the class. Each request takes a copy, one level deep: all their choices took 4 ms."""

    def __deepcopy__(self, memo: object) -> dict[str, django_filters.Filter]:
        return {name: copy(each) for name, each in self.items()}


class ProgramFilterSet(django_filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """Every filter of the search by the name of its parameter. Values of one filter are alternatives.

    What is written out here narrows nothing by itself: the text, and how it and the filters are meant.
    """

    q = django_filters.CharFilter(label="Search", max_length=200)
    exact = _flag("As typed")
    include_unknown = _flag("Also where it is not reported")
    zip = django_filters.CharFilter(label="Near ZIP", max_length=10)
    anywhere = _flag("Also online programs from elsewhere")

    class Meta:
        model = Program
        form = SearchForm
        fields: tuple[str, ...] = ()

    _form_class: ClassVar[type[SearchForm]]
    form: SearchForm
    filters: dict[str, django_filters.Filter]
    queryset: QuerySet[Program]

    def __init__(self, data: Mapping[str, Any] | None = None, queryset: QuerySet[Program] | None = None):
        usable, self._cut = self._usable(data or {})
        super().__init__(usable, Program.objects.published() if queryset is None else queryset)
        self.today = timezone.localdate()

    @classmethod
    def _usable(cls, given: Mapping[str, Any]) -> tuple[MultiValueDict[str, Any], dict[str, int]]:
        """``given`` with the first values of each filter alone and a radius for every ZIP code.

        And how many different values were given for the filters that lost some.
        """
        data = MultiValueDict(dict(given.lists()) if isinstance(given, MultiValueDict) else _listed(given))
        cut = {}
        for name, asked in cls.base_filters.items():
            if isinstance(asked, django_filters.MultipleChoiceFilter) and name in data:
                values = list(dict.fromkeys(data.getlist(name)))
                data.setlist(name, values[:MOST_VALUES])
                if len(values) > MOST_VALUES:
                    cut[name] = len(values)
        if data.get("zip", "").strip() and not data.get("within"):
            data["within"] = str(NEAR_MILES)
        return data, cut

    @classmethod
    def get_filters(cls) -> _Filters:
        declared = {part.name: part.form_field() for part in CONDITIONS.values()}
        sort = django_filters.ChoiceFilter(label="Sort", choices=list(SORTS.items()), empty_label=None)
        return _Filters(super().get_filters() | declared | {"sort": sort})

    def get_form_class(self) -> type[SearchForm]:
        """The form of the filters, which are the same for every request."""
        cls = type(self)
        if "_form_class" not in vars(cls):
            cls._form_class = super().get_form_class()
        return cls._form_class

    @property
    def notes(self) -> list[str]:
        """What was done with the choices, in words for the page."""
        notes = [
            f"{self.filters[name].label}: only the first {MOST_VALUES} of {count:,} choices are used."
            for name, count in self._cut.items()
            if name not in self.form.errors
        ]
        if self._center and self.form.is_approximate:
            code = self.values["zip"]
            notes.append(f"We know only roughly where ZIP code {code} is: from the schools in it or nearby.")
        return notes

    @property
    def values(self) -> dict[str, Any]:
        """What was asked for and is valid; a value that is not stays out, its message is in ``form.errors``."""
        self.form.is_valid()
        return self.form.cleaned_data

    def to_query(self, *, page: int = 1) -> SearchQuery:
        """The same question for the snapshot."""
        values = self.values
        asked = {name: values.get(name) for name in CONDITIONS}
        return SearchQuery(
            today=self.today,
            q=values.get("q") or "",
            values={
                name: tuple(dict.fromkeys(value)) if isinstance(value, list) else value
                for name, value in asked.items()
                if value not in (None, "", [])
            },
            sort=values.get("sort") or next(iter(SORTS)),
            center=self._center,
            page=page,
            exact=bool(values.get("exact")),
            include_unknown=bool(values.get("include_unknown")),
            anywhere=bool(values.get("anywhere")),
        )

    @property
    def _center(self) -> Point | None:
        return self.form.center if self.values.get("zip") else None

    @property
    def qs(self) -> QuerySet[Program]:
        """The matching programs in no order. Invalid filters are left out."""
        programs, offerings, narrowed = self._conditions()
        return programs.filter(Exists(offerings.filter(program=OuterRef("pk")))) if narrowed else programs

    @property
    def offerings(self) -> QuerySet[Offering]:
        """The offerings by which the programs match: each meets every condition that asks for one offering."""
        programs, offerings, _ = self._conditions()
        return offerings.filter(program__in=programs)

    def _conditions(self) -> tuple[QuerySet[Program], QuerySet[Offering], bool]:
        """(programs that meet their own conditions, offerings that meet theirs, whether there are any of these)."""
        query = self.to_query()
        programs, _ = _meeting(query, Level.PROGRAM, holding_words(self.queryset.all(), query.q))
        offerings, narrowed = _meeting(query, Level.OFFERING, Offering.objects.published())
        schools, by_school = _meeting(query, Level.SCHOOL, Organization.objects.published())
        places, by_place = _meeting(query, Level.SCHOOL, Organization.objects.published(), is_place=True)
        if by_school:
            programs = programs.filter(organization__in=schools)
        if by_place and query.anywhere:
            offerings = offerings.filter(Q(program__organization__in=places) | Q(modality=Modality.ONLINE))
        elif by_place:
            programs = programs.filter(organization__in=places)
        return programs, offerings, narrowed or (by_place and query.anywhere)


def _listed(data: Mapping[str, Any]) -> dict[str, list[Any]]:
    return {name: list(value) if isinstance(value, list | tuple) else [value] for name, value in data.items()}


def _meeting(
    query: SearchQuery, level: Level, rows: QuerySet[Row], *, is_place: bool = False
) -> tuple[QuerySet[Row], bool]:
    """Those of ``rows`` that meet every condition of their level, and whether there is one."""
    found = False
    for name, value in query.values.items():
        condition = CONDITIONS[name]
        if condition.level is level and condition.is_place is is_place:
            rows, found = condition.orm(rows, value, query), True
    return rows, found


def holding_words(programs: QuerySet[Program], text: str) -> QuerySet[Program]:
    """The plain meaning of a text without the snapshot: every word somewhere in name, school, field or award."""
    if not text:
        return programs
    for word in text.split()[:10]:
        programs = programs.filter(
            Q(name__icontains=word)
            | Q(organization__name__icontains=word)
            | Q(field__title__icontains=word)
            | Q(field__code__startswith=word)
            | Q(
                certification_links__certification__in=Certification.objects.published().filter(
                    Q(acronym__iexact=word) | Q(name__icontains=word)
                )
            )
        )
    return programs.distinct()
