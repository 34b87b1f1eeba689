"""The programs that a page leads to: the nearest ones, how many there are, and the way to all of them."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.core.exceptions import TooManyFieldsSent
from django.http import QueryDict
from django.urls import reverse

from programs.models import Program
from programs.place import Place, place_of
from programs.search import ProgramFilterSet, leads_to

SHOWN = 6
PLACE_PARAMETERS = ("zip", "within", "state", "anywhere")


@dataclass(frozen=True)
class Lead:
    program: Program
    distance: float | None
    """Miles from the chosen ZIP code."""


@dataclass(frozen=True)
class Leads:
    """``total`` and ``near`` are None where no snapshot can count; ``url`` has all, ``near_url`` those near."""

    programs: list[Lead]
    total: int | None
    near: int | None
    url: str
    near_url: str

    @property
    def has_real(self) -> bool:
        """Whether a program of a real school leads here; samples are listed only where there is none, or too few."""
        return any(not lead.program.organization.is_fictional for lead in self.programs)


def find_leads(request, **filters: str) -> Leads:
    """Programs under ``filters`` (parameters of the search): nearest first where the person's place is known, samples
    last.

    With a state as the place, those of the state; where it has none, any. The links keep the choices of the results
    page that the person came from.
    """
    place = place_of(request.session)
    url = search_url(request, **filters)
    near_url = search_url(request, place=place, **filters) if place else url
    leads = leads_to(filters, place=place, shown=SHOWN)
    found = Program.objects.published().for_cards().order_by("pk").in_bulk(leads.ids)
    programs = [Lead(found[pk], leads.distances.get(pk)) for pk in leads.ids if pk in found]
    return Leads(programs, leads.total, leads.near, url, near_url)


def search_url(request, *, place: Place | None = None, **filters: str) -> str:
    """The results page under ``filters``, with the other choices of the results page that ``request`` came from.

    ``place`` narrows it to a place, unless those choices hold one already.
    """
    params = _choices_brought(request)
    for name, value in filters.items():
        params[name] = value
    if place and not any(name in params for name in PLACE_PARAMETERS):
        params.update(place.params)
    return f"{reverse('programs:search')}?{params.urlencode()}"


def _choices_brought(request) -> QueryDict:
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
