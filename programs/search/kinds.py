"""The kinds of filter. A filter of the search is one instance, declared in ``filters``.

Each says the same thing in every place that needs it: the form field that takes its value, what it means in the ORM
(the reference) and in the snapshot (the answer), what each choice would leave, and its words.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import django_filters
import numpy as np
from django import forms
from django.db.models import Q, QuerySet

from programs import wording

from .arrays import Ints, Mask
from .geo import NOWHERE, miles_between
from .index.columns import UNKNOWN
from .query import SearchQuery

if TYPE_CHECKING:
    from .conditions import Conditions
    from .index.snapshot import Snapshot

Tally = tuple[Sequence[str], Ints]
"""The values of a facet and the count of distinct programs of each."""


class Level(Enum):
    """Of what a filter asks something. Everything asked of an offering must hold on one offering."""

    PROGRAM = "program"
    OFFERING = "offering"
    SCHOOL = "school"


@dataclass(frozen=True, kw_only=True)
class Filter:
    """One parameter of the search. ``level`` says of which rows ``orm`` and ``mask`` speak.

    Values are as the form cleans them; where they are alternatives, a tuple of them.
    """

    name: str
    label: str
    level: Level = Level.PROGRAM
    is_place: bool = False
    """A place is met by the school or, where the query says ``anywhere``, by an online offering."""
    is_open: bool = False
    """Whether the results page shows it unfolded though nothing is chosen."""
    template: ClassVar[str] = ""
    """What shows it among the filters of the results page."""

    @property
    def parts(self) -> tuple["Filter", ...]:
        """The parameters that stand under its heading: itself."""
        return (self,)

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names in an address that stand under its heading."""
        return (self.name,)

    def form_field(self) -> django_filters.Filter:
        """What takes and validates the value; it filters nothing by itself."""
        raise NotImplementedError

    def orm(self, rows: QuerySet[Any], value: Any, query: SearchQuery) -> QuerySet[Any]:
        """Those of ``rows``, of this filter's level, that meet ``value``: the meaning of the filter."""
        raise NotImplementedError

    def mask(self, conditions: "Conditions", value: Any) -> Mask:
        """The same as a mask of the snapshot's rows of this level."""
        raise NotImplementedError

    def say(self, value: Any) -> str:
        """The condition in words that can stand in a sentence: "at least 12 weeks"."""
        raise NotImplementedError

    def said_in(self, snapshot: "Snapshot", value: Any) -> str:
        """The same, for a filter whose choices the snapshot names."""
        return self.say(value)

    def chip(self, value: Any, label: str) -> str:
        """One chosen value on the chip that takes it back; ``label`` is what its choice is called."""
        said = self.say(value)
        return said[:1].upper() + said[1:]


@dataclass(frozen=True, kw_only=True)
class Group:
    """Parameters that stand together under one heading of the results page."""

    name: str
    label: str
    is_open: bool = False
    template: ClassVar[str] = ""

    @property
    def parts(self) -> tuple[Filter, ...]:
        raise NotImplementedError

    @property
    def parameters(self) -> tuple[str, ...]:
        return tuple(part.name for part in self.parts)


@dataclass(frozen=True, kw_only=True)
class Range(Group):
    """Two bounds, ``<name>_min`` and ``<name>_max``, of whole numbers up to ``most``.

    ``low`` and ``high``: the columns of the snapshot and of the ORM that hold the ends of a program's own span, which
    is inside a range when all of it is; the ORM's may be annotated by the queryset's method ``prepare``.
    ``scale``: how many of the snapshot's units make one of the parameter's (100 US cents a dollar).
    ``usual``: upper ends that one click chooses, and what people call them.
    ``also_unknown``: the label of the box that takes what is not reported into every range; it stands in one of them.
    """

    template: ClassVar[str] = "programs/filters/_range.html"
    low: tuple[str, str]
    high: tuple[str, str]
    level: Level = Level.OFFERING
    unit: str
    most: int
    words: Callable[[int], str]
    scale: int = 1
    prepare: str = ""
    help: str = ""
    usual: tuple[tuple[int, str], ...] = ()
    also_unknown: str = ""

    @cached_property
    def parts(self) -> tuple["Bound", "Bound"]:
        low, high = f"At least, {self.unit}", f"At most, {self.unit}"
        return (
            Bound(name=f"{self.name}_min", label=low, level=self.level, range=self, is_upper=False),
            Bound(name=f"{self.name}_max", label=high, level=self.level, range=self, is_upper=True),
        )


@dataclass(frozen=True, kw_only=True)
class Bound(Filter):
    """One end of a range."""

    range: Range
    is_upper: bool

    @property
    def column(self) -> str:
        """The column of the snapshot that it bounds."""
        return (self.range.high if self.is_upper else self.range.low)[0]

    @property
    def of(self) -> str:
        """The same in the ORM."""
        return (self.range.high if self.is_upper else self.range.low)[1]

    def form_field(self) -> django_filters.Filter:
        return WholeNumberFilter(label=self.label, min_value=0, max_value=self.range.most)

    def orm(self, rows: QuerySet[Any], value: int, query: SearchQuery) -> QuerySet[Any]:
        if self.range.prepare:
            rows = getattr(rows, self.range.prepare)()
        condition = Q(**{f"{self.of}__{'lte' if self.is_upper else 'gte'}": value})
        if query.include_unknown:
            condition |= Q(**{f"{self.of}__isnull": True})
        return rows.filter(condition)

    def mask(self, conditions: "Conditions", value: int) -> Mask:
        column: Ints = getattr(conditions.columns, self.column)
        unknown = column == UNKNOWN
        compare = np.less_equal if self.is_upper else np.greater_equal
        met: Mask = compare(column, value * self.range.scale) & ~unknown
        return met | unknown if conditions.query.include_unknown else met

    def say(self, value: int) -> str:
        return f"at {'most' if self.is_upper else 'least'} {self.range.words(value)}"


@dataclass(frozen=True, kw_only=True)
class Place(Group):
    """Where a school is: near a ZIP code, or in a state."""

    template: ClassVar[str] = "programs/filters/_place.html"
    near: "Within"
    state: "Choices"

    @property
    def parts(self) -> tuple[Filter, ...]:
        return self.near, self.state

    @property
    def parameters(self) -> tuple[str, ...]:
        return ("zip", "anywhere", *super().parameters)


@dataclass(frozen=True, kw_only=True)
class StartsBy(Filter):
    """Offerings one can still join that start on or before a day."""

    template: ClassVar[str] = "programs/filters/_day.html"
    level: Level = Level.OFFERING
    heading: str = "Start"

    def form_field(self) -> django_filters.Filter:
        return django_filters.DateFilter(
            label=self.label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        )

    def orm(self, rows: Any, value: date, query: SearchQuery) -> QuerySet[Any]:
        found: QuerySet[Any] = rows.starting_by(value, today=query.today)
        return found

    def mask(self, conditions: "Conditions", value: date) -> Mask:
        columns, today, day = conditions.columns, conditions.query.today.toordinal(), value.toordinal()
        rows = columns.starts_any_time.copy()
        still_open = (columns.starts_on >= today) & (columns.starts_on <= day) & (columns.apply_by >= today)
        rows[columns.start_offering[still_open]] = True
        return rows

    def say(self, value: date) -> str:
        return f"starts by {wording.day(value)}"


@dataclass(frozen=True, kw_only=True)
class Within(Filter):
    """Schools at most so many miles from the query's center; a school whose place is unknown is not."""

    level: Level = Level.SCHOOL
    is_place: bool = True
    miles: tuple[int, ...]

    def form_field(self) -> django_filters.Filter:
        choices = [(str(miles), f"{miles} miles") for miles in self.miles]
        return django_filters.TypedChoiceFilter(label=self.label, choices=choices, coerce=int)

    def orm(self, rows: QuerySet[Any], value: int, query: SearchQuery) -> QuerySet[Any]:
        known = list(rows.filter(latitude__isnull=False).values_list("pk", "latitude", "longitude"))
        table = np.array(known, dtype=float).reshape(-1, 3)
        near = miles_between(query.center or NOWHERE, table[:, 1], table[:, 2]) <= value
        return rows.filter(pk__in=table[near, 0].astype(int).tolist())

    def mask(self, conditions: "Conditions", value: int) -> Mask:
        return conditions.miles_to_schools <= value

    def say(self, value: int) -> str:
        return f"within {value} miles"


@dataclass(frozen=True, kw_only=True)
class Facet(Filter):
    """A filter with choices, each of which is counted.

    ``listed``: how many choices the results page shows of a long list, best first; 0 where it shows all of them.
    ``headings``: what the ranks of a long list are called on its own page.
    """

    template: ClassVar[str] = "programs/filters/_facet.html"
    listed: int = 0
    headings: Mapping[int, str] = field(default_factory=dict)

    def tally(self, conditions: "Conditions", mask: Mask) -> Tally:
        """The values and how many of the programs in ``mask`` each of them holds."""
        raise NotImplementedError

    def label_in(self, snapshot: "Snapshot", value: str) -> str:
        """What people call a choice; the value itself where the snapshot does not know it."""
        raise NotImplementedError

    def labels_in_database(self, chosen: Sequence[str]) -> dict[str, str]:
        """Without a snapshot: the choices that can be shown, by value, with what people call them."""
        raise NotImplementedError

    def ranks_in(self, snapshot: "Snapshot") -> Ints | None:
        """The rank of each value, lowest first; None where all are alike."""
        return None

    def said_in(self, snapshot: "Snapshot", value: Sequence[str]) -> str:
        return " or ".join(self.label_in(snapshot, choice) for choice in value)

    def chip(self, value: Any, label: str) -> str:
        return label


@dataclass(frozen=True, kw_only=True)
class Choices(Facet):
    """A closed list. ``column`` holds the number of the choice, ``of`` the value in the ORM.

    ``groups``: what each choice stands for, where the ORM knows finer values. ``said_before``: what comes before "Not
    reported" on a chip, which would not say of what.
    """

    choices: Sequence[tuple[str, str]]
    column: str
    of: str
    groups: Mapping[Any, tuple[object, ...]] = field(default_factory=dict)
    said_before: str = ""

    def form_field(self) -> django_filters.Filter:
        return django_filters.MultipleChoiceFilter(label=self.label, choices=lambda: self.choices)

    @cached_property
    def values(self) -> list[str]:
        return [value for value, _ in self.choices]

    @cached_property
    def _labels(self) -> dict[str, str]:
        return {value: str(label) for value, label in self.choices}

    def orm(self, rows: QuerySet[Any], value: Sequence[str], query: SearchQuery) -> QuerySet[Any]:
        wanted = {each for choice in value for each in self.groups.get(choice, (choice,))}
        condition = Q(**{f"{self.of}__in": wanted - {None}})
        return rows.filter(condition | Q(**{f"{self.of}__isnull": True}) if None in wanted else condition)

    def mask(self, conditions: "Conditions", value: Sequence[str]) -> Mask:
        chosen = np.array([choice in value for choice in self.values] + [False], dtype=bool)
        return chosen[self._codes(conditions)]

    def _codes(self, conditions: "Conditions") -> Ints:
        """The number of the choice of each row of this level; one past the last for none of them."""
        return conditions.codes(self.level, self.column)

    def tally(self, conditions: "Conditions", mask: Mask) -> Tally:
        if self.level is Level.OFFERING:
            return self.values, self._of_offerings(conditions, mask)
        codes, size = self._codes(conditions), len(self.values)
        if self.level is Level.SCHOOL:
            counts = np.bincount(codes, weights=conditions.per_school(mask), minlength=size)
        else:
            counts = np.bincount(codes[mask], minlength=size)
        return self.values, counts[:size].astype(np.int64)

    def _of_offerings(self, conditions: "Conditions", mask: Mask) -> Ints:
        """One bit a value: the bits of a program's offerings are joined, then the patterns are counted."""
        columns, size = conditions.columns, len(self.values)
        bits = np.left_shift(np.uint8(1), self._codes(conditions).view(np.uint8))
        rows = conditions.matching_offerings(self.name)
        if rows is not None:
            bits *= rows
        patterns = np.bincount(columns.fold(bits, 0, np.bitwise_or)[mask], minlength=1 << size)
        held = np.arange(len(patterns))
        return np.array([patterns[held >> at & 1 == 1].sum() for at in range(size)])

    def label_in(self, snapshot: "Snapshot", value: str) -> str:
        return self._labels.get(value, value)

    def labels_in_database(self, chosen: Sequence[str]) -> dict[str, str]:
        return {value: self._labels[value] for value in self.values if not self.listed or value in chosen}

    def chip(self, value: Any, label: str) -> str:
        return f"{self.said_before}{label}" if label == wording.NOT_REPORTED else label


class WholeNumberFilter(django_filters.Filter):  # type: ignore[misc]  # django-filter has no types
    field_class: ClassVar = forms.IntegerField
