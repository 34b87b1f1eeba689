"""Time zones as people say them. Records hold the names of the IANA database: "America/New_York"."""

from itertools import groupby
from zoneinfo import available_timezones

AT_HOME = {
    "America/New_York": "Eastern Time (New York)",
    "America/Chicago": "Central Time (Chicago)",
    "America/Denver": "Mountain Time (Denver)",
    "America/Phoenix": "Mountain Time all year (Phoenix)",
    "America/Los_Angeles": "Pacific Time (Los Angeles)",
    "America/Anchorage": "Alaska Time (Anchorage)",
    "Pacific/Honolulu": "Hawaii Time (Honolulu)",
    "America/Puerto_Rico": "Atlantic Time (Puerto Rico)",
    "Pacific/Guam": "Chamorro Time (Guam)",
    "Pacific/Pago_Pago": "Samoa Time (Pago Pago)",
}
"""The zones of the United States that have a name of their own in law (15 U.S.C. 261, 263), west from the Atlantic."""

REGIONS = ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
"""First parts of names that go on with a place; the others are older names of the same zones."""


def spoken(name: str) -> str:
    """ "Eastern Time (New York)", "Buenos Aires, Argentina time"; a name that holds no place stays as it is."""
    region, *places = name.split("/")
    if region not in REGIONS or not places:
        return name
    return AT_HOME.get(name) or f"{_place(places)} time"


def choices(present: str = "") -> list:
    """For a select: those at home first, then every place by region; ``present`` is among them whatever it is."""
    elsewhere = sorted(available_timezones() - AT_HOME.keys())
    regions = [
        (region, [(name, _place(name.split("/")[1:])) for name in names])
        for region, names in groupby(elsewhere, key=lambda name: name.split("/")[0])
        if region in REGIONS
    ]
    listed = [("United States", list(AT_HOME.items())), *regions]
    known = {name for _, zones in listed for name, _ in zones}
    return listed if not present or present in known else [(present, spoken(present)), *listed]


def _place(parts: list[str]) -> str:
    """ "Knox, Indiana" of ["Indiana", "Knox"]."""
    return ", ".join(reversed(parts)).replace("_", " ")
