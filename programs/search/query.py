"""One search, fully understood: every value is valid, every code exists."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from .geo import Point

PAGE_SIZE = 20

SORTS = {
    "relevance": "Best match",
    "name": "Name",
    "weeks": "Shortest first",
    "cost": "Lowest cost first",
    "distance": "Nearest first",
}
"""The orders of a list, and what people call them."""


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """The text and filters of a results URL. Repeated values are alternatives; different filters must all hold.

    ``values`` holds what was chosen, by the names of ``filters.CONDITIONS``: a tuple where values are alternatives.
    ``center`` (latitude, longitude, degrees) is what distances are measured from. With ``include_unknown`` what is not
    reported is inside every range, with ``anywhere`` an online offering is in every place, and with ``exact`` the
    words of ``q`` stand for themselves alone.
    """

    today: date
    q: str = ""
    exact: bool = False
    values: Mapping[str, Any] = field(default_factory=dict)
    include_unknown: bool = False
    center: Point | None = None
    anywhere: bool = False
    sort: str = "relevance"
    page: int = 1

    def chosen(self, name: str) -> tuple[str, ...]:
        """The alternatives that were chosen in a filter; none where it was left alone."""
        chosen: tuple[str, ...] = self.values.get(name, ())
        return chosen

    def where(self, **values: Any) -> "SearchQuery":
        """The same question under more filters."""
        return replace(self, values={**self.values, **values})
