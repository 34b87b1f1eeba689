"""SOC 2018 (Bureau of Labor Statistics): the detailed occupations with their definitions.

The sentences of a definition that send coders to other codes ("Excludes ...") are left out.
"""

import re
from typing import NamedTuple

from programs.models import Occupation

from . import citations
from .report import Report
from .sync import Incoming, Target, sync
from .tables import Layout, Row, RowError, Table
from .values import one_space, soc_code

LAYOUTS = (
    Layout(
        "SOC definitions",
        "soc_2018_definitions*.csv",
        ("SOC Group", "SOC Code", "SOC Title", "SOC Definition"),
        citations.SOC,
    ),
)
GROUPS = {"Major", "Minor", "Broad", "Detailed"}
EXCLUSION = r"\bExcludes .*?\.(?= [A-Z]|$) ?"


class Description(NamedTuple):
    code: str
    title: str
    description: str
    source_id: int


OCCUPATIONS = Target(Occupation, Description._fields, adopts=True)


def load(tables: dict[str, Table], report: Report) -> None:
    table = tables["SOC definitions"]
    source_id = citations.SOC.source(table).pk
    by_hand = dict(Occupation.objects.filter(import_key=None).values_list("code", "pk"))

    def parse(row: Row) -> Incoming[tuple[str]] | None:
        found = _describe(row, source_id)
        return found and Incoming(row.line, (f"soc:{found.code}",), found, twin=by_hand.get(found.code))

    rows = report.read(table, parse, OCCUPATIONS.label)
    sync(report, OCCUPATIONS, rows, existing=Occupation.objects.filter(import_key__startswith="soc:"))


def _describe(row: Row, source_id: int) -> Description | None:
    group = row["SOC Group"]
    if group not in GROUPS:
        raise RowError(f"SOC Group {group!r} is not one of Major, Minor, Broad and Detailed.")
    if group != "Detailed":
        return None
    code, title = soc_code(row["SOC Code"]), one_space(row["SOC Title"])
    if not title:
        raise RowError(f"{code} has no SOC Title.")
    definition = re.sub(EXCLUSION, "", one_space(row["SOC Definition"])).strip()
    return Description(code, title, definition, source_id)
