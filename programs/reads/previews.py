"""The first programs of a results page, shown on another page: the nearest ones, how many, the way to all of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest, QueryDict
from django.urls import reverse

from programs.models import Certification, FieldOfStudy, Program
from programs.place import Place, place_of
from programs.search import ProgramFilterSet, leads_to

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
    url = search_url(request, filters)
    near_url = search_url(request, filters, place=place) if place else url
    leading = leads_to(filters, place=place, shown=SHOWN)
    found = Program.objects.published().for_cards().order_by("pk").in_bulk(leading.ids)
    programs = [FoundProgram(found[pk], leading.distances.get(pk)) for pk in leading.ids if pk in found]
    return SearchPreview(programs, leading.total, leading.near, url, near_url)


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


def with_search_urls(
    request: HttpRequest, fields: Iterable[tuple[FieldOfStudy, Certification | None]]
) -> list[tuple[FieldOfStudy, Certification | None, str]]:
    """Fields of ``reads.careers``, each with the certification it comes through and the search of its programs."""
    return [(field, through, search_url(request, {"field": field.code})) for field, through in fields]


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
