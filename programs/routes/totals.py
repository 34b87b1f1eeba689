"""Time and cost to a credential: the program, the exam and the first renewal, each part listed.

An amount that nobody reports is left out of the sum and turns the total into "at least".
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone

from programs import wording
from programs.choices import CostBasis, CostKind
from programs.models import Offering, ProgramCertification
from programs.wording import WEEKS_PER_MONTH


@dataclass(frozen=True)
class Range:
    """From ``low`` to ``high``; ``is_whole`` is false where a part is unknown, so that the true value may be more."""

    low: Decimal
    high: Decimal
    is_whole: bool = True

    @classmethod
    def of(cls, value: Decimal | int) -> "Range":
        """What is known to the point."""
        return cls(Decimal(value), Decimal(value))

    def __add__(self, other: "Range") -> "Range":
        return Range(self.low + other.low, self.high + other.high, self.is_whole and other.is_whole)


NOTHING = Range.of(0)
UNKNOWN = Range(Decimal(0), Decimal(0), is_whole=False)


@dataclass(frozen=True)
class Part:
    """One part of the way. ``weeks`` and ``money`` (US dollars) are None where they are not reported."""

    name: str
    weeks: Range | None
    money: Range | None
    note: str = ""


@dataclass(frozen=True)
class CredentialTotal:
    """What a certification takes through one offering of a program; ``links`` to several that take the same."""

    links: tuple[ProgramCertification, ...]
    offering: Offering
    program: Part
    exam: Part
    renewal: Part

    @property
    def parts(self) -> tuple[Part, Part, Part]:
        return self.program, self.exam, self.renewal

    @property
    def weeks(self) -> Range:
        """To the day of the exam."""
        return _sum(part.weeks for part in (self.program, self.exam))

    @property
    def money(self) -> Range:
        """To the day of the exam, in US dollars."""
        return _sum(part.money for part in (self.program, self.exam))

    @property
    def weeks_with_renewal(self) -> Range:
        return _sum(part.weeks for part in self.parts)

    @property
    def money_with_renewal(self) -> Range:
        return _sum(part.money for part in self.parts)


def credential_totals(offerings: Iterable[Offering], links: Iterable[ProgramCertification]) -> list[CredentialTotal]:
    """The totals of the published certifications that ``links`` lead to, through the cheapest known offering.

    Those that come out the same are one. ``offerings`` are the published ones of one program, with ``price`` and
    their costs; ``links`` have their certification.
    """
    offering = min(offerings, key=_price_then_length, default=None)
    if offering is None:
        return []
    one_each = {link.certification_id: link for link in links if link.certification.is_published}
    alike: dict[tuple[Part, Part], list[ProgramCertification]] = {}
    for link in one_each.values():
        alike.setdefault((_exam_part(offering, link), _renewal_part(link)), []).append(link)
    program = _program_part(offering)
    return [CredentialTotal(tuple(held), offering, program, *parts) for parts, held in alike.items()]


def _program_part(offering: Offering) -> Part:
    low, high = offering.duration_min_weeks, offering.duration_max_weeks
    weeks = None if low is None or high is None else Range(Decimal(low), Decimal(high))
    money = None if offering.price is None else Range.of(offering.price)
    notes = wording.price_notes(offering, timezone.localdate())
    said = "The lowest price that it publishes" + (f", {notes}" if notes else "")
    return Part("Program", weeks, money, note="" if money is None else said)


def _exam_part(offering: Offering, link: ProgramCertification) -> Part:
    """The exam is one sitting, so it adds money but no weeks."""
    if link.exam_fee_included:
        return Part("Exam", NOTHING, NOTHING, note="Included in the price of the program")
    if link.exam_fee_included is None and _price_holds_exam(offering):
        return Part("Exam", NOTHING, None, note="The price of the program holds an exam fee, perhaps this one")
    certification = link.certification
    low, high = certification.exam_fee_min, certification.exam_fee_max
    if low is None or high is None or certification.currency != "USD":
        return Part("Exam", NOTHING, None)
    notes = ["Unless the price of the program includes it: not reported"] * (link.exam_fee_included is None)
    notes += [f"A fee {wording.OLD}"] * wording.is_old(certification.fee_as_of, timezone.localdate())
    said = "; ".join(notes)
    return Part("Exam", NOTHING, Range(low, high), note=said)


def _renewal_part(link: ProgramCertification) -> Part:
    certification = link.certification
    if certification.valid_for_months == 0:
        return Part("First renewal", NOTHING, NOTHING, note="It does not expire")
    months, fee = certification.valid_for_months, certification.renewal_fee
    weeks = None if months is None else Range.of(round(months * WEEKS_PER_MONTH))
    money = None if fee is None or certification.currency != "USD" else Range.of(fee)
    return Part("First renewal", weeks, money, note=f"{months} months after the exam" if months else "")


def _price_holds_exam(offering: Offering) -> bool:
    """Whether an exam fee is one of the amounts that ``with_price`` added up."""
    kinds = {cost.kind for cost in offering.costs.all() if cost.basis == CostBasis.TOTAL and cost.currency == "USD"}
    return {CostKind.TUITION, CostKind.EXAM} <= kinds and CostKind.TOTAL not in kinds


def _price_then_length(offering: Offering) -> tuple[bool, Decimal, bool, int, int]:
    price, weeks = offering.price, offering.duration_min_weeks
    return price is None, price or Decimal(0), weeks is None, weeks or 0, offering.pk


def _sum(parts: Iterable[Range | None]) -> Range:
    return sum((UNKNOWN if part is None else part for part in parts), NOTHING)
