"""ZIP code centres (GeoNames ``US.txt``: tabs, no header line)."""

import re

from programs.models import ZipCentroid

from . import citations
from .report import Report
from .sync import Incoming, sync
from .tables import Layout, Row, RowError, Table
from .values import degrees

COLUMNS = (
    *("country", "postal code", "place", "state name", "state code", "county", "county code", "admin3"),
    *("admin3 code", "latitude", "longitude", "accuracy"),
)
LAYOUTS = (Layout("ZIP", "zip", "us.txt", COLUMNS, delimiter="\t", quoted=False, no_header=True),)


def load(tables: dict[str, Table], report: Report) -> None:
    citations.geonames()
    sync(
        report,
        ZipCentroid,
        report.read(tables["ZIP"], _parse, ZipCentroid._meta.verbose_name_plural),
        existing=ZipCentroid.objects.all(),
        key=("zip",),
        columns=("latitude", "longitude", "place", "state"),
    )


def _parse(row: Row) -> Incoming:
    code = row["postal code"]
    if row["country"] != "US" or not re.fullmatch(r"\d{5}", code, re.ASCII):
        raise RowError(f"{row['country']} {code!r} is not a ZIP code of the United States.")
    latitude, longitude = degrees(row["latitude"], "latitude", 90), degrees(row["longitude"], "longitude", 180)
    return Incoming(row.line, (code,), (latitude, longitude, row["place"], row["state code"]))
