"""The one declaration of every search filter.

``ProgramFilterSet`` is the form, its validation and the meaning of each filter in the ORM. The snapshot answers the
same questions faster (``to_query``); ``qs`` is the reference it is tested against, and what answers without it.
"""

import re

import django_filters
import numpy as np
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from programs.choices import (
    LEVELS_OF_GROUP,
    US_STATES,
    Control,
    Interaction,
    LevelGroup,
    Modality,
    Pacing,
    Status,
)
from programs.models import (
    Certification,
    Crosswalk,
    FieldOfStudy,
    JobTitle,
    Occupation,
    Offering,
    Organization,
    Program,
)
from programs.place import NEAR_MILES, find_zip
from programs.search.geo import miles_between
from programs.search.query import SORTS, SearchQuery

MILES = (10, 25, 50, 100, 250)
MOST_VALUES = 20
"""How many values of one filter are used: a page repeats every choice in each of its links."""

SORT_LABELS = {
    "relevance": "Best match",
    "name": "Name",
    "weeks": "Shortest first",
    "cost": "Lowest cost first",
    "distance": "Nearest first",
}


class KeysField(forms.MultipleChoiceField):
    """Several slugs or codes of existing records; ``known`` gives the records, ``key`` the column."""

    def __init__(self, *, known, key, pattern=r"[-\w]{1,160}", **kwargs):
        super().__init__(**kwargs)
        self.known, self.key, self.pattern = known, key, re.compile(pattern)

    def validate(self, value):
        if self.required and not value:
            raise ValidationError(self.error_messages["required"], code="required")
        well_formed = [key for key in value if self.pattern.fullmatch(key)]
        found = self.existing(well_formed) if well_formed else set()
        if unknown := [key for key in value if key not in found]:
            raise ValidationError(f"There is no “{unknown[0][:60]}” here. The filter was left out.", code="unknown")

    def existing(self, keys: list[str]) -> set[str]:
        """Those of ``keys`` that the database holds."""
        return set(self.known().filter(**{f"{self.key}__in": keys}).values_list(self.key, flat=True))


class KeysFilter(django_filters.MultipleChoiceFilter):
    field_class = KeysField


class WholeNumberFilter(django_filters.Filter):
    field_class = forms.IntegerField


class SearchForm(forms.Form):
    """What one filter says of another. ``center`` is where the ZIP code is, or None."""

    center = None
    is_approximate = False

    def clean(self):
        values = super().clean()
        for name, unit in (("weeks", "weeks"), ("cost", "dollars")):
            low, high = values.get(f"{name}_min"), values.get(f"{name}_max")
            if low is not None and high is not None and low > high:
                self.add_error(f"{name}_max", f"The upper end is below the lower end of {low} {unit}.")
        if values.get("within") and not values.get("zip") and "zip" not in self.errors:
            self.add_error("zip", "Enter the ZIP code to measure from.")
        return values

    def clean_zip(self):
        code = self.cleaned_data["zip"]
        if not code:
            return code
        place = find_zip(code)
        if place is None:
            raise ValidationError(f"We do not know where ZIP code {code} is. Try one nearby.")
        self.center, self.is_approximate = place.center, place.is_approximate
        return place.zip


def _choices(name, choices, label, **kwargs):
    return django_filters.MultipleChoiceFilter(field_name=name, choices=choices, label=label, distinct=False, **kwargs)


class ProgramFilterSet(django_filters.FilterSet):
    """Every filter of the search by the name of its parameter. Values of one filter are alternatives.

    Filters on how a program is delivered (``OFFERING_FILTERS``) must be met together by one published offering.
    """

    q = django_filters.CharFilter(label="Search", method="filter_q", max_length=200)
    exact = django_filters.BooleanFilter(label="As typed", method="keep", widget=forms.CheckboxInput)
    level = _choices("award_level", LevelGroup.choices, "Award", method="filter_level")
    modality = _choices("modality", Modality.choices, "How it is taught")
    pacing = _choices("pacing", Pacing.choices, "Pace")
    interaction = _choices("interaction", Interaction.choices, "Live classes")
    weeks_min = WholeNumberFilter(label="At least (weeks)", method="filter_range", min_value=0, max_value=1000)
    weeks_max = WholeNumberFilter(label="At most (weeks)", method="filter_range", min_value=0, max_value=1000)
    cost_min = WholeNumberFilter(label="At least ($)", method="filter_range", min_value=0, max_value=10_000_000)
    cost_max = WholeNumberFilter(label="At most ($)", method="filter_range", min_value=0, max_value=10_000_000)
    include_unknown = django_filters.BooleanFilter(
        label="Also where it is not reported", method="keep", widget=forms.CheckboxInput
    )
    state = _choices("organization__state", list(US_STATES.items()), "State", method="filter_place")
    zip = django_filters.CharFilter(label="Near ZIP", method="filter_place", max_length=10)
    within = django_filters.TypedChoiceFilter(
        label="Within", method="keep", choices=[(str(miles), f"{miles} miles") for miles in MILES], coerce=int
    )
    anywhere = django_filters.BooleanFilter(
        label="Also online programs from elsewhere", method="keep", widget=forms.CheckboxInput
    )
    field = KeysFilter(
        label="Field", method="filter_field", known=FieldOfStudy.objects.all, key="code", pattern=r"[\d.]{2,7}"
    )
    certification = KeysFilter(
        label="Certification", method="filter_certification", known=Certification.objects.published, key="slug"
    )
    job = KeysFilter(label="Job title", method="filter_job", known=JobTitle.objects.published, key="slug")
    occupation = KeysFilter(
        label="Occupation", method="filter_occupation", known=Occupation.objects.all, key="code", pattern=r"[\d-]{7}"
    )
    school = KeysFilter(label="School", method="filter_school", known=Organization.objects.published, key="slug")
    control = _choices("organization__control", Control.choices, "Kind of school")
    starts_by = django_filters.DateFilter(
        label="Starts by", method="filter_starts_by", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    sort = django_filters.ChoiceFilter(
        label="Sort", method="keep", choices=[(name, SORT_LABELS[name]) for name in SORTS], empty_label=None
    )

    OFFERING_FILTERS = (
        "modality",
        "pacing",
        "interaction",
        "weeks_min",
        "weeks_max",
        "cost_min",
        "cost_max",
        "starts_by",
    )
    PLACE_FILTERS = ("state", "zip")

    class Meta:
        model = Program
        form = SearchForm
        fields = []

    def __init__(self, data=None, queryset=None, **kwargs):
        data, self._cut = self._usable(data or {})
        super().__init__(data, Program.objects.published() if queryset is None else queryset, **kwargs)
        self.today = timezone.localdate()

    @classmethod
    def _usable(cls, data) -> tuple[MultiValueDict, dict[str, int]]:
        """``data`` with the first values of each filter alone and a radius for every ZIP code.

        And how many different values were given for the filters that lost some.
        """
        data = MultiValueDict(dict(data.lists()) if isinstance(data, MultiValueDict) else cls._listed(data))
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

    @staticmethod
    def _listed(data: dict) -> dict[str, list]:
        return {name: list(value) if isinstance(value, list | tuple) else [value] for name, value in data.items()}

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
    def values(self) -> dict:
        """What was asked for and is valid; a value that is not stays out, its message is in ``form.errors``."""
        self.form.is_valid()
        return self.form.cleaned_data

    def to_query(self, *, page: int = 1) -> SearchQuery:
        """The same question for the snapshot."""
        values = self.values
        several = ("level", "modality", "pacing", "interaction", "state", "control")
        keys = ("field", "certification", "job", "occupation", "school")
        single = ("weeks_min", "weeks_max", "cost_min", "cost_max", "starts_by")
        flags = ("exact", "include_unknown", "anywhere")
        return SearchQuery(
            today=self.today,
            q=values.get("q") or "",
            sort=values.get("sort") or SORTS[0],
            center=self._center,
            within=values.get("within") or None if self._center else None,
            page=page,
            **{name: tuple(dict.fromkeys(values.get(name) or ())) for name in (*several, *keys)},
            **{name: values.get(name) for name in single},
            **{name: bool(values.get(name)) for name in flags},
        )

    @property
    def _center(self) -> tuple[float, float] | None:
        return self.form.center if self.values.get("zip") else None

    @property
    def qs(self):
        """The matching programs in no order. Invalid filters are left out."""
        programs, offerings, narrowed = self._conditions()
        return programs.filter(Exists(offerings.filter(program=OuterRef("pk")))) if narrowed else programs

    @property
    def offerings(self):
        """The offerings by which the programs match: each meets every condition that asks for one offering."""
        programs, offerings, _ = self._conditions()
        return offerings.filter(program__in=programs)

    def _conditions(self):
        """(programs that meet their own conditions, offerings that meet theirs, whether there are any of these)."""
        values = self.values
        programs = self.queryset.all()
        offerings = Offering.objects.published()
        if any(name.startswith("cost") and values.get(name) is not None for name in self.OFFERING_FILTERS):
            offerings = offerings.with_price()
        narrowed = False
        for name, value in values.items():
            if name in self.PLACE_FILTERS or value is None or value is False or value in ("", []):
                continue
            if name in self.OFFERING_FILTERS:
                offerings = self.filters[name].filter(offerings, value)
                narrowed = True
            elif name in self.filters:
                programs = self.filters[name].filter(programs, value)
        place = self._place()
        if place is not None and values.get("anywhere"):
            offerings = offerings.filter(Q(program__organization__in=place) | Q(modality=Modality.ONLINE))
            narrowed = True
        elif place is not None:
            programs = programs.filter(organization__in=place)
        return programs, offerings, narrowed

    def _place(self):
        """The schools in the chosen place, or None where none was chosen."""
        values, schools = self.values, Organization.objects.published()
        if not values.get("state") and not (self._center and values.get("within")):
            return None
        if values.get("state"):
            schools = schools.filter(state__in=values["state"])
        if self._center and values.get("within"):
            known = list(schools.filter(latitude__isnull=False).values_list("pk", "latitude", "longitude"))
            table = np.array(known, dtype=float).reshape(-1, 3)
            near = miles_between(self._center, table[:, 1], table[:, 2]) <= values["within"]
            schools = schools.filter(pk__in=table[near, 0].astype(int).tolist())
        return schools

    def keep(self, queryset, name, value):
        """Read elsewhere: by ``qs``, by the search or by another filter."""
        return queryset

    def filter_place(self, queryset, name, value):
        return queryset.filter(organization__in=self._place())

    def filter_q(self, queryset, name, value):
        """The plain meaning of a text without the snapshot: every word somewhere in name, school, field or award."""
        for word in value.split()[:10]:
            queryset = queryset.filter(
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
        return queryset.distinct()

    def filter_level(self, queryset, name, value):
        levels = {level for group in value for level in LEVELS_OF_GROUP[group]}
        condition = Q(award_level__in=levels - {None})
        return queryset.filter(condition | Q(award_level__isnull=True) if None in levels else condition)

    def filter_range(self, queryset, name, value):
        column, lookup = {
            "weeks_min": ("duration_min_weeks", "gte"),
            "weeks_max": ("duration_max_weeks", "lte"),
            "cost_min": ("price", "gte"),
            "cost_max": ("price", "lte"),
        }[name]
        condition = Q(**{f"{column}__{lookup}": value})
        if self.values.get("include_unknown"):
            condition |= Q(**{f"{column}__isnull": True})
        return queryset.filter(condition)

    def filter_starts_by(self, queryset, name, value):
        return queryset.starting_by(value, today=self.today)

    def filter_field(self, queryset, name, value):
        condition = Q()
        for prefix in value:
            condition |= Q(field__code__startswith=prefix)
        return queryset.filter(condition)

    def filter_school(self, queryset, name, value):
        return queryset.filter(organization__slug__in=value)

    def filter_certification(self, queryset, name, value):
        certifications = Certification.objects.published().filter(slug__in=value)
        return queryset.filter(pk__in=certifications.values("program_links__program"))

    def filter_job(self, queryset, name, value):
        jobs = JobTitle.objects.published().filter(slug__in=value)
        return self._leading_to(queryset, jobs, Crosswalk.objects.filter(occupation__job_titles__in=jobs))

    def filter_occupation(self, queryset, name, value):
        occupations = Occupation.objects.filter(code__in=value)
        jobs = JobTitle.objects.published().filter(occupations__in=occupations)
        return self._leading_to(queryset, jobs, Crosswalk.objects.filter(occupation__in=occupations))

    def _leading_to(self, queryset, jobs, crosswalk):
        """Programs whose field the crosswalk leads on, or with an edge to one of ``jobs`` of their own."""
        linked = Certification.objects.filter(status=Status.PUBLISHED, career_links__job_title__in=jobs)
        return queryset.filter(
            Q(field__in=crosswalk.values("field"))
            | Q(pk__in=Program.objects.filter(career_links__job_title__in=jobs).values("pk"))
            | Q(pk__in=linked.values("program_links__program"))
        )
