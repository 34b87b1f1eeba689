"""College Scorecard, institution file (U.S. Department of Education): delivery, price and months of IPEDS programs.

Delivery: where a school teaches only at a distance (``DISTANCEONLY``), all its offerings are online. The flag 2 of a
two-digit field and level says that at least one six-digit program of it is exclusively at a distance, and not which:
where the school has one program there, that one is online; where it has several, each keeps the flag as its basis and
stays unknown, as does everything else.

Price and months: the file lists up to six programs of a school by six-digit CIP, without an award level. They go to
the school's only undergraduate program of that CIP when the file lists the CIP once; of several, to the one whose
award level's weeks hold the months. What fits none, or more than one, is counted and reported.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from programs.choices import AwardLevel, CostBasis, CostKind, DurationBasis, Modality, ModalityBasis, Residency
from programs.models import Cost, FieldOfStudy, Offering, Program

from . import citations
from .imported import OfferingValues
from .ipeds import OfferingKey, imported_offerings
from .report import Report
from .sync import Incoming, Target, sync
from .tables import Layout, Row, RowError, Table
from .values import (
    AWARD_LEVEL_WEEKS,
    MISSING,
    SIX_DIGITS,
    duration_of_level,
    money,
    program_code,
    weeks_of_months,
    whole,
)

SUFFIX_OF_LEVEL: dict[int, str] = {
    AwardLevel.CERTIFICATE_UNDER_12_WEEKS: "CERT1",
    AwardLevel.CERTIFICATE_12_WEEKS_TO_1_YEAR: "CERT1",
    AwardLevel.CERTIFICATE_1_TO_2_YEARS: "CERT2",
    AwardLevel.ASSOCIATE: "ASSOC",
    AwardLevel.CERTIFICATE_2_TO_4_YEARS: "CERT4",
    AwardLevel.BACHELOR: "BACHL",
}
FAMILIES = (
    *("01", "03", "04", "05", "09", "10", "11", "12", "13", "14", "15", "16", "19", "22", "23", "24", "25", "26"),
    *("27", "29", "30", "31", "38", "39", "40", "41", "42", "43", "44", "45", "46", "47", "48", "49", "50", "51"),
    *("52", "54"),
)
FLAGS = {
    f"CIP{family}{suffix}": (family, suffix) for family in FAMILIES for suffix in sorted(set(SUFFIX_OF_LEVEL.values()))
}
EXCLUSIVELY_ONLINE = "2"
LISTED = range(1, 7)
LAYOUTS = (
    Layout(
        "Scorecard institution",
        "merged20[0-9][0-9]_*.csv",
        (
            *("UNITID", "DISTANCEONLY"),
            *(f"{name}{number}" for name in ("CIPCODE", "CIPTFBS", "MTHCMP") for number in LISTED),
            *FLAGS,
        ),
        citations.SCORECARD,
    ),
)

PRICE = {"kind": CostKind.TOTAL, "residency": Residency.ANY, "basis": CostBasis.TOTAL, "currency": "USD"}
"""What the file's prices are: of the whole program, for every student."""

OFFERINGS = Target(Offering, OfferingValues._fields, creates=False)
PRICES = Target(Cost, ("amount", "as_of"), key=("offering_id", *PRICE))
LISTED_PROGRAMS = "listed programs"
"""What reports call the programs that a school lists with price and months."""

Family = tuple[str, str | None]
"""Two digits of CIP and the suffix of an award level, which has none where the file has no flag for it."""

Offered = dict[int, dict[str, dict[int, int]]]
"""By UNITID and CIP code, the award levels at which a program is offered, each with the source of the program."""


class Listed(NamedTuple):
    """A program with its whole price in US dollars and its weeks, either of which may be missing."""

    code: str
    price: Decimal | None
    weeks: int | None


class School(NamedTuple):
    line: int
    unitid: int
    is_distance_only: bool
    online: frozenset[tuple[str, str]]
    programs: tuple[Listed, ...]


def load(tables: dict[str, Table], report: Report) -> None:
    table = tables["Scorecard institution"]
    year, _ = citations.SCORECARD.numbers(table)
    source_id = citations.SCORECARD.source(table).pk
    known_codes = {code for code in FieldOfStudy.objects.values_list("code", flat=True) if len(code) == SIX_DIGITS}
    schools: dict[int, School] = {}
    for school in report.read(table, lambda row: _school(row, known_codes, report), OFFERINGS.label):
        first = schools.setdefault(school.unitid, school)
        if first is not school:
            text = f"repeats school {school.unitid} of line {first.line}."
            report.tell(OFFERINGS.label, "invalid", text, school.line)
    offerings = _offerings_of(schools)
    listed = _match_programs(schools, offerings, report)
    sizes = _family_sizes()

    def incoming() -> Iterator[Incoming[tuple[str]]]:
        for unitid, codes in offerings.items():
            school = schools[unitid]
            for code, levels in codes.items():
                for level, program_source in levels.items():
                    key = OfferingKey(unitid, code, level)
                    family = (code[:2], SUFFIX_OF_LEVEL.get(level))
                    is_alone = sizes[unitid, family] == 1
                    modality, basis = _delivery(school, family, is_alone)
                    says = basis != ModalityBasis.UNKNOWN or key in listed
                    duration = _duration(listed.get(key), level)
                    values = OfferingValues(modality, basis, *duration, source_id if says else program_source)
                    yield Incoming(school.line, (key.import_key,), values)

    pks = sync(report, OFFERINGS, incoming(), existing=imported_offerings())
    _load_prices(report, pks, listed, schools, as_of=date(year + 1, 6, 30))


def _school(row: Row, known_codes: set[str], report: Report) -> School:
    unitid = whole(row["UNITID"], "UNITID")
    programs = []
    for number in LISTED:
        try:
            if program := _listed(row, number, known_codes):
                programs.append(program)
                column = f"CIPCODE{number}"
                report.tell_padded(LISTED_PROGRAMS, column, row[column], program.code, row.line)
        except RowError as error:
            report.tell(LISTED_PROGRAMS, "invalid", f"school {unitid}: {error}", row.line)
    online = frozenset(place for column, place in FLAGS.items() if row[column] == EXCLUSIVELY_ONLINE)
    return School(row.line, unitid, row["DISTANCEONLY"] == "1", online, tuple(programs))


def _listed(row: Row, number: int, known_codes: set[str]) -> Listed | None:
    code = row[f"CIPCODE{number}"]
    if code in MISSING:
        return None
    price, months = row[f"CIPTFBS{number}"], row[f"MTHCMP{number}"]
    return Listed(
        program_code(code, known_codes),
        None if price in MISSING else money(price, f"CIPTFBS{number}"),
        None if months in MISSING else weeks_of_months(whole(months, f"MTHCMP{number}")),
    )


def _offerings_of(schools: dict[int, School]) -> Offered:
    """The imported offerings of these schools."""
    found: Offered = defaultdict(lambda: defaultdict(dict))
    offerings = imported_offerings().order_by("pk").values_list("import_key", "program__source_id")
    for import_key, source_id in offerings.iterator(chunk_size=5000):
        unitid, code, level = OfferingKey.of(str(import_key))
        if unitid in schools:
            found[unitid][code][level] = source_id
    return found


def _match_programs(schools: dict[int, School], offerings: Offered, report: Report) -> dict[OfferingKey, Listed]:
    """The listed program of each offering, by the rule that the module states."""
    matched: dict[OfferingKey, Listed] = {}
    for unitid, school in schools.items():
        times = Counter(program.code for program in school.programs)
        for program in school.programs:
            levels = [level for level in offerings.get(unitid, {}).get(program.code, ()) if level in SUFFIX_OF_LEVEL]
            if len(levels) != 1 or times[program.code] > 1:
                levels = [level for level in levels if program.weeks and _holds(level, program.weeks)]
            key = OfferingKey(unitid, program.code, levels[0]) if len(levels) == 1 else None
            if key and key not in matched:
                matched[key] = program
                report.count(LISTED_PROGRAMS, "matched")
            else:
                text = f"school {unitid}: {program.code} of {program.weeks} weeks fits no program, or several."
                report.tell(LISTED_PROGRAMS, "unmatched", text, school.line)
    return matched


def _holds(level: int, weeks: int) -> bool:
    low, high = AWARD_LEVEL_WEEKS[level]
    return low <= weeks <= high


def _family_sizes() -> Counter[tuple[int, Family]]:
    """How many programs each school has under one flag: by UNITID, and family and column suffix.

    Whoever entered them, and retired ones too, which the school may still have had in the year of the file.
    """
    programs = Program.objects.filter(organization__unitid__isnull=False, award_level__in=SUFFIX_OF_LEVEL)
    rows = programs.order_by().values_list("organization__unitid", "field__code", "award_level")
    return Counter(
        (unitid, (code[:2], SUFFIX_OF_LEVEL[level]))
        for unitid, code, level in rows.iterator(5000)
        if unitid and code and level
    )


def _delivery(school: School, family: Family, is_alone: bool) -> tuple[Modality, ModalityBasis]:
    if school.is_distance_only:
        return Modality.ONLINE, ModalityBasis.ALL_DISTANCE
    if family in school.online and is_alone:
        return Modality.ONLINE, ModalityBasis.ONLY_PROGRAM
    if family in school.online:
        return Modality.UNKNOWN, ModalityBasis.FAMILY_FLAG
    return Modality.UNKNOWN, ModalityBasis.UNKNOWN


def _duration(program: Listed | None, level: int) -> tuple[int | None, int | None, DurationBasis]:
    if program and program.weeks:
        return program.weeks, program.weeks, DurationBasis.REPORTED
    return duration_of_level(level)


def _load_prices(
    report: Report,
    pks: dict[tuple[str], int],
    listed: dict[OfferingKey, Listed],
    schools: dict[int, School],
    as_of: date,
) -> None:
    """The whole price of each matched program. One of the same date that differs was edited by hand."""

    def incoming() -> Iterator[Incoming[tuple[object, ...]]]:
        for key, program in listed.items():
            if program.price is not None:
                line = schools[key.unitid].line
                yield Incoming(line, (pks[key.import_key,], *PRICE.values()), (program.price, as_of))

    sync(
        report,
        PRICES,
        incoming(),
        existing=Cost.objects.filter(offering__import_key__startswith="ipeds:", **PRICE),
        is_edited=lambda cost: cost.as_of is None or cost.as_of >= as_of,
    )
