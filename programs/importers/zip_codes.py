"""ZIP code centres (GeoNames ``US.txt``: tabs, no header line)."""

from programs.models import ZipCentroid

from . import citations
from .report import Report
from .sync import Incoming, sync
from .tables import Layout, Row, RowError, RowSkippedError, Table
from .values import degrees, zip_code

COLUMNS = (
    *("country", "postal code", "place", "state name", "state code", "county", "county code", "admin3"),
    *("admin3 code", "latitude", "longitude", "accuracy"),
)
LAYOUTS = (Layout("ZIP", "us.txt", COLUMNS, citations.GEONAMES, delimiter="\t", quoted=False, no_header=True),)


def load(tables: dict[str, Table], report: Report) -> None:
    table = tables["ZIP"]
    citations.GEONAMES.source(table)
    sync(
        report,
        ZipCentroid,
        report.read(table, lambda row: _parse(row, report), ZipCentroid._meta.verbose_name_plural),
        existing=ZipCentroid.objects.all(),
        key=("zip",),
        columns=("latitude", "longitude", "place", "state"),
    )


def _parse(row: Row, report: Report) -> Incoming:
    if row["country"] != "US":
        raise RowSkippedError("of another country")
    code = zip_code(row["postal code"], row["state code"])
    if "-" in code:
        raise RowError(f"ZIP {code!r} is more than a ZIP code.")
    report.tell_padded(ZipCentroid._meta.verbose_name_plural, "ZIP", row["postal code"], code, row.line)
    latitude, longitude = degrees(row["latitude"], "latitude", 90), degrees(row["longitude"], "longitude", 180)
    return Incoming(row.line, (code,), (latitude, longitude, row["place"], row["state code"]))
