"""The words of certifications, careers and comparisons in templates."""

from django import template
from django.utils import timezone

from programs import wording
from programs.reads.comparison import MOST, address_part, parse_ids
from programs.routes.totals import Range

register = template.Library()


@register.filter
def money_range(amount: Range | None) -> str:
    """ "$399", "$399 to $499", "at least $399"; "Not reported" where nothing is known."""
    if amount is None or not (amount.is_whole or amount.low):
        return wording.NOT_REPORTED
    return _said(amount, wording.money(amount.low), wording.money(amount.high))


@register.filter
def weeks_range(weeks: Range | None) -> str:
    """ "about 6 months", "6 to 9 months", "at least 26 weeks"; "Not reported" where nothing is known."""
    if weeks is None or not (weeks.is_whole or weeks.low):
        return wording.NOT_REPORTED
    if not weeks.high:
        return "no time"
    if not weeks.is_whole:
        return f"at least {int(weeks.low)} weeks"
    return wording.duration(int(weeks.low), int(weeks.high))


def _said(amount: Range, low: str, high: str) -> str:
    if not amount.is_whole:
        return f"at least {low}"
    return low if low == high else f"{low} to {high}"


@register.filter
def fee(certification) -> str:
    """The exam fee: "$399", "$399 to $499 (more than 24 months old)", "Not reported"."""
    low, high = certification.exam_fee_min, certification.exam_fee_max
    said = wording.money(low, certification.currency)
    said = said if low == high else f"{said} to {wording.money(high, certification.currency)}"
    is_old = low is not None and wording.is_old(certification.fee_as_of, timezone.localdate())
    return f"{said} ({wording.OLD})" if is_old else said


@register.filter
def months(number: int | None) -> str:
    """How long a certification is valid: "2 years", "18 months", "it does not expire", "Not reported"."""
    if number is None:
        return wording.NOT_REPORTED
    if number == 0:
        return "it does not expire"
    if number % 12:
        return f"{number} month{'' if number == 1 else 's'}"
    return f"{number // 12} year{'' if number == 12 else 's'}"


@register.simple_tag(takes_context=True)
def chosen_ids(context) -> list[int]:
    """The programs chosen for comparison before, from the ``compare`` parameter of the results page."""
    return parse_ids(context["request"].GET.get("compare", ""))


@register.simple_tag
def most_compared() -> int:
    """How many programs fit side by side."""
    return MOST


@register.simple_tag(takes_context=True)
def chosen_elsewhere(context, cards) -> str:
    """Those of ``chosen_ids`` that have no card on this page, as the address of the comparison takes them."""
    shown = {card.program.pk for card in cards}
    return address_part(pk for pk in chosen_ids(context) if pk not in shown)
