"""SOC 2018 (Bureau of Labor Statistics): the detailed occupations with their definitions.

The sentences of a definition that send coders to other codes ("Excludes ...") are left out.
"""

import re

from programs.models import Occupation

from . import citations
from .report import Report
from .sync import Incoming, sync
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


def load(tables: dict[str, Table], report: Report) -> None:
    table = tables["SOC definitions"]
    source_id = citations.SOC.source(table).pk
    by_hand = dict(Occupation.objects.filter(import_key=None).values_list("code", "pk"))
    rows = report.read(table, _parse, Occupation._meta.verbose_name_plural)
    sync(
        report,
        Occupation,
        (
            Incoming(line, (f"soc:{code}",), (code, title, definition, source_id))
            for line, code, title, definition in rows
        ),
        existing=Occupation.objects.filter(import_key__startswith="soc:"),
        columns=("code", "title", "description", "source_id"),
        twin=lambda row: by_hand.get(row.values[0]),
        adopt=True,
    )


def _parse(row: Row) -> tuple[int, str, str, str] | None:
    group = row["SOC Group"]
    if group not in GROUPS:
        raise RowError(f"SOC Group {group!r} is not one of Major, Minor, Broad and Detailed.")
    if group != "Detailed":
        return None
    code, title = soc_code(row["SOC Code"]), one_space(row["SOC Title"])
    if not title:
        raise RowError(f"{code} has no SOC Title.")
    return row.line, code, title, re.sub(EXCLUSION, "", one_space(row["SOC Definition"])).strip()
