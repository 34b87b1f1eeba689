"""IPEDS (National Center for Education Statistics): schools (HD) and their programs (Completions).

A program is a school, a CIP code and an award level: IPEDS gives no other name. Each new program gets one offering
whose duration is the range of its award level; how it is taught is not reported here. Offerings are made once and
then left to the Scorecard importer and to editors.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeVar

from django.db.models import QuerySet

from programs.choices import US_STATES, AwardLevel, Control, Status
from programs.models import FieldOfStudy, Offering, Organization, Program

from . import citations
from .imported import ProgramValues, SchoolValues, digest_of
from .report import Report
from .slugs import Slugs, slug_of
from .sync import Incoming, Target, limits_of, sync
from .tables import Layout, Row, RowError, RowSkippedError, Table
from .values import (
    NOT_STATED,
    SIX_DIGITS,
    degrees,
    duration_of_level,
    is_acronym,
    one_space,
    ope_id,
    program_code,
    split_aliases,
    website,
    whole,
    zip_code,
)

T = TypeVar("T")

LAYOUTS = (
    Layout(
        "directory",
        "hd20[0-9][0-9]*.csv",
        (
            *("UNITID", "INSTNM", "IALIAS", "CITY", "STABBR", "ZIP", "OPEID", "WEBADDR", "CONTROL", "CYACTIVE"),
            *("CLOSEDAT", "DEATHYR", "LATITUDE", "LONGITUD"),
        ),
        citations.DIRECTORY,
    ),
    Layout(
        "completions",
        "c20[0-9][0-9]_a*.csv",
        ("UNITID", "CIPCODE", "MAJORNUM", "AWLEVEL"),
        citations.COMPLETIONS,
    ),
)
CONTROLS = {"1": Control.PUBLIC, "2": Control.NONPROFIT, "3": Control.FOR_PROFIT}
FIRST_MAJOR, SECOND_MAJOR = "1", "2"
TOTAL = "99.0000"
"""The code under which completions give a school's total for an award level; the file writes 99."""
SLUG_ROOM = limits_of(Organization)["slug"] - len("-123456789")

SCHOOLS = Target(Organization, SchoolValues._fields)
PROGRAMS = Target(Program, ProgramValues._fields)

LEVEL_SLUGS: dict[int, str] = {
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


def _load_schools(table: Table, report: Report) -> None:
    source_id = citations.DIRECTORY.source(table).pk
    imported = Organization.objects.filter(import_key__startswith="ipeds:")
    by_hand = dict(Organization.objects.filter(import_key=None, unitid__isnull=False).values_list("unitid", "pk"))
    keys = set(imported.values_list("import_key", flat=True))
    slugs = Slugs(Organization.objects.values_list("slug", flat=True))
    rows = list(report.read(table, lambda row: (row.line, _school(row, report, source_id)), SCHOOLS.label))
    namesakes = Counter(slug_of(school.name) for _, school in rows)

    def incoming() -> Iterator[Incoming[tuple[str]]]:
        for line, school in rows:
            key, twin, first = f"ipeds:{school.unitid}", by_hand.get(school.unitid), {}
            if key not in keys and not twin:
                first = {"slug": slugs.take(*_slugs(school, namesakes))}
            yield Incoming(line, (key,), school, first, twin)

    sync(report, SCHOOLS, incoming(), existing=imported)


def _slugs(school: SchoolValues, namesakes: Counter[str]) -> list[str]:
    """Addresses to try: the name alone only where no other school of the file bears it."""
    name = slug_of(school.name)[:SLUG_ROOM] or "school"
    placed = slug_of(f"{name} {school.city} {school.state}")[:SLUG_ROOM]
    return [*([name] if namesakes[name] == 1 else []), placed, f"{name}-{school.unitid}"]


def _school(row: Row, report: Report, source_id: int) -> SchoolValues:
    """Only the UNITID and the name must be there; what else cannot be read is unknown."""
    unitid = whole(row["UNITID"], "UNITID")
    name = one_space(row["INSTNM"])
    if not name:
        raise RowError(f"school {unitid} has no INSTNM.")

    def known(column: str, read: Callable[[str], T], unknown: T) -> T:
        text = row[column]
        if text in NOT_STATED:
            return unknown
        try:
            return read(text)
        except RowError as problem:
            report.tell(SCHOOLS.label, "incomplete", f"school {unitid} is taken without it: {problem}", row.line)
            return unknown

    aliases = split_aliases(row["IALIAS"], name)
    state = known("STABBR", _state, "")
    latitude = known("LATITUDE", lambda text: degrees(text, "LATITUDE", 90), None)
    longitude = known("LONGITUD", lambda text: degrees(text, "LONGITUD", 180), None)
    if not latitude or not longitude:
        latitude = longitude = None  # half a place is none
    opeid, zip_ = known("OPEID", ope_id, ""), known("ZIP", lambda text: zip_code(text, state), "")
    report.tell_padded(SCHOOLS.label, "OPEID", row["OPEID"], opeid, row.line)
    report.tell_padded(SCHOOLS.label, "ZIP", row["ZIP"], zip_, row.line)
    is_closed = row["CYACTIVE"] not in {"1", *NOT_STATED} or not {row["CLOSEDAT"], row["DEATHYR"]} <= NOT_STATED
    return SchoolValues(
        name=name,
        acronym=next((alias for alias in aliases if is_acronym(alias)), ""),
        aliases=aliases,
        website=website(row["WEBADDR"]),
        control=known("CONTROL", _control, Control.UNKNOWN),
        unitid=unitid,
        opeid=opeid,
        city=one_space(row["CITY"]),
        state=state,
        zip=zip_,
        latitude=latitude,
        longitude=longitude,
        status=Status.RETIRED if is_closed else Status.PUBLISHED,
        source_id=source_id,
    )


def _state(text: str) -> str:
    if text not in US_STATES:
        raise RowError(f"STABBR {text!r} is not a state.")
    return text


def _control(text: str) -> Control:
    if text not in CONTROLS:
        raise RowError(f"CONTROL {text!r} is not one of 1, 2 and 3.")
    return CONTROLS[text]


def _load_programs(table: Table, report: Report) -> None:
    source_id = citations.COMPLETIONS.source(table).pk
    schools = {
        unitid: (pk, Status.RETIRED if status == Status.RETIRED else Status.PUBLISHED)
        for unitid, pk, status in Organization.objects.filter(unitid__isnull=False).values_list(
            "unitid", "pk", "status"
        )
    }
    fields = {
        code: (pk, title)
        for code, pk, title in FieldOfStudy.objects.values_list("code", "pk", "title")
        if len(code) == SIX_DIGITS
    }
    shared = Counter(slug_of(title) for _, title in fields.values())
    imported = Program.objects.filter(import_key__startswith="ipeds:")
    keys = set(imported.values_list("import_key", flat=True))
    slugs = Slugs(Program.objects.values_list("organization_id", "slug"))
    known_codes = {TOTAL, *fields}

    def parse(row: Row) -> Incoming[tuple[str]]:
        code = program_code(row["CIPCODE"], known_codes)
        if code == TOTAL:
            raise RowSkippedError("totals of a school")
        if row["MAJORNUM"] == SECOND_MAJOR:
            raise RowSkippedError("second majors, which repeat programs")
        unitid, level = whole(row["UNITID"], "UNITID"), whole(row["AWLEVEL"], "AWLEVEL")
        if row["MAJORNUM"] != FIRST_MAJOR:
            raise RowError(f"MAJORNUM {row['MAJORNUM']!r} is neither 1 nor 2.")
        if unitid not in schools:
            raise RowError(f"UNITID {unitid} is not in the directory; import its HD file first.")
        if code not in fields:
            raise RowError(f"CIP code {code} is not in the directory; import cip first.")
        if level not in LEVEL_SLUGS:
            raise RowError(f"AWLEVEL {level} is not an award level.")
        report.tell_padded(PROGRAMS.label, "CIPCODE", row["CIPCODE"], code, row.line)
        (school, status), (field, title) = schools[unitid], fields[code]
        key = f"ipeds:{unitid}:{code}:{level}"
        first = {}
        if key not in keys:
            name, ending = slug_of(title), LEVEL_SLUGS[level]
            plain = [f"{name}-{ending}"] if shared[name] == 1 else []
            coded = f"{name}-{code.replace('.', '-')}-{ending}"
            first = {"slug": slugs.take(*plain, coded, within=school)}
        return Incoming(row.line, (key,), ProgramValues(school, title, level, field, status, source_id), first)

    sync(
        report,
        PROGRAMS,
        report.read(table, parse, PROGRAMS.label),
        existing=imported,
        after_create=lambda programs: _make_offerings(programs, report),
    )


def _make_offerings(programs: list[Program], report: Report) -> None:
    offerings = []
    for program in programs:
        low, high, basis = duration_of_level(program.award_level)
        offering = Offering(
            program=program,
            duration_min_weeks=low,
            duration_max_weeks=high,
            duration_basis=basis,
            source_id=program.source_id,
            import_key=f"{program.import_key}:o",
        )
        offering.import_digest = digest_of(offering)
        offerings.append(offering)
    report.writing.create(offerings)
    report.count(str(Offering._meta.verbose_name_plural), "new", len(offerings))


class OfferingKey(NamedTuple):
    """What names an offering made here: its program's school, field and award level."""

    unitid: int
    code: str
    level: int

    @classmethod
    def of(cls, import_key: str) -> "OfferingKey":
        _, unitid, code, level, _ = import_key.split(":")
        return cls(int(unitid), code, int(level))

    @property
    def import_key(self) -> str:
        return f"ipeds:{self.unitid}:{self.code}:{self.level}:o"


def imported_offerings() -> QuerySet[Offering]:
    """The offerings made here, whose import keys ``OfferingKey`` reads."""
    return Offering.objects.filter(import_key__startswith="ipeds:")
