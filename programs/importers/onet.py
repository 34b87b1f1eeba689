"""O*NET (U.S. Department of Labor): job zones, titles, tasks and technology of the occupations.

O*NET-SOC codes are cut to the seven characters of their SOC occupation, so a SOC occupation gathers what O*NET
says of all its parts. Descriptions stay those of SOC 2018, which O*NET's repeat; a blank one is filled.
Remote work is not in these files and stays unknown.
"""

from collections import defaultdict

from programs.choices import ChosenBy, DetailKind, Status, TitleKind
from programs.models import JobTitle, JobTitleOccupation, Occupation, OccupationDetail, OccupationTitle

from . import citations
from .report import Report
from .slugs import Slugs, slug_of
from .sync import IMPORTED_COLUMNS, Incoming, sync
from .tables import Layout, Row, RowError, Table
from .values import MISSING, one_space, soc_code, split_title, whole

CODE = "O*NET-SOC Code"


def _layout(name: str, *columns: str) -> Layout:
    return Layout(name, f"{name.lower()}.txt", (CODE, *columns), citations.ONET, delimiter="\t", quoted=False)


LAYOUTS = (
    _layout("Occupation Data", "Title", "Description"),
    _layout("Job Zones", "Job Zone"),
    _layout("Sample of Reported Titles", "Reported Job Title", "Shown in My Next Move"),
    _layout("Alternate Titles", "Alternate Title", "Short Title"),
    _layout("Task Statements", "Task", "Task Type"),
    _layout("Technology Skills", "Example", "Hot Technology", "In Demand"),
)


def load(tables: dict[str, Table], report: Report) -> None:
    source_id = citations.ONET.source(next(iter(tables.values()))).pk
    occupations = dict(Occupation.objects.values_list("code", "pk"))
    if "Occupation Data" in tables:
        _load_descriptions(tables["Occupation Data"], report, occupations)
    if "Job Zones" in tables:
        _load_job_zones(tables["Job Zones"], report, occupations)
    reported = []
    if "Sample of Reported Titles" in tables:
        reported = _read_titles(tables["Sample of Reported Titles"], report, occupations, "Reported Job Title")
        _load_titles(report, reported, TitleKind.REPORTED)
        _load_job_titles(report, reported, source_id)
    if "Alternate Titles" in tables:
        alternate = _read_titles(tables["Alternate Titles"], report, occupations, "Alternate Title", "Short Title")
        _load_titles(report, alternate, TitleKind.ALTERNATE)
    if "Task Statements" in tables:
        order = {"Core": 0, "Supplemental": 1}
        _load_details(
            tables["Task Statements"], report, occupations, source_id, DetailKind.TASK, "Task",
            lambda row: order.get(row["Task Type"], 2),
        )  # fmt: skip
    if "Technology Skills" in tables:
        _load_details(
            tables["Technology Skills"], report, occupations, source_id, DetailKind.TECHNOLOGY, "Example",
            lambda row: -2 * (row["In Demand"] == "Y") - (row["Hot Technology"] == "Y"),
        )  # fmt: skip


def _occupation(row: Row, occupations: dict[str, int]) -> int:
    code = soc_code(row[CODE])
    if code not in occupations:
        raise RowError(f"SOC code {code} is not in the directory; import soc first.")
    return occupations[code]


def _load_descriptions(table: Table, report: Report, occupations: dict[str, int]) -> None:
    blank = dict(Occupation.objects.filter(description="").values_list("pk", "code"))

    def parse(row: Row) -> Incoming | None:
        pk = _occupation(row, occupations)
        is_whole = row[CODE].endswith(".00")
        return Incoming(row.line, (blank[pk],), (one_space(row["Description"]),)) if pk in blank and is_whole else None

    _fill_occupations(report, report.read(table, parse, Occupation._meta.verbose_name_plural), "description")


def _load_job_zones(table: Table, report: Report, occupations: dict[str, int]) -> None:
    """The zone of the SOC occupation itself; where O*NET rates only its parts, the lowest of these."""
    zones: dict[str, list[tuple[str, int, int]]] = defaultdict(list)

    def parse(row: Row) -> tuple[str, str, int, int]:
        _occupation(row, occupations)
        zone = whole(row["Job Zone"], "Job Zone")
        if not 1 <= zone <= 5:
            raise RowError(f"Job Zone {zone} is not between 1 and 5.")
        return soc_code(row[CODE]), row[CODE][7:], zone, row.line

    for code, part, zone, line in report.read(table, parse, Occupation._meta.verbose_name_plural):
        zones[code].append((part != ".00", zone, line))
    rows = (Incoming(line, (code,), (zone,)) for code, rated in zones.items() for _, zone, line in [min(rated)])
    _fill_occupations(report, rows, "job_zone")


def _fill_occupations(report: Report, rows, column: str) -> None:
    sync(
        report,
        Occupation,
        rows,
        existing=Occupation.objects.all(),
        key=("code",),
        columns=(column,),
        create=False,
    )


def _read_titles(table: Table, report: Report, occupations: dict[str, int], *columns: str) -> list[tuple]:
    """(line, occupation, its code, title, is shown in My Next Move) for each title in ``columns``."""

    def parse(row: Row) -> list[tuple]:
        pk, code = _occupation(row, occupations), soc_code(row[CODE])
        titles = [one_space(row[column]) for column in columns]
        if titles[0] in MISSING:
            raise RowError(f"{row[CODE]} has no {columns[0]}.")
        shown = "Shown in My Next Move" in table.layout.columns and row["Shown in My Next Move"] == "Y"
        return [(row.line, pk, code, title, shown) for title in titles if title not in MISSING]

    rows = report.read(table, parse, OccupationTitle._meta.verbose_name_plural)
    return [title for titles in rows for title in titles]


def _load_titles(report: Report, titles: list[tuple], kind: TitleKind) -> None:
    """Search words. The parts of an occupation share titles, so each is taken once."""
    first = {(pk, title, kind): line for line, pk, _, title, _ in reversed(titles)}
    sync(
        report,
        OccupationTitle,
        (Incoming(line, key, ()) for key, line in reversed(first.items())),
        existing=OccupationTitle.objects.filter(kind=kind),
        key=("occupation_id", "title", "kind"),
        columns=(),
    )


def _load_job_titles(report: Report, titles: list[tuple], source_id: int) -> None:
    """A job title for each distinct reported title, linked to the occupations that report it.

    Titles that give the same slug are one. The primary occupation is one that My Next Move shows the title for, of
    several the lowest code; a title that has a primary occupation already keeps it, and the shipped catalog, which
    knows its titles, overrules the choice made here.
    """
    names: dict[str, tuple[int, str, list[str]]] = {}
    reporters: dict[str, dict[str, tuple[bool, int, int]]] = defaultdict(dict)
    for line, pk, code, title, shown in titles:
        name, others = split_title(title)
        slug = slug_of(name)
        if not slug:
            continue
        known = names.setdefault(slug, (line, name, []))[2]
        known += [other for other in others if other.casefold() not in {name.casefold(), *map(str.casefold, known)}]
        was_shown = reporters[slug].get(code, (False,))[0]
        reporters[slug][code] = (shown or was_shown, pk, line)
    by_hand = dict(JobTitle.objects.filter(import_key=None).values_list("slug", "pk"))
    slugs = Slugs(JobTitle.objects.values_list("slug", flat=True))
    imported = set(JobTitle.objects.filter(import_key__startswith="onet:").values_list("import_key", flat=True))

    def incoming():
        for slug, (line, name, others) in names.items():
            key = f"onet:{slug}"
            is_new = key not in imported and slug not in by_hand
            first = {"slug": slugs.take(slug, f"{slug}-job"), "status": Status.PUBLISHED} if is_new else {}
            yield Incoming(line, (key,), (name, sorted(others), source_id), first)

    pks = sync(
        report,
        JobTitle,
        incoming(),
        existing=JobTitle.objects.filter(import_key__startswith="onet:"),
        columns=IMPORTED_COLUMNS[JobTitle],
        twin=lambda row: by_hand.get(row.key[0].removeprefix("onet:")),
    )
    _link_occupations(report, pks, reporters)


def _link_occupations(report: Report, pks: dict[tuple, int], reporters: dict) -> None:
    imported = JobTitleOccupation.objects.filter(job_title__import_key__startswith="onet:", chosen_by=ChosenBy.IMPORT)
    others = JobTitleOccupation.objects.exclude(pk__in=imported)
    known = set(others.values_list("job_title_id", "occupation_id"))
    has_primary = set(JobTitleOccupation.objects.filter(is_primary=True).values_list("job_title_id", flat=True))

    def incoming():
        for (key,), pk in pks.items():
            found = reporters[key.removeprefix("onet:")]
            primary = min(found, key=lambda code: (not found[code][0], code))
            for code, (_, occupation, line) in sorted(found.items()):
                if (pk, occupation) not in known:
                    is_primary = code == primary and pk not in has_primary
                    first = {"is_primary": is_primary, "chosen_by": ChosenBy.IMPORT}
                    yield Incoming(line, (pk, occupation), (), first)

    sync(
        report,
        JobTitleOccupation,
        incoming(),
        existing=imported,
        key=("job_title_id", "occupation_id"),
        columns=(),
    )


def _load_details(
    table: Table, report: Report, occupations, source_id: int, kind: DetailKind, column: str, rank
) -> None:
    """Texts of an occupation in the order of ``rank(row)``, then of the file; one that its parts share counts once."""

    def parse(row: Row) -> tuple:
        pk, text = _occupation(row, occupations), one_space(row[column])
        if not text:
            raise RowError(f"{row[CODE]} has no {column}.")
        return pk, rank(row), row.line, text

    texts: dict[int, dict[str, tuple]] = defaultdict(dict)
    label = OccupationDetail._meta.verbose_name_plural
    for pk, place, line, text in report.read(table, parse, label):
        texts[pk][text] = min((place, line), texts[pk].get(text, (place, line)))

    def incoming():
        for pk, found in texts.items():
            for number, text in enumerate(sorted(found, key=found.get), start=1):
                yield Incoming(found[text][1], (pk, kind, number), (text, source_id))

    sync(
        report,
        OccupationDetail,
        incoming(),
        existing=OccupationDetail.objects.filter(kind=kind),
        key=("occupation_id", "kind", "rank"),
        columns=("text", "source_id"),
    )
