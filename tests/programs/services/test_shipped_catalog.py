"""The catalog that ships with Waypoint: what it must hold, and that loading it touches nothing that is there."""

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import resolve

from programs import choices, models
from programs.services.shipped_catalog import load_shipped_catalog

CATALOG_MODELS = [
    models.Source,
    models.FieldOfStudy,
    models.Occupation,
    models.Organization,
    models.Certification,
    models.CertificationRequirement,
    models.JobTitle,
    models.JobTitleOccupation,
    models.CareerLink,
    models.Program,
    models.Offering,
    models.StartDate,
    models.Cost,
    models.ProgramCertification,
]
CODE_MODELS = [models.Crosswalk, models.OccupationTitle, models.Statistic, models.ZipCentroid]


@pytest.fixture(scope="module")
def _loaded(django_db_setup, django_db_blocker):
    """The catalog, loaded once for the tests of this module that only read it or roll back what they change."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_shipped_catalog()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def catalog(_loaded, db):
    """The loaded catalog."""


# What it holds


def test_there_are_24_published_schools_and_all_are_invented(catalog):
    schools = models.Organization.objects.schools().published()
    assert schools.count() == 24
    assert not schools.filter(is_fictional=False).exists()
    assert {school.control for school in schools} == set(choices.Control.values)
    assert len({school.state for school in schools}) >= 18
    assert not schools.filter(latitude=None).exists()
    places = {row.zip for row in models.ZipCentroid.objects.all()}
    assert {school.zip for school in schools} <= places


def test_there_is_enough_to_search(catalog):
    programs = models.Program.objects.published()
    assert programs.count() >= 190
    assert models.Offering.objects.published().count() >= 290
    assert len({program.field.code[:2] for program in programs.select_related("field")}) >= 12
    assert {program.level_group for program in programs} == set(choices.LevelGroup)


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("modality", choices.Modality),
        ("interaction", choices.Interaction),
        ("pacing", choices.Pacing),
        ("onsite_requirement", choices.OnsiteRequirement),
        ("schedule", choices.Schedule),
        ("start_type", choices.StartType),
        ("duration_basis", choices.DurationBasis),
    ],
)
def test_every_value_of_every_axis_occurs(catalog, column, values):
    assert set(models.Offering.objects.published().values_list(column, flat=True)) == set(values.values)


def test_costs_are_of_every_kind_residency_and_basis(catalog):
    costs = models.Cost.objects.all()
    assert {cost.kind for cost in costs} == set(choices.CostKind.values)
    assert {cost.residency for cost in costs} == set(choices.Residency.values)
    assert {cost.basis for cost in costs} == set(choices.CostBasis.values)


def test_lengths_run_from_three_weeks_to_four_years_and_prices_from_nothing_to_high(catalog):
    offerings = models.Offering.objects.published().with_price()
    known = [offering for offering in offerings if offering.duration_min_weeks]
    assert min(offering.duration_min_weeks for offering in known) <= 3
    assert max(offering.duration_max_weeks for offering in known) == 208
    prices = [offering.price for offering in offerings if offering.price is not None]
    assert min(prices) == 0
    assert max(prices) > 40_000
    assert any(offering.price is None for offering in offerings)
    assert len(known) < offerings.count()


def test_start_dates_are_ahead_and_have_deadlines(catalog):
    dates = list(models.StartDate.objects.all())
    assert min(start.starts_on for start in dates) > date(2026, 11, 22)
    assert max(start.starts_on for start in dates).year == 2028
    assert all(start.apply_by is None or start.apply_by > date(2026, 11, 22) for start in dates)
    assert any(start.apply_by is None for start in dates)
    fixed = models.Offering.objects.filter(start_type=choices.StartType.FIXED)
    assert not fixed.filter(start_dates=None).exists()


def test_medical_billing_and_coding_is_rich(catalog):
    programs = models.Program.objects.published().filter(field__code__in=["51.0713", "51.0714", "51.0706", "51.0707"])
    offerings = models.Offering.objects.published().filter(program__in=programs)
    assert programs.count() >= 30
    assert {program.level_group for program in programs} >= {"certificate", "associate", "bachelor", "noncredit"}
    assert offerings.filter(modality="online", pacing="self_paced").exists()
    assert offerings.filter(modality="hybrid").exists()
    assert offerings.filter(modality="in_person", schedule="evening").exists()
    edges = models.ProgramCertification.objects.filter(program__in=programs)
    assert {edge.exam_fee_included for edge in edges} == {True, False, None}
    linked = {edge.certification.acronym for edge in edges.select_related("certification")}
    assert linked >= {"CPC", "CPC-A", "CPB", "CCA", "CCS", "CBCS", "RHIT", "RHIA"}
    assert not edges.filter(verified_on=None).exists()


def test_some_programs_are_not_public_and_stay_so(catalog):
    hidden = models.Program.objects.exclude(pk__in=models.Program.objects.published())
    assert Counter(program.status for program in hidden) == {"draft": 2, "in_review": 1, "retired": 2, "published": 1}
    ready = hidden.get(status="published")
    assert ready.organization.status == "draft"
    assert not models.Offering.objects.published().filter(program__in=hidden).exists()


def test_texts_are_their_own(catalog):
    programs = list(models.Program.objects.published())
    assert len({program.description for program in programs}) == len(programs)
    openings = Counter(" ".join(program.description.split()[:5]) for program in programs)
    assert max(openings.values()) == 1
    assert all(2 <= program.description.count(".") <= 5 for program in programs)


def test_the_certifications_of_the_first_guide_have_their_real_issuers(catalog):
    issuers = dict(models.Certification.objects.values_list("acronym", "issuer__acronym"))
    assert {name: issuers[name] for name in ("CCA", "CCS", "CBCS")} == {"CCA": "AHIMA", "CCS": "AHIMA", "CBCS": "NHA"}
    assert models.Certification.objects.get(acronym="CPC").issuer.name == "AAPC"
    assert models.Certification.objects.get(acronym="CPB").issuer.name == "AAPC"
    assert models.Certification.objects.get(acronym="CPC-A").stage_of.acronym == "CPC"
    nha = models.Organization.objects.get(acronym="NHA")
    assert nha.name == "National Healthcareer Association"
    assert "National health career Association" in nha.aliases


def test_there_are_many_other_certifications_and_fees_are_dated(catalog):
    certifications = models.Certification.objects.published()
    assert certifications.exclude(issuer__acronym__in=["AHIMA", "NHA"]).exclude(issuer__name="AAPC").count() >= 20
    assert not certifications.filter(issuer__is_fictional=True).exists()
    for certification in certifications:
        assert certification.requirements.exists()
        assert certification.website
        if certification.exam_fee_min is not None:
            assert certification.fee_as_of
            assert certification.source_url


def test_job_titles_of_the_first_guide(catalog):
    def occupations(slug):
        links = models.JobTitle.objects.get(slug=slug).occupation_links.all()
        return [(link.occupation.code, link.is_primary) for link in links]

    assert occupations("medical-coder") == [("29-2072", True)]
    assert occupations("medical-biller") == [("43-3021", True)]
    assert occupations("medical-billing-and-coding-specialist") == [("29-2072", True), ("43-3021", False)]
    coder = models.JobTitle.objects.get(slug="medical-coder")
    assert {title.slug for title in coder.advances_to.all()} == {"coding-supervisor", "medical-coding-manager"}
    titles = models.JobTitle.objects.published().filter(is_curated=True)
    assert titles.count() >= 40
    assert not titles.filter(occupation_links=None).exists()
    assert models.Occupation.objects.get(code="29-2072").direct_patient_care is False
    assert models.Occupation.objects.get(code="29-2072").remote_work == "common"


def test_figures_are_those_of_the_publishers(catalog):
    def figure(**facts):
        return models.Statistic.objects.get(**facts)

    records = {"occupation__code": "29-2072"}
    newest = figure(**records, measure="annual_wage", statistic="median", source__title__endswith="May 2025")
    assert newest.value == 51_140
    assert (newest.period_start, newest.period_end) == (date(2025, 5, 1), date(2025, 5, 31))
    older = figure(**records, measure="annual_wage", statistic="median", period_end=date(2022, 5, 31))
    assert older.value == 47_180
    hourly = figure(**records, measure="hourly_wage", statistic="median", period_end=date(2022, 5, 31))
    assert hourly.value == Decimal("22.69")
    growth = models.Statistic.objects.filter(**records, measure="employment_growth").newest_first()
    assert [(row.value, row.period_end.year) for row in growth] == [(Decimal("7.10"), 2034), (8, 2032)]
    assert figure(**records, measure="annual_openings").value == 14_200
    quoted = models.Statistic.objects.filter(job_title__isnull=False)
    assert {row.job_title.slug: (row.qualifier, row.value) for row in quoted} == {
        "medical-billing-supervisor": ("over", 66_000),
        "medical-coding-manager": ("over", 86_600),
        "medical-billing-manager": ("over", 100_000),
    }
    assert {row.source.publisher for row in quoted} == {"Salary.com"}


def test_every_record_is_valid_and_has_an_address(catalog):
    for model in CATALOG_MODELS:
        for record in model.objects.all():
            record.full_clean(validate_unique=False, validate_constraints=False)
            if hasattr(record, "get_absolute_url"):
                assert resolve(record.get_absolute_url())
    for model in CODE_MODELS:
        relations = [field.name for field in model._meta.fields if field.is_relation]
        for record in model.objects.all():
            record.clean_fields(exclude=relations)


def test_the_first_state_of_every_record_is_in_its_history(catalog):
    program = models.Program.objects.first()
    entry = program.history.get()
    assert (entry.name, entry.history_change_reason) == (program.name, "Shipped catalog")


# Loading it again, and beside what is there


def state():
    """How many records there are of each kind."""
    return {model: model.objects.count() for model in (*CATALOG_MODELS, *CODE_MODELS)}


def test_a_second_run_writes_nothing(catalog):
    before, revision = state(), models.CatalogRevision.objects.get()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert load_shipped_catalog() == {}
    assert [query["sql"][:6] for query in queries] == ["SELECT"]
    assert state() == before
    assert models.CatalogRevision.objects.get().token == revision.token


def test_reading_every_file_again_finds_nothing_missing(catalog):
    before = state()
    models.ImportRun.objects.all().delete()
    assert load_shipped_catalog() == {}
    assert state() == before


def test_what_a_person_changed_or_deleted_is_left_alone(catalog):
    program = models.Program.objects.filter(offerings__costs__isnull=False).first()
    program.name = "Renamed by an editor"
    program.save()
    program.offerings.all().delete()
    edge = models.CareerLink.objects.filter(certification__isnull=False).first()
    edge.delete()
    assert load_shipped_catalog() == {}
    assert not models.CareerLink.objects.filter(job_title=edge.job_title, certification=edge.certification).exists()
    # Even when a later release reads all files again.
    models.ImportRun.objects.all().delete()
    load_shipped_catalog()
    program.refresh_from_db()
    assert program.name == "Renamed by an editor"
    assert not program.offerings.exists()


def test_a_later_release_adds_what_is_new(catalog, edit):
    def add_a_program(school):
        program = {"name": "Bridge Keeping", "field": "46.0201", "description": "Keep a bridge. Mind the tide."}
        school["programs"].append({**program, "offerings": [{"modality": "in_person", "weeks": [4, 6]}]})

    revision = models.CatalogRevision.objects.get().number
    edit("schools/lakefold-city-college.json", add_a_program)
    assert load_shipped_catalog() == {"programs_program": 1, "programs_offering": 1}
    offering = models.Offering.objects.get(program__slug="bridge-keeping")
    assert (offering.duration_min_weeks, offering.duration_max_weeks) == (4, 6)
    assert offering.pacing == "unknown"
    assert models.CatalogRevision.objects.get().number == revision + 1


def test_figures_of_several_occupations_together_name_them_all(catalog):
    """Also in a catalog that an older release loaded."""
    technicians = models.Occupation.objects.get(code="29-2012")
    names = "Medical and Clinical Laboratory Technologists; Medical and Clinical Laboratory Technicians"

    def said():
        rows = technicians.statistics.values_list("group_code", "group_names")
        return {*rows, models.Occupation.objects.get(code="29-2012").education_group_names}

    assert said() == {("29-2010", names), names}
    technicians.statistics.update(group_code="", group_names="")
    models.Occupation.objects.filter(code="29-2012").update(education_group_names="")
    models.ImportRun.objects.all().delete()
    load_shipped_catalog()
    assert said() == {("29-2010", names), names}
    assert set(models.Statistic.objects.exclude(group_code="").values_list("occupation__code", flat=True)) == {
        *("13-2022", "13-2023"),
        *("25-9042", "25-9043", "25-9049"),
        "29-2012",
    }
