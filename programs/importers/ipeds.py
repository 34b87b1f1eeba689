"""IPEDS (National Center for Education Statistics): schools (HD) and their programs (Completions).

A program is a school, a CIP code and an award level: IPEDS gives no other name. Each new program gets one offering
whose duration is the range of its award level; how it is taught is not reported here. Offerings are made once and
then left to the Scorecard importer and to editors.
"""

import re
from collections import Counter

from django.db.models import QuerySet

from programs.choices import US_STATES, AwardLevel, Control, DurationBasis, Status
from programs.models import FieldOfStudy, Offering, Organization, Program

from . import citations
from .report import Report
from .slugs import Slugs, slug_of
from .sync import IMPORTED_COLUMNS, Incoming, digest_of, sync
from .tables import FileError, Layout, Row, RowError, Table
from .values import AWARD_LEVEL_WEEKS, cip_code, degrees, is_acronym, one_space, split_aliases, website, whole

LAYOUTS = (
    Layout(
        "directory",
        "ipeds",
        "hd20[0-9][0-9]*.csv",
        (
            *("UNITID", "INSTNM", "IALIAS", "CITY", "STABBR", "ZIP", "OPEID", "WEBADDR", "CONTROL", "CYACTIVE"),
            *("CLOSEDAT", "DEATHYR", "LATITUDE", "LONGITUD"),
        ),
    ),
    Layout("completions", "ipeds", "c20[0-9][0-9]_a*.csv", ("UNITID", "CIPCODE", "MAJORNUM", "AWLEVEL")),
)
CONTROLS = {"1": Control.PUBLIC, "2": Control.NONPROFIT, "3": Control.FOR_PROFIT, "-3": Control.UNKNOWN}
NOT_APPLICABLE = "-2"
SCHOOL_COLUMNS = IMPORTED_COLUMNS[Organization]

LEVEL_SLUGS = {
    AwardLevel.CERTIFICATE_UNDER_12_WEEKS: "certificate-under-12-weeks",
    AwardLevel.CERTIFICATE_12_WEEKS_TO_1_YEAR: "certificate-12-weeks-to-1-year",
    AwardLevel.CERTIFICATE_1_TO_2_YEARS: "certificate-1-to-2-years",
    AwardLevel.CERTIFICATE_2_TO_4_YEARS: "certificate-2-to-4-years",
    AwardLevel.ASSOCIATE: "associate",
    AwardLevel.BACHELOR: "bachelor",
    AwardLevel.POSTBACCALAUREATE: "postbaccalaureate-certificate",
    AwardLevel.MASTER: "master",
    AwardLevel.POST_MASTERS: "post-masters-certificate",
    AwardLevel.DOCTORATE_RESEARCH: "research-doctorate",
    AwardLevel.DOCTORATE_PROFESSIONAL: "professional-doctorate",
    AwardLevel.DOCTORATE_OTHER: "other-doctorate",
}


def load(tables: dict[str, Table], report: Report) -> None:
    if "directory" in tables:
        _load_schools(tables["directory"], report)
    if "completions" in tables:
        _load_programs(tables["completions"], report)


def _year(table: Table) -> int:
    """The year in ``hd2024.csv`` or ``c2024_a.csv``. Raises FileError."""
    if match := re.match(r"(?:hd|c)(20\d\d)", table.file.plain_name):
        return int(match.group(1))
    raise FileError(table.name, "the name must hold the year as the publisher's does (hd2024.csv, c2024_a.csv).")


def _load_schools(table: Table, report: Report) -> None:
    source_id = citations.directory(_year(table)).pk
    imported = Organization.objects.filter(import_key__startswith="ipeds:")
    by_hand = dict(Organization.objects.filter(import_key=None, unitid__isnull=False).values_list("unitid", "pk"))
    keys = set(imported.values_list("import_key", flat=True))
    slugs = Slugs(Organization.objects.values_list("slug", flat=True))
    rows = list(report.read(table, lambda row: (row.line, *_school(row)), Organization._meta.verbose_name_plural))
    namesakes = Counter(slug_of(school["name"]) for _, _, school in rows)

    def incoming():
        for line, unitid, school in rows:
            key = f"ipeds:{unitid}"
            first = {}
            if key not in keys and unitid not in by_hand:
                first = {"slug": slugs.take(*_slugs(school, unitid, namesakes))}
            yield Incoming(line, (key,), (*(school[column] for column in SCHOOL_COLUMNS[:-1]), source_id), first)

    sync(
        report,
        Organization,
        incoming(),
        existing=imported,
        columns=SCHOOL_COLUMNS,
        twin=lambda row: by_hand.get(row.values[SCHOOL_COLUMNS.index("unitid")]),
    )


def _slugs(school: dict, unitid: int, namesakes: Counter) -> list[str]:
    """Addresses to try: the name alone only where no other school of the file bears it."""
    name = slug_of(school["name"])
    placed = slug_of(f"{school['name']} {school['city']} {school['state']}")
    return [*([name] if namesakes[name] == 1 else []), placed, f"{name}-{unitid}"]


def _school(row: Row) -> tuple[int, dict]:
    unitid = whole(row["UNITID"], "UNITID")
    name = one_space(row["INSTNM"])
    if not slug_of(name):
        raise RowError(f"school {unitid} has no INSTNM.")
    state = row["STABBR"]
    if state not in US_STATES:
        raise RowError(f"STABBR {state!r} is not a state.")
    zip_code = row["ZIP"]
    if not re.fullmatch(r"\d{5}(-\d{4})?", zip_code, re.ASCII):
        raise RowError(f"ZIP {zip_code!r} is not a ZIP code.")
    if row["CONTROL"] not in CONTROLS:
        raise RowError(f"CONTROL {row['CONTROL']!r} is not one of 1, 2, 3 and -3.")
    aliases = split_aliases(row["IALIAS"], name)
    is_open = row["CYACTIVE"] == "1" and row["CLOSEDAT"] == row["DEATHYR"] == NOT_APPLICABLE
    return unitid, {
        "name": name,
        "acronym": next((alias for alias in aliases if is_acronym(alias)), ""),
        "aliases": aliases,
        "website": website(row["WEBADDR"]),
        "control": CONTROLS[row["CONTROL"]],
        "unitid": unitid,
        "opeid": "" if row["OPEID"] == NOT_APPLICABLE else row["OPEID"],
        "city": one_space(row["CITY"]),
        "state": state,
        "zip": zip_code,
        "latitude": degrees(row["LATITUDE"], "LATITUDE", 90),
        "longitude": degrees(row["LONGITUD"], "LONGITUD", 180),
        "status": Status.PUBLISHED if is_open else Status.RETIRED,
    }


def _load_programs(table: Table, report: Report) -> None:
    source_id = citations.completions(_year(table)).pk
    schools = {
        unitid: (pk, Status.PUBLISHED if status == Status.PUBLISHED else Status.RETIRED)
        for unitid, pk, status in Organization.objects.filter(unitid__isnull=False).values_list(
            "unitid", "pk", "status"
        )
    }
    fields = {code: (pk, title) for code, pk, title in FieldOfStudy.objects.values_list("code", "pk", "title")}
    shared = Counter(slug_of(title) for code, (_, title) in fields.items() if len(code) == 7)
    imported = Program.objects.filter(import_key__startswith="ipeds:")
    keys = set(imported.values_list("import_key", flat=True))
    slugs = Slugs(Program.objects.values_list("organization_id", "slug"))

    def parse(row: Row) -> Incoming | None:
        if row["CIPCODE"] in {"99", "99.0000"} or row["MAJORNUM"] != "1":
            return None  # the school's total; second majors repeat programs
        unitid, level = whole(row["UNITID"], "UNITID"), whole(row["AWLEVEL"], "AWLEVEL")
        code = cip_code(row["CIPCODE"])
        if unitid not in schools:
            raise RowError(f"UNITID {unitid} is not in the directory; import its HD file first.")
        if code not in fields:
            raise RowError(f"CIP code {code} is not in the directory; import cip first.")
        if level not in LEVEL_SLUGS:
            raise RowError(f"AWLEVEL {level} is not an award level.")
        (school, status), (field, title) = schools[unitid], fields[code]
        key = f"ipeds:{unitid}:{code}:{level}"
        first = {}
        if key not in keys:
            name, ending = slug_of(title), LEVEL_SLUGS[level]
            plain = [f"{name}-{ending}"] if shared[name] == 1 else []
            coded = f"{name}-{code.replace('.', '-')}-{ending}"
            first = {"slug": slugs.take(*plain, coded, within=school)}
        return Incoming(row.line, (key,), (school, title, level, field, status, source_id), first)

    sync(
        report,
        Program,
        report.read(table, parse, Program._meta.verbose_name_plural),
        existing=imported,
        columns=IMPORTED_COLUMNS[Program],
        after_create=lambda programs: _make_offerings(programs, report),
    )


def _make_offerings(programs: list[Program], report: Report) -> None:
    offerings = []
    for program in programs:
        low, high = AWARD_LEVEL_WEEKS.get(program.award_level, (None, None))
        offering = Offering(
            program=program,
            duration_min_weeks=low,
            duration_max_weeks=high,
            duration_basis=DurationBasis.AWARD_LEVEL if low else DurationBasis.UNKNOWN,
            source_id=program.source_id,
            import_key=f"{program.import_key}:o",
        )
        offering.import_digest = digest_of(offering)
        offerings.append(offering)
    Offering.objects.bulk_create(offerings)
    report.count(Offering._meta.verbose_name_plural, "new", len(offerings))


def imported_offerings() -> QuerySet[Offering]:
    """The offerings made here; their keys read ``ipeds:UNITID:CIP:AWLEVEL:o``."""
    return Offering.objects.filter(import_key__startswith="ipeds:")
