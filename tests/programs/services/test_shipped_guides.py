"""The guides that ship with Waypoint: whole, publishable, loaded once, and the editors' own from then on."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programs.choices import GuideItemKind, StepNeed
from programs.exceptions import DirectoryError
from programs.models import Guide, GuideItem, PathwayStep
from programs.services.publishing import publication_problems
from programs.services.shipped_catalog import load_shipped_catalog
from programs.services.shipped_guides import load_shipped_guides

pytestmark = pytest.mark.django_db

GUIDES = {"cybersecurity", "medical-assisting", "medical-billing-and-coding"}


def test_guides_load_once_and_a_second_run_writes_nothing():
    load_shipped_catalog()
    assert load_shipped_guides()["programs_guide"] == 3
    assert set(Guide.objects.published().values_list("slug", flat=True)) == GUIDES
    with CaptureQueriesContext(connection) as queries:
        assert load_shipped_guides() == {}
    assert [query["sql"][:6] for query in queries.captured_queries] == ["SELECT"]

    for guide in Guide.objects.all():
        assert publication_problems(guide) == []
        assert set(guide.items.values_list("kind", flat=True)) == set(GuideItemKind.values)
        assert list(guide.steps.values_list("order", flat=True)) == list(range(1, guide.steps.count() + 1))
        assert set(guide.steps.values_list("need", flat=True)) == set(StepNeed.values)
        for record in (*guide.items.all(), *guide.steps.all()):
            record.full_clean()


def test_a_guide_that_a_person_edited_or_deleted_is_left_alone(edit):
    load_shipped_catalog()
    load_shipped_guides()
    Guide.objects.filter(slug="cybersecurity").update(title="Ours")
    GuideItem.objects.filter(guide__slug="cybersecurity").delete()
    PathwayStep.objects.filter(guide__slug="medical-assisting").delete()
    Guide.objects.get(slug="medical-assisting").delete()
    assert load_shipped_guides() == {}

    edit("guides/cybersecurity.json", lambda guide: guide.update(title="A later release"))
    assert load_shipped_guides()["programs_guide"] == 1  # the deleted one comes back with the changed files
    edited = Guide.objects.get(slug="cybersecurity")
    assert (edited.title, edited.items.count()) == ("Ours", 0)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda guide: guide["occupations"].append("99-9999"), "the occupation “99-9999”"),
        (lambda guide: guide["job_titles"].append("astronaut"), "the job title “astronaut”"),
        (lambda guide: guide["items"][0].update(source="hearsay"), "the source “hearsay”"),
        (lambda guide: guide["steps"][0].update(certification="gold-star"), "the certification “gold-star”"),
        (lambda guide: guide["items"][0].update(kind="poem"), "“poem” is not a valid choice"),
    ],
)
def test_a_guide_that_refers_to_nothing_is_refused_and_nothing_is_written(edit, change, said):
    load_shipped_catalog()
    edit("guides/cybersecurity.json", change)
    with pytest.raises(DirectoryError) as refusal:
        load_shipped_guides()
    assert said in str(refusal.value).replace("'poem'", "“poem”").replace("Value “poem”", "“poem”")
    assert not Guide.objects.exists()
