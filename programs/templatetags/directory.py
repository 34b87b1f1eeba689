"""The directory's words and parts in templates."""

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import get_language_info

from programs import wording
from programs.choices import Modality, ModalityBasis, Pacing
from programs.search import FILTERS

register = template.Library()

register.filter("money", wording.money)
register.filter("miles", wording.miles)
register.filter("day", wording.day)
register.filter("wage_line", wording.wage_line)
register.filter("area", wording.area)
register.filter("delivery", wording.delivery)
register.filter("delivery_note", wording.delivery_note)
register.filter("entry_education", wording.entry_education)


@register.filter
def after(value, separator: str) -> str:
    """A value with what joins it to the words before it: ", evening"; nothing where there is no value."""
    return format_html("{}{}", separator, value) if value else ""


@register.filter
def duration(offering) -> str:
    return wording.duration(offering.duration_min_weeks, offering.duration_max_weeks)


@register.filter
def duration_basis(offering) -> str:
    return wording.duration_basis(offering.duration_basis)


@register.filter
def unreported(offering) -> str:
    """What nobody says about an offering, in one line: "Pace, live hours, start"; its dates should be prefetched.

    A format of which something is known has a line of its own.
    """
    missing = {
        "format": offering.modality == "unknown" and not wording.delivery_note(offering),
        "presence on site": offering.onsite_requirement == "unknown",
        "pace": offering.pacing == "unknown",
        "live hours": offering.interaction == "unknown",
        "time of day": offering.schedule == "unknown",
        "length": offering.duration_min_weeks is None,
        "start": offering.start_type == "unknown" and not offering.start_dates.all(),
    }
    said = ", ".join(name for name, is_missing in missing.items() if is_missing)
    return said[:1].upper() + said[1:]


@register.filter
def offering_line(offering) -> str:
    return wording.offering_line(offering, timezone.localdate())


@register.filter
def offering_lines(offerings) -> str:
    return wording.offering_lines(offerings, timezone.localdate())


@register.filter
def modality_basis(offering) -> str:
    """How it is known how it is taught, with who reported it: "Reported by the school: Example College"."""
    said = offering.get_modality_basis_display()
    is_named = offering.modality_basis == ModalityBasis.REPORTED and offering.source
    return f"{said}: {offering.source}" if is_named else said


@register.filter
def pacing_note(offering) -> str:
    """Its pace within a line of facts; empty where it is not reported."""
    return "" if offering.pacing == Pacing.UNKNOWN else offering.get_pacing_display().lower()


@register.filter
def offering_heading(offering) -> str:
    """What is reported of how it is taught, its length and its price: "Online, about 6 months, from $1,850"."""
    is_unknown = offering.modality == Modality.UNKNOWN
    parts = ["Format not reported" if is_unknown else offering.get_modality_display()]
    if offering.duration_min_weeks is not None:
        parts.append(duration(offering))
    if offering.price is not None:
        parts.append(offering_price(offering))
    return ", ".join(parts)


@register.filter
def offering_price(offering) -> str:
    return wording.offering_price(offering, timezone.localdate())


@register.filter
def price_notes(offering) -> str:
    return wording.price_notes(offering, timezone.localdate())


@register.filter
def is_old(as_of) -> bool:
    return wording.is_old(as_of, timezone.localdate())


@register.filter
def start_words(offering) -> str:
    """When an offering begins; its ``start_dates`` should be prefetched."""
    return wording.starts(offering.start_type, offering.start_dates.all(), timezone.localdate())


@register.filter
def language_words(tag: str) -> str:
    """ "English" for ``en``; a tag that Django does not know stays as it is, as does none."""
    try:
        return get_language_info(tag)["name"]
    except KeyError:
        return tag


@register.filter
def link_basis(stop) -> str:
    """How a stop of the route is known and when it was checked: "Checked by our editors, 15 January 2025"."""
    return f"{stop.basis}, {wording.day(stop.verified_on)}" if stop.verified_on else stop.basis


def _errors(form, name):
    return form[name].errors if name in form.fields else ""


@register.simple_tag(takes_context=True)
def filter_sections(context):
    """Every filter but those without a choice; open when it says so, is in use, or a value of it was refused."""
    form = context["form"]
    empty = {facet.name for facet in context["facets"] if not facet.choices}
    sections = []
    for each in FILTERS:
        used = any(form[name].value() or form[name].errors for name in each.parameters)
        if used or each.name not in empty:
            sections.append({"filter": each, "is_open": each.is_open or used})
    return sections


@register.inclusion_tag("programs/filters/_choices.html", takes_context=True)
def facet_choices(context, name: str):
    """The choices of one filter with what each would leave."""
    facet = next(facet for facet in context["facets"] if facet.name == name)
    return {
        "facet": facet,
        "errors": _errors(context["form"], name),
        "all_url": context["facet_links"].get(name),
    }


@register.inclusion_tag("programs/filters/_input.html", takes_context=True)
def filter_input(context, name: str, label: str, type: str = "text"):  # noqa: A002 - the attribute's name
    """One labelled input of the filters, or a select where the field has choices."""
    form = context["form"]
    choices = [(str(value), text) for value, text in getattr(form.fields[name], "choices", ())]
    return {
        "name": name,
        "label": label,
        "type": type,
        "value": form[name].value(),
        "choices": choices,
        "errors": _errors(form, name),
    }


@register.inclusion_tag("programs/filters/_flag.html", takes_context=True)
def filter_flag(context, name: str, label: str, more: int | None = None):
    """A box that changes how the filters are meant, with what it would add."""
    return {"field": context["form"][name], "label": label, "more": more}


@register.inclusion_tag("programs/filters/_usual.html", takes_context=True)
def usual_ends(context, filter):  # noqa: A002 - what it is
    """One click for the usual upper ends of a range; the other choices of the address stay."""
    low, high = filter.parameters
    links = []
    for end, label in filter.usual:
        params = context["request"].GET.copy()
        for name in (low, "page"):
            params.pop(name, None)
        params[high] = str(end)
        links.append((f"?{params.urlencode()}", label, context["form"][high].value() == str(end)))
    return {"links": links}


@register.simple_tag
def sample_mark(school) -> str:
    """The badge of an invented school or its program, beside its name; nothing for a real one."""
    return mark_safe(' <span class="badge">sample</span>') if school.is_fictional else ""


@register.simple_tag
def stop_link(stop, short: bool = False) -> str:
    """A stop of the route as a link, by its short name where asked."""
    return format_html('<a href="{}">{}</a>', stop.url, stop.short_name if short else stop.name)


@register.simple_tag
def record_link(record) -> str:
    """A record by its name, as a link while it is published."""
    is_linked = record.is_published
    return format_html('<a href="{}">{}</a>', record.get_absolute_url(), record) if is_linked else str(record)


@register.simple_tag
def source_link(source) -> str:
    """Who publishes a record, with a link where one is known."""
    return format_html('<a href="{}">{}</a>', source.url, source) if source.url else str(source)
