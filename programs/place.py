"""Where a person looks for programs: a ZIP code or a state, entered once and kept in the session until cleared."""

import re
from dataclasses import asdict, dataclass

from django.db.models import Avg, Count

from programs.choices import US_STATES
from programs.models import Organization, ZipCentroid

SESSION_KEY = "place"
NEAR_MILES = 50
"""How far "near" a ZIP code reaches; one of the distances that the search offers."""

ZIP = re.compile(r"(\d{5})(?:-?\d{4})?", re.ASCII)
"""Of nine digits the first five say where it is."""

STATE_OF_NAME = {name.casefold(): code for code, name in US_STATES.items()}


@dataclass(frozen=True)
class Place:
    """``state`` is a USPS code. With a ``zip``, latitude and longitude are its centre, in degrees.

    It is approximate where no file says where the ZIP code is, so that the schools there do.
    """

    label: str
    state: str
    zip: str = ""
    latitude: float | None = None
    longitude: float | None = None
    is_approximate: bool = False

    @property
    def center(self) -> tuple[float, float] | None:
        if self.latitude is None or self.longitude is None:
            return None
        return self.latitude, self.longitude

    @property
    def params(self) -> dict[str, str]:
        """The same place as parameters of the search."""
        return {"zip": self.zip, "within": str(NEAR_MILES)} if self.zip else {"state": self.state}


def find_place(text: str) -> Place | None:
    """The place that ``text`` names: a ZIP code, a state’s code or its name; None if there is none."""
    text = " ".join(text.split())
    code = text.upper() if text.upper() in US_STATES else STATE_OF_NAME.get(text.casefold())
    return Place(US_STATES[code], code) if code else find_zip(text)


def find_zip(text: str) -> Place | None:
    """The place of a ZIP code of five or nine digits; None where neither the file of ZIP codes nor a school knows it.

    The file lacks the territories: their ZIP codes are where the schools in them are, or in their three-digit area.
    """
    found = ZIP.fullmatch(text.strip())
    if not found:
        return None
    code = found[1]
    if centre := ZipCentroid.objects.filter(pk=code).first():
        return Place(str(centre), centre.state, code, centre.latitude, centre.longitude)
    for area in (code, code[:3]):
        schools = Organization.objects.published().filter(zip__startswith=area, latitude__isnull=False, state__gt="")
        states = schools.order_by().values("state").annotate(lat=Avg("latitude"), lon=Avg("longitude"), n=Count("pk"))
        if most := states.order_by("-n", "state").first():
            label = f"{code} (approximate), {most['state']}"
            return Place(label, most["state"], code, most["lat"], most["lon"], is_approximate=True)
    return None


def place_of(session) -> Place | None:
    """The place kept in ``session``; one that no longer has this shape counts as none."""
    try:
        return Place(**session[SESSION_KEY])
    except (KeyError, TypeError):
        return None


def keep_place(session, place: Place) -> None:
    session[SESSION_KEY] = asdict(place)


def forget_place(session) -> None:
    session.pop(SESSION_KEY, None)
