"""Numbers and codes in the words people use. Unknown is said as "Not reported", never as 0 or no."""

import unicodedata
from datetime import date
from decimal import Decimal

from programs.choices import AREAS, DurationBasis, Modality, ModalityBasis, Pacing, StartType

NOT_REPORTED = "Not reported"
MAX_AGE_YEARS = 2
"""An older wage or price says so (standards of the directory: 24 months)."""

OLD = "more than 24 months old"
AS_REPORTED = "as the school reported it"
SOME_ONLINE = "some programs of this family at this school are offered online"
WEEKS_PER_YEAR = 52
WEEKS_PER_MONTH = Decimal(WEEKS_PER_YEAR) / 12


def alphabetical(name: str) -> str:
    """The key that sorts names as people look them up, on every database: capitals and accents make no difference."""
    folded = name.casefold()
    if folded.isascii():
        return folded
    return "".join(letter for letter in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(letter))


def _span(weeks: int) -> tuple[str, str]:
    """(number, unit): weeks up to a quarter, months up to two years, then years to the half."""
    if weeks < 13:
        return str(weeks), "week"
    if weeks < 2 * WEEKS_PER_YEAR:
        return str(round(weeks * 12 / WEEKS_PER_YEAR)), "month"
    halves = round(weeks * 2 / WEEKS_PER_YEAR)
    return f"{halves // 2}{'½' if halves % 2 else ''}", "year"


def _plural(number: str, unit: str) -> str:
    return f"{number} {unit}{'' if number == '1' else 's'}"


def duration(shortest: int | None, longest: int | None) -> str:
    """A span of whole weeks: "10 weeks", "about 6 months", "12 weeks to 12 months", "Not reported"."""
    if shortest is None or longest is None:
        return NOT_REPORTED
    (low, low_unit), (high, high_unit) = _span(shortest), _span(longest)
    if (low, low_unit) == (high, high_unit):
        return _plural(high, high_unit) if high_unit == "week" else f"about {_plural(high, high_unit)}"
    if low_unit == high_unit:
        return f"{low} to {_plural(high, high_unit)}"
    return f"{_plural(low, low_unit)} to {_plural(high, high_unit)}"


def duration_basis(basis: str) -> str:
    """How the length is known; empty where it is not."""
    said: dict[str, str] = {
        DurationBasis.REPORTED: "reported by the school",
        DurationBasis.AWARD_LEVEL: "the range that IPEDS gives for this award, not this program’s own length",
    }
    return said.get(basis, "")


def length(offering) -> str:
    """How long an offering takes: "about 6 months"; where only its award's range is known, that this is all it is."""
    said = duration(offering.duration_min_weeks, offering.duration_max_weeks)
    known = said != NOT_REPORTED and offering.duration_basis == DurationBasis.AWARD_LEVEL
    return f"{said} (usual for this award)" if known else said


def period(start: date, end: date) -> str:
    """ "May 2025", "2025", "2024 to 2034" (whole calendar years) or "July 2023 to June 2024"."""
    if (start.year, start.month) == (end.year, end.month):
        return f"{end:%B %Y}"
    if (start.month, start.day, end.month, end.day) == (1, 1, 12, 31):
        return f"{end:%Y}" if start.year == end.year else f"{start:%Y} to {end:%Y}"
    return f"{start:%B %Y} to {end:%B %Y}"


def is_old(as_of: date | None, today: date) -> bool:
    """Whether what held on ``as_of`` is more than ``MAX_AGE_YEARS`` old; of a day that nobody reports, no."""
    if as_of is None:
        return False
    return (as_of.year + MAX_AGE_YEARS, as_of.month, as_of.day) < (today.year, today.month, today.day)


def together(names: str) -> str:
    """For whom one figure is, of names separated by semicolons: "for 2 occupations together: Cooks; Bakers"."""
    return f"for {names.count(';') + 1} occupations together: {names}" if names else ""


def entry_education(occupation) -> str:
    """The typical education at entry, and for which occupations together it is published where it is for several."""
    said = [occupation.typical_entry_education or NOT_REPORTED, together(occupation.education_group_names)]
    return ", ".join(part for part in said if part)


def area(code: str) -> str:
    """ "United States" for US, "Ohio" for OH; what is no code stays as it is."""
    return AREAS.get(code, code)


def money(amount: Decimal | None, currency: str = "USD") -> str:
    """ "$1,850", "$49.50", "CAD 300"; cents only where there are some."""
    if amount is None:
        return NOT_REPORTED
    digits = f"{amount:,.2f}".removesuffix(".00")
    return f"${digits}" if currency == "USD" else f"{currency} {digits}"


def price(amount: Decimal | None) -> str:
    """The lowest price of an offering: "from $1,850", "free", "cost not reported"."""
    if amount is None:
        return "cost not reported"
    return f"from {money(amount)}" if amount else "free"


def price_notes(offering, today: date) -> str:
    """What to know of an annotated price before believing it, in brackets' words; empty for most."""
    if offering.price is None:
        return ""
    notes = [AS_REPORTED] * offering.price_is_odd + [OLD] * is_old(offering.price_as_of, today)
    return "; ".join(notes)


def offering_price(offering, today: date) -> str:
    """ "from $1,850", "from $151,045 (as the school reported it; more than 24 months old)"; ``price`` is annotated."""
    notes = price_notes(offering, today)
    return f"{price(offering.price)} ({notes})" if notes else price(offering.price)


def day(value: date) -> str:
    """ "14 September 2027"."""
    return f"{value.day} {value:%B %Y}"


def miles(distance: float) -> str:
    return "under 1 mile" if distance < 1 else f"{distance:,.0f} mile{'' if round(distance) == 1 else 's'}"


def starts(start_type: str, dates, today: date) -> str:
    """When one can begin: "starts any time", "starts 7 September 2027"; empty where nothing is reported.

    ``dates`` are StartDate rows in order; those past, or past their deadline, are left out.
    """
    if start_type == StartType.ON_DEMAND:
        return "starts any time"
    if start_type == StartType.ROLLING:
        return "starts often"
    ahead = [row for row in dates if row.starts_on >= today and (row.apply_by is None or row.apply_by >= today)]
    return f"starts {day(ahead[0].starts_on)}" if ahead else ""


def wage_line(figure) -> str:
    """A median wage with its place and time: "median $51,140 a year, United States, May 2025".

    Also for whom it is where that is more than one occupation, and that it is old.
    """
    said = f"median {figure.text}, {figure.area}, {figure.period}"
    return ", ".join(part for part in (said, figure.together, OLD if figure.is_old else "") if part)


def delivery_note(offering) -> str:
    """What is known of an offering of which nobody says how it is taught; empty for most."""
    return SOME_ONLINE if offering.modality_basis == ModalityBasis.FAMILY_FLAG else ""


def delivery(offering) -> str:
    """How an offering is taught: "Online", "Not reported", and with the flag of its family what that says."""
    return "; ".join(part for part in (offering.get_modality_display(), delivery_note(offering)) if part)


def offering_line(offering, today: date) -> str:
    """An offering in one line: "Online, self-paced, about 6 months, from $1,850"; ``price`` is annotated."""
    taught = delivery(offering)
    parts = [f"Format {taught[:1].lower()}{taught[1:]}" if offering.modality == Modality.UNKNOWN else taught]
    if offering.pacing != Pacing.UNKNOWN:
        parts.append(offering.get_pacing_display().lower())
    said = length(offering)
    parts.append("length not reported" if said == NOT_REPORTED else said)
    return ", ".join([*parts, offering_price(offering, today)])


def offering_lines(offerings, today: date) -> str:
    """The lines of several offerings, each once: "Online, ...; In person, ..."; empty without any."""
    return "; ".join(dict.fromkeys(offering_line(offering, today) for offering in offerings))
