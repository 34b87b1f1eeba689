"""Where a person looks for programs: a ZIP code or a state, entered once and kept in the session until cleared."""

from dataclasses import asdict, dataclass

from programs.choices import US_STATES
from programs.models import ZipCentroid

SESSION_KEY = "place"
NEAR_MILES = 50
"""How far "near" a ZIP code reaches; one of the distances that the search offers."""

STATE_OF_NAME = {name.casefold(): code for code, name in US_STATES.items()}


@dataclass(frozen=True)
class Place:
    """``state`` is a USPS code. With a ``zip``, latitude and longitude are its centre, in degrees."""

    label: str
    state: str
    zip: str = ""
    latitude: float | None = None
    longitude: float | None = None

    @property
    def center(self) -> tuple[float, float] | None:
        return (self.latitude, self.longitude) if self.zip else None

    @property
    def params(self) -> dict[str, str]:
        """The same place as parameters of the search."""
        return {"zip": self.zip, "within": str(NEAR_MILES)} if self.zip else {"state": self.state}


def find_place(text: str) -> Place | None:
    """The place that ``text`` names: a five-digit ZIP code, a state’s code or its name; None if there is none."""
    text = " ".join(text.split())
    if text.isascii() and text.isdecimal():
        centre = ZipCentroid.objects.filter(pk=text).first() if len(text) == 5 else None
        if centre is None:
            return None
        label = f"{centre.zip} {centre.place}, {centre.state}"
        return Place(label, centre.state, centre.zip, centre.latitude, centre.longitude)
    code = text.upper() if text.upper() in US_STATES else STATE_OF_NAME.get(text.casefold())
    return Place(US_STATES[code], code) if code else None


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
