"""Words and links of the directory as templates write them."""

import pytest
from django.template import Context, Template

from programs.choices import Status
from programs.models import Certification, Offering, Source
from tests import factories as make


def written(template: str, **context) -> str:
    return Template("{% load directory %}" + template).render(Context(context))


@pytest.mark.parametrize(
    ("value", "text"),
    [("evening", ", evening"), ("<b>", ", &lt;b&gt;"), ("", ""), (None, ""), ("2 & 3", ", 2 &amp; 3")],
)
def test_a_value_comes_after_its_separator_or_not_at_all(value, text):
    assert written('{{ value|after:", " }}', value=value) == text


@pytest.mark.parametrize(
    ("facts", "text"),
    [
        ({"modality": "online"}, "Online"),
        ({"modality": "unknown"}, "Format not reported"),
        ({"modality": "online", "duration_min_weeks": 26, "duration_max_weeks": 26}, "Online, about 6 months"),
        ({"modality": "online", "price": 0}, "Online, free"),
    ],
)
def test_the_heading_of_an_offering_says_what_is_reported(facts, text):
    offering = Offering(**{name: value for name, value in facts.items() if name != "price"})
    offering.price = facts.get("price")
    assert written("{{ offering|offering_heading }}", offering=offering) == text


def test_a_pace_that_is_not_reported_is_not_said():
    paces = [written("{{ offering|pacing_note }}", offering=Offering(pacing=one)) for one in ("cohort", "unknown")]
    assert paces == ["with a cohort", ""]


@pytest.mark.parametrize(
    ("basis", "text"),
    [
        ("reported", "Reported by the school: NCES, IPEDS"),
        ("family_flag", "College Scorecard flag for the field family and level"),
    ],
)
def test_the_way_of_teaching_names_who_reported_it(basis, text):
    offering = Offering(modality_basis=basis, source=Source(publisher="NCES", title="IPEDS"))
    assert written("{{ offering|modality_basis }}", offering=offering) == text


def test_sources_and_records_are_links_while_there_is_a_page():
    source = Source(publisher="A & B", title="Data", url="https://example.org/?a&b")
    assert written("{% source_link source %}", source=source) == (
        '<a href="https://example.org/?a&amp;b">A &amp; B, Data</a>'
    )
    assert written("{% source_link source %}", source=Source(publisher="A & B", title="Data")) == "A &amp; B, Data"
    shown, draft = (Certification(name="A & B", slug="ab", status=one) for one in (Status.PUBLISHED, Status.DRAFT))
    assert written("{% record_link record %}", record=shown) == '<a href="/certifications/ab/">A &amp; B</a>'
    assert written("{% record_link record %}", record=draft) == "A &amp; B"


@pytest.mark.django_db
def test_a_price_ends_the_heading():
    offering = make.make_offering(weeks=None)
    make.make_cost(offering=offering, amount=1850)
    offering = Offering.objects.with_price().get()
    assert written("{{ offering|offering_heading }}", offering=offering) == "Online, from $1,850"
