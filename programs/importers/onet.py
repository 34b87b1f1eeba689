"""O*NET (U.S. Department of Labor): job zones, titles, tasks and technology of the occupations.

O*NET-SOC codes are cut to the seven characters of their SOC occupation, so a SOC occupation gathers what O*NET
says of all its parts. Descriptions stay those of SOC 2018, which O*NET's repeat; a blank one is filled.
Remote work is not in these files and stays unknown.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from programs.choices import ChosenBy, DetailKind, Status, TitleKind
from programs.models import JobTitle, JobTitleOccupation, Occupation, OccupationDetail, OccupationTitle

from . import citations
from .imported import JobTitleValues
from .report import Report
from .slugs import Slugs, slug_of
from .sync import Incoming, Target, sync
from .tables import Layout, Row, RowError, Table
from .values import MISSING, one_space, soc_code, split_title, whole

CODE = "O*NET-SOC Code"
SHOWN = "Shown in My Next Move"


def _layout(name: str, *columns: str) -> Layout:
    return Layout(name, f"{name.lower()}.txt", (CODE, *columns), citations.ONET, delimiter="\t", quoted=False)


LAYOUTS = (
    _layout("Occupation Data", "Title", "Description"),
    _layout("Job Zones", "Job Zone"),
    _layout("Sample of Reported Titles", "Reported Job Title", SHOWN),
    _layout("Alternate Titles", "Alternate Title", "Short Title"),
    _layout("Task Statements", "Task", "Task Type"),
    _layout("Technology Skills", "Example", "Hot Technology", "In Demand"),
)

DESCRIPTIONS = Target(Occupation, ("description",), key=("code",), creates=False)
JOB_ZONES = Target(Occupation, ("job_zone",), key=("code",), creates=False)
TITLES = Target(OccupationTitle, key=("occupation_id", "title", "kind"))
JOB_TITLES = Target(JobTitle, JobTitleValues._fields)
OCCUPATION_LINKS = Target(JobTitleOccupation, key=("job_title_id", "occupation_id"))
DETAILS = Target(OccupationDetail, ("text", "source_id"), key=("occupation_id", "kind", "rank"))

TASK_ORDER = {"Core": 0, "Supplemental": 1}
LAST = len(TASK_ORDER)


class Title(NamedTuple):
    """A title of the occupation with the primary key ``occupation``; ``is_shown`` in My Next Move."""

    line: int
    occupation: int
    code: str
    text: str
    is_shown: bool


class Reporter(NamedTuple):
    """An occupation that reports a job title."""

    line: int
    occupation: int
    is_shown: bool


class Detail(NamedTuple):
    """A text of the occupation; those of lower ``rank`` come first."""

    occupation: int
    text: str
    rank: int
    line: int


class Zone(NamedTuple):
    """A rating, of the occupation itself before those of its parts."""

    is_of_part: bool
    zone: int
    line: int


def load(tables: dict[str, Table], report: Report) -> None:
    source_id = citations.ONET.source(next(iter(tables.values()))).pk
    occupations = dict(Occupation.objects.values_list("code", "pk"))
    if "Occupation Data" in tables:
        _load_descriptions(tables["Occupation Data"], report, occupations)
    if "Job Zones" in tables:
        _load_job_zones(tables["Job Zones"], report, occupations)
    if "Sample of Reported Titles" in tables:
        reported = _read_titles(tables["Sample of Reported Titles"], report, occupations, "Reported Job Title")
        _load_titles(report, reported, TitleKind.REPORTED)
        _load_job_titles(report, reported, source_id)
    if "Alternate Titles" in tables:
        alternate = _read_titles(tables["Alternate Titles"], report, occupations, "Alternate Title", "Short Title")
        _load_titles(report, alternate, TitleKind.ALTERNATE)
    if "Task Statements" in tables:
        tasks = _read_details(tables["Task Statements"], report, occupations, "Task", _rank_of_task)
        _load_details(report, tasks, DetailKind.TASK, source_id)
    if "Technology Skills" in tables:
        technologies = _read_details(tables["Technology Skills"], report, occupations, "Example", _rank_of_technology)
        _load_details(report, technologies, DetailKind.TECHNOLOGY, source_id)


def _occupation(row: Row, occupations: dict[str, int]) -> int:
    code = soc_code(row[CODE])
    if code not in occupations:
        raise RowError(f"SOC code {code} is not in the directory; import soc first.")
    return occupations[code]


def _load_descriptions(table: Table, report: Report, occupations: dict[str, int]) -> None:
    blank = dict(Occupation.objects.filter(description="").values_list("pk", "code"))

    def parse(row: Row) -> Incoming[tuple[str]] | None:
        pk = _occupation(row, occupations)
        is_whole = row[CODE].endswith(".00")
        return Incoming(row.line, (blank[pk],), (one_space(row["Description"]),)) if pk in blank and is_whole else None

    sync(
        report,
        DESCRIPTIONS,
        report.read(table, parse, DESCRIPTIONS.label),
        existing=Occupation.objects.all(),
    )


def _load_job_zones(table: Table, report: Report, occupations: dict[str, int]) -> None:
    """The zone of the SOC occupation itself; where O*NET rates only its parts, the lowest of these."""

    def parse(row: Row) -> tuple[str, Zone]:
        _occupation(row, occupations)
        zone = whole(row["Job Zone"], "Job Zone")
        if not 1 <= zone <= 5:
            raise RowError(f"Job Zone {zone} is not between 1 and 5.")
        return soc_code(row[CODE]), Zone(not row[CODE].endswith(".00"), zone, row.line)

    lowest: dict[str, Zone] = {}
    for code, zone in report.read(table, parse, JOB_ZONES.label):
        lowest[code] = min(zone, lowest.get(code, zone))
    rows = (Incoming(line, (code,), (zone,)) for code, (_, zone, line) in lowest.items())
    sync(report, JOB_ZONES, rows, existing=Occupation.objects.all())


def _read_titles(table: Table, report: Report, occupations: dict[str, int], *columns: str) -> list[Title]:
    """A title for each of ``columns`` that is filled; the first must be."""

    def parse(row: Row) -> list[Title]:
        pk, code = _occupation(row, occupations), soc_code(row[CODE])
        titles = [one_space(row[column]) for column in columns]
        if titles[0] in MISSING:
            raise RowError(f"{row[CODE]} has no {columns[0]}.")
        is_shown = SHOWN in table.layout.columns and row[SHOWN] == "Y"
        return [Title(row.line, pk, code, title, is_shown) for title in titles if title not in MISSING]

    return [title for titles in report.read(table, parse, TITLES.label) for title in titles]


def _load_titles(report: Report, titles: list[Title], kind: TitleKind) -> None:
    """Search words. The parts of an occupation share titles, so each is taken once."""
    first = {(title.occupation, title.text, kind): title.line for title in reversed(titles)}
    rows = (Incoming(line, key) for key, line in reversed(first.items()))
    sync(report, TITLES, rows, existing=OccupationTitle.objects.filter(kind=kind))


def _load_job_titles(report: Report, titles: list[Title], source_id: int) -> None:
    """A job title for each distinct reported title, linked to the occupations that report it.

    Titles that give the same slug are one. The primary occupation is one that My Next Move shows the title for, of
    several the lowest code; a title that has a primary occupation already keeps it, and the shipped catalog, which
    knows its titles, overrules the choice made here.
    """
    named: dict[str, tuple[int, str, list[str]]] = {}
    reporters: dict[str, dict[str, Reporter]] = defaultdict(dict)
    for line, occupation, code, text, is_shown in titles:
        name, others = split_title(text)
        slug = slug_of(name)
        if not slug:
            continue
        known = named.setdefault(slug, (line, name, []))[2]
        known += [other for other in others if other.casefold() not in {name.casefold(), *map(str.casefold, known)}]
        was_shown = code in reporters[slug] and reporters[slug][code].is_shown
        reporters[slug][code] = Reporter(line, occupation, is_shown or was_shown)
    by_hand = dict(JobTitle.objects.filter(import_key=None).values_list("slug", "pk"))
    slugs = Slugs(JobTitle.objects.values_list("slug", flat=True))
    imported = JobTitle.objects.filter(import_key__startswith="onet:")
    keys = set(imported.values_list("import_key", flat=True))

    def incoming() -> Iterator[Incoming[tuple[str]]]:
        for slug, (line, name, others) in named.items():
            key = f"onet:{slug}"
            is_new = key not in keys and slug not in by_hand
            first = {"slug": slugs.take(slug, f"{slug}-job"), "status": Status.PUBLISHED} if is_new else {}
            yield Incoming(line, (key,), JobTitleValues(name, sorted(others), source_id), first, by_hand.get(slug))

    pks = sync(report, JOB_TITLES, incoming(), existing=imported)
    _link_occupations(report, {pk: reporters[key.removeprefix("onet:")] for (key,), pk in pks.items()})


def _link_occupations(report: Report, reporters: dict[int, dict[str, Reporter]]) -> None:
    """``reporters``: by code, of each job title by its primary key."""
    imported = JobTitleOccupation.objects.filter(job_title__import_key__startswith="onet:", chosen_by=ChosenBy.IMPORT)
    others = JobTitleOccupation.objects.exclude(pk__in=imported)
    known = set(others.values_list("job_title_id", "occupation_id"))
    has_primary = set(JobTitleOccupation.objects.filter(is_primary=True).values_list("job_title_id", flat=True))

    def incoming() -> Iterator[Incoming[tuple[int, int]]]:
        for pk, found in reporters.items():
            primary = min(found, key=lambda code: (not found[code].is_shown, code))
            for code, (line, occupation, _) in sorted(found.items()):
                if (pk, occupation) not in known:
                    is_primary = code == primary and pk not in has_primary
                    first = {"is_primary": is_primary, "chosen_by": ChosenBy.IMPORT}
                    yield Incoming(line, (pk, occupation), first=first)

    sync(report, OCCUPATION_LINKS, incoming(), existing=imported)


def _rank_of_task(row: Row) -> int:
    return TASK_ORDER.get(row["Task Type"], LAST)


def _rank_of_technology(row: Row) -> int:
    return -2 * (row["In Demand"] == "Y") - (row["Hot Technology"] == "Y")


def _read_details(
    table: Table, report: Report, occupations: dict[str, int], column: str, rank: Callable[[Row], int]
) -> Iterator[Detail]:
    def parse(row: Row) -> Detail:
        pk, text = _occupation(row, occupations), one_space(row[column])
        if not text:
            raise RowError(f"{row[CODE]} has no {column}.")
        return Detail(pk, text, rank(row), row.line)

    return report.read(table, parse, DETAILS.label)


def _load_details(report: Report, details: Iterable[Detail], kind: DetailKind, source_id: int) -> None:
    """Texts of an occupation by rank, then in the order of the file; one that its parts share counts once."""
    texts: dict[int, dict[str, tuple[int, int]]] = defaultdict(dict)
    for pk, text, rank, line in details:
        texts[pk][text] = min((rank, line), texts[pk].get(text, (rank, line)))

    def incoming() -> Iterator[Incoming[tuple[int, DetailKind, int]]]:
        for pk, found in texts.items():
            for number, (text, (_, line)) in enumerate(sorted(found.items(), key=lambda item: item[1]), start=1):
                yield Incoming(line, (pk, kind, number), (text, source_id))

    sync(report, DETAILS, incoming(), existing=OccupationDetail.objects.filter(kind=kind))
