"""One search, fully understood: every value is valid, every code exists."""

from dataclasses import dataclass, field
from datetime import date

PAGE_SIZE = 20

OFFERING_CHOICES = ("modality", "pacing", "interaction")
"""Facets whose conditions must be met together by one offering."""

SORTS = ("relevance", "name", "weeks", "cost", "distance")


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """The text and filters of a results URL. Repeated values are alternatives; different filters must all hold.

    ``weeks_*`` are whole weeks, ``cost_*`` whole US dollars, ``within`` miles around ``center`` (latitude, longitude,
    degrees). A span of weeks is inside a range when all of it is; a price when the lowest is.
    """

    today: date
    q: str = ""
    exact: bool = False
    level: tuple[str, ...] = ()
    modality: tuple[str, ...] = ()
    pacing: tuple[str, ...] = ()
    interaction: tuple[str, ...] = ()
    weeks_min: int | None = None
    weeks_max: int | None = None
    cost_min: int | None = None
    cost_max: int | None = None
    include_unknown: bool = False
    state: tuple[str, ...] = ()
    control: tuple[str, ...] = ()
    center: tuple[float, float] | None = field(default=None)
    within: int | None = None
    anywhere: bool = False
    field: tuple[str, ...] = ()
    certification: tuple[str, ...] = ()
    job: tuple[str, ...] = ()
    occupation: tuple[str, ...] = ()
    school: tuple[str, ...] = ()
    starts_by: date | None = None
    sort: str = "relevance"
    page: int = 1

    @property
    def has_place(self) -> bool:
        return bool(self.state) or (self.center is not None and self.within is not None)
