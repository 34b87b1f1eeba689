"""The first programs of a results page, shown on another page: the nearest ones, how many, the way to all of them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils import timezone

from programs.filters import ProgramFilterSet
from programs.models import Program
from programs.place import NEAR_MILES, Place, place_of
from programs.search import snapshot
from programs.search.engine import search
from programs.search.query import SearchQuery

SHOWN = 6
PLACE_PARAMETERS = ("zip", "within", "state", "anywhere")


@dataclass(frozen=True)
class FoundProgram:
    program: Program
    distance: float | None
    """Miles from the chosen ZIP code."""


@dataclass(frozen=True)
class SearchPreview:
    """``total`` and ``near`` are None where no snapshot can count; ``url`` has all, ``near_url`` those near."""

    programs: list[FoundProgram]
    total: int | None
    near: int | None
    url: str
    near_url: str

    @property
    def has_real(self) -> bool:
        """Whether a program of a real school is shown; samples are listed only where there is none, or too few."""
        return any(not found.program.organization.is_fictional for found in self.programs)


def preview_search(request: HttpRequest, filters: Mapping[str, str]) -> SearchPreview:
    """Programs under ``filters`` (parameters of the search): nearest first where the person's place is known, samples
    last.

    With a state as the place, those of the state; where it has none, any. The links keep the choices of the results
    page that the person came from; so a page that shows a preview varies on ``Referer``.
    """
    place = place_of(request.session)
    query = SearchQuery(today=timezone.localdate(), sort="name", **{name: (value,) for name, value in filters.items()})
    url = search_url(request, filters)
    near_url = search_url(request, filters, place=place)
    current = snapshot.current()
    if current is None:
        found = ProgramFilterSet({**filters, **(place.params if place else {})}).qs
        programs = found.order_by("organization__is_fictional", "name", "pk")
        shown = [FoundProgram(program, None) for program in programs.for_cards()[:SHOWN]]
        return SearchPreview(shown, None, None, url, near_url)
    page = search(_nearest_first(query, place), current, only_programs=True)
    near = search(_near(query, place), current, only_programs=True) if place else None
    if near and near.total and not place.zip:
        ids, distances = near.ids[:SHOWN], {}
    else:
        ids, distances = page.ids[:SHOWN], page.distances
    found = Program.objects.published().for_cards().order_by("pk").in_bulk(ids)
    shown = [FoundProgram(found[pk], distances.get(pk)) for pk in ids if pk in found]
    return SearchPreview(shown, page.total, near.total if near else None, url, near_url)


def _nearest_first(query: SearchQuery, place: Place | None) -> SearchQuery:
    return replace(query, center=place.center, sort="distance") if place and place.zip else query


def _near(query: SearchQuery, place: Place) -> SearchQuery:
    if place.zip:
        return replace(query, center=place.center, within=NEAR_MILES)
    return replace(query, state=(place.state,))


def search_url(request: HttpRequest, filters: Mapping[str, str], *, place: Place | None = None) -> str:
    """The results page under ``filters``, with the other choices of the results page that ``request`` came from.

    ``place`` narrows it to a place, unless those choices hold one already.
    """
    params = _choices_brought(request)
    for name, value in filters.items():
        params[name] = value
    if place and not any(name in params for name in PLACE_PARAMETERS):
        params.update(place.params)
    return f"{reverse('programs:search')}?{params.urlencode()}"


def _choices_brought(request: HttpRequest) -> QueryDict:
    """The parameters of the results page that links here, as the browser names it; none from anywhere else."""
    try:
        came_from = urlsplit(request.headers.get("Referer", ""))
        if came_from.netloc != request.get_host() or came_from.path != reverse("programs:search"):
            return QueryDict(mutable=True)
        params = QueryDict(came_from.query[:2000], mutable=True)
    except (ValueError, TooManyFieldsSent):  # no address, or one that no page of ours has
        return QueryDict(mutable=True)
    known = ProgramFilterSet.base_filters.keys()
    for name in list(params):
        if name not in known or name == "q":
            del params[name]
    return params
