"""ZIP code centres (GeoNames ``US.txt``: tabs, no header line)."""

from typing import NamedTuple

from programs.models import ZipCentroid

from . import citations
from .report import Report
from .sync import Incoming, Target, sync
from .tables import Layout, Row, RowError, RowSkippedError, Table
from .values import degrees, zip_code

COLUMNS = (
    *("country", "postal code", "place", "state name", "state code", "county", "county code", "admin3"),
    *("admin3 code", "latitude", "longitude", "accuracy"),
)
LAYOUTS = (Layout("ZIP", "us.txt", COLUMNS, citations.GEONAMES, delimiter="\t", quoted=False, no_header=True),)


class Place(NamedTuple):
    latitude: float
    longitude: float
    place: str
    state: str


CENTRES = Target(ZipCentroid, Place._fields, key=("zip",))


def load(tables: dict[str, Table], report: Report) -> None:
    table = tables["ZIP"]
    citations.GEONAMES.source(table)
    rows = report.read(table, lambda row: _parse(row, report), CENTRES.label)
    sync(report, CENTRES, rows, existing=ZipCentroid.objects.all())


def _parse(row: Row, report: Report) -> Incoming[tuple[str]]:
    if row["country"] != "US":
        raise RowSkippedError("of another country")
    code = zip_code(row["postal code"], row["state code"])
    if "-" in code:
        raise RowError(f"ZIP {code!r} is more than a ZIP code.")
    report.tell_padded(CENTRES.label, "ZIP", row["postal code"], code, row.line)
    latitude, longitude = degrees(row["latitude"], "latitude", 90), degrees(row["longitude"], "longitude", 180)
    return Incoming(row.line, (code,), Place(latitude, longitude, row["place"], row["state code"]))
