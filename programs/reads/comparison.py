"""Two to four programs side by side, row by row, by their ids in the address."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Model, Prefetch
from django.urls import reverse
from django.utils import timezone

from programs import wording
from programs.models import Accreditation, Offering, Program, ProgramCertification
from programs.routes.graph import Route, Stop, routes_for
from programs.routes.totals import CredentialTotal, credential_totals

MOST = 4


@dataclass(frozen=True)
class Cell:
    """What one program says to one question: a line for each offering or fact; ``known`` is false for no answer."""

    lines: tuple[str, ...]
    known: bool = True
    links: tuple[tuple[str, str, str], ...] = ()
    """(name, address, note) instead of lines."""


@dataclass(frozen=True)
class Row:
    label: str
    cells: tuple[Cell, ...]

    @property
    def differs(self) -> bool:
        """Whether those programs that do report give different answers."""
        return len({(cell.lines, cell.links) for cell in self.cells if cell.known}) > 1


@dataclass(frozen=True)
class Column:
    program: Program
    offerings: list[Offering]
    route: Route
    totals: list[CredentialTotal]
    without_url: str


def parse_ids(text: str) -> list[int]:
    """The whole numbers in a comma-separated list, each once, in order; all else is left out."""
    parts = (part.strip() for part in text[:400].split(","))
    return list(dict.fromkeys(int(part) for part in parts if part.isascii() and part.isdecimal() and len(part) < 19))


def address_part(ids: Iterable[int]) -> str:
    """What ``parse_ids`` reads."""
    return ",".join(str(pk) for pk in ids)


def comparison_url(ids: Iterable[int]) -> str:
    return f"{reverse('programs:compare')}?ids={address_part(ids)}"


def programs_by_id(ids: Iterable[int]) -> dict[int, Program]:
    """The published ones of ``ids``, with what a comparison says of them."""
    offerings = Offering.objects.published().with_price().prefetch_related("costs", "start_dates").order_by("pk")
    links = ProgramCertification.objects.select_related("certification__issuer").order_by("pk")
    return (
        Program.objects.published()
        .select_related("organization", "field")
        .prefetch_related(
            Prefetch("offerings", offerings),
            Prefetch("certification_links", links),
            Prefetch("accreditations", Accreditation.objects.select_related("accreditor")),
        )
        .order_by("pk")
        .in_bulk(ids)
    )


def columns_of(programs: list[Program]) -> list[Column]:
    routes = routes_for(programs)
    return [
        Column(
            program=program,
            offerings=list(program.offerings.all()),
            route=routes[program.pk],
            totals=credential_totals(program.offerings.all(), program.certification_links.all()),
            without_url=comparison_url(other.pk for other in programs if other != program),
        )
        for program in programs
    ]


def rows_of(columns: list[Column]) -> list[Row]:
    today = timezone.localdate()
    of_program: list[tuple[str, Callable[[Program], str]]] = [
        ("School", lambda program: str(program.organization)),
        ("Place", lambda program: program.organization.city_and_state),
        ("Kind of school", lambda program: known_choice(program.organization, "control")),
        ("Award", lambda program: program.award_name),
        ("Field of study", lambda program: program.field.title if program.field else ""),
        ("Education needed", lambda program: program.minimum_entry_education),
        ("Prerequisites", lambda program: program.prerequisites),
    ]
    of_offering: list[tuple[str, Callable[[Offering], str]]] = [
        ("How it is taught", lambda offering: known(wording.delivery(offering))),
        ("Pace", lambda offering: known_choice(offering, "pacing")),
        ("Live hours", lambda offering: known_choice(offering, "interaction")),
        ("On site", lambda offering: known_choice(offering, "onsite_requirement")),
        ("Hours of the day", lambda offering: known_choice(offering, "schedule")),
        ("Length", lambda offering: known(wording.length(offering))),
        ("Lowest price", lambda offering: known_price(offering, today)),
        ("Starts", lambda offering: wording.starts(offering.start_type, offering.start_dates.all(), today)),
    ]
    return [
        *(Row(label, tuple(cell([say(column.program)]) for column in columns)) for label, say in of_program),
        *(Row(label, tuple(cell(map(say, column.offerings)) for column in columns)) for label, say in of_offering),
        Row("Accreditation", tuple(accreditation_cell(column.program) for column in columns)),
        Row("Certifications", tuple(route_cell(column.route.certifications) for column in columns)),
        Row("Exam fee in the price", tuple(exam_cell(column.program) for column in columns)),
        Row("Job titles", tuple(route_cell(column.route.careers) for column in columns)),
    ]


def known(text: str) -> str:
    return "" if text == wording.NOT_REPORTED else text


def known_price(offering: Offering, today: date) -> str:
    """The lowest price with what to know of it; empty where none is reported."""
    notes = wording.price_notes(offering, today)
    return known(wording.money(offering.price)) + (f" ({notes})" if notes else "")


def known_choice(record: Model, name: str) -> str:
    """A choice in words; empty where it is unknown."""
    return "" if getattr(record, name) == "unknown" else getattr(record, f"get_{name}_display")()


def cell(answers: Iterable[str]) -> Cell:
    """From one answer an offering; empty ones are "Not reported". Several are numbered, as the offerings are."""
    answers = list(answers)
    if not any(answers):
        return Cell((wording.NOT_REPORTED,), known=False)
    said = [answer or wording.NOT_REPORTED for answer in answers]
    if len(set(said)) == 1:
        return Cell((said[0],))
    return Cell(tuple(f"{number}. {answer}" for number, answer in enumerate(said, start=1)))


def route_cell(stops: tuple[Stop, ...]) -> Cell:
    if not stops:
        return Cell((wording.NOT_REPORTED,), known=False)
    notes = ("computed from the field of study" if stop.computed else stop.relation for stop in stops)
    return Cell((), links=tuple((stop.name, stop.url, note) for stop, note in zip(stops, notes, strict=True)))


def accreditation_cell(program: Program) -> Cell:
    lines = [f"{row.get_status_display()} by {row.accreditor.name}" for row in program.accreditations.all()]
    return Cell(tuple(lines)) if lines else Cell((wording.NOT_REPORTED,), known=False)


def exam_cell(program: Program) -> Cell:
    """Yes, no or not reported for each published certification: a no is not the same as silence."""
    links = [link for link in program.certification_links.all() if link.certification.is_published]
    words = {True: "Yes", False: "No", None: wording.NOT_REPORTED}
    if all(link.exam_fee_included is None for link in links):
        return Cell((wording.NOT_REPORTED,), known=False)
    return Cell(tuple(f"{link.certification.short_name}: {words[link.exam_fee_included]}" for link in links))
