"""Every table in the admin: reachable, quick with any number of rows, nothing chosen from a list of a whole table."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteMixin
from django.db import connection
from django.forms import ModelChoiceField
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from programs import models
from tests import factories
from tests.factories import client_for

pytestmark = [pytest.mark.django_db, pytest.mark.walk]

READ_ONLY = {models.ImportRun, models.ZipCentroid}
NOT_REGISTERED = {models.CatalogChange, models.CatalogRevision, models.FormerAddress, models.UndoStep}
ADMINS = {
    model: model_admin
    for model, model_admin in admin.site._registry.items()
    if model.__module__.startswith("programs.")
}
BY_NAME = pytest.mark.parametrize("model", ADMINS, ids=lambda model: model._meta.model_name)


def make_zip():
    return factories.make_zip(f"{44000 + models.ZipCentroid.objects.count()}")


def make_import_run():
    return models.ImportRun.objects.create(
        source="ipeds",
        file_name="hd2024.csv",
        file_hash="0" * 64,
        counts={"programs": {"new": 2000, "invalid": 1}, "schools": 3},
        report=[{"table": "programs", "kind": "invalid", "line": row, "text": "no school"} for row in range(1, 301)],
    )


def make_field():
    return factories.make_field(parent=factories.make_field())


def make_occupation_detail():
    values = {"occupation": factories.make_occupation(), "source": factories.make_source()}
    return models.OccupationDetail.objects.create(kind="task", text="Weld.", rank=1, **values)


def make_program():
    program = factories.make_offering().program
    factories.make_program_certification(program)
    factories.make_career_link(program=program)
    return program


def make_offering():
    offering = factories.make_cost().offering
    factories.make_start_date(offering=offering)
    return offering


def make_certification():
    whole = factories.make_certification(website="https://issuer.example/")
    certification = factories.make_requirement(certification=whole).certification
    factories.make_career_link(certification=certification)
    return certification


def make_guide():
    guide = factories.make_guide_item(job_title=factories.make_job_title()).guide
    factories.make_pathway_step(guide=guide, title="Sit the exam", certification=factories.make_certification())
    return guide


MAKERS = {
    models.Accreditation: factories.make_accreditation,
    models.CareerLink: factories.make_career_link,
    models.Certification: make_certification,
    models.Crosswalk: factories.make_crosswalk,
    models.FieldOfStudy: make_field,
    models.Guide: make_guide,
    models.ImportRun: make_import_run,
    models.JobTitle: lambda: factories.make_job_title(occupation=factories.make_occupation()),
    models.Occupation: factories.make_occupation,
    models.OccupationDetail: make_occupation_detail,
    models.OccupationTitle: factories.make_occupation_title,
    models.Offering: make_offering,
    models.Organization: factories.make_organization,
    models.Program: make_program,
    models.ProgramCertification: factories.make_program_certification,
    models.Source: factories.make_source,
    models.Statistic: factories.make_statistic,
    models.ZipCentroid: make_zip,
}


def address(model, page: str, *args) -> str:
    return reverse(f"admin:programs_{model._meta.model_name}_{page}", args=args)


def related_fields(model_or_inline_model):
    meta = model_or_inline_model._meta
    return [field for field in (*meta.fields, *meta.many_to_many) if field.remote_field]


def test_every_table_is_in_the_admin():
    shown = set(ADMINS) | {inline.model for model_admin in ADMINS.values() for inline in model_admin.inlines}
    tables = {model for model in apps.get_app_config("programs").get_models() if not hasattr(model, "history_object")}
    assert tables - shown == NOT_REGISTERED
    assert set(MAKERS) == set(ADMINS)


@BY_NAME
def test_no_relation_is_a_list_of_a_whole_table(model, admin):
    request = RequestFactory().get("/")
    request.user = admin
    model_admin = ADMINS[model]
    forms = [model_admin.get_form(request)]
    forms += [formset.form for formset, inline in model_admin.get_formsets_with_inlines(request)]
    for form in forms:
        for name, field in form.base_fields.items():
            if isinstance(field, ModelChoiceField):
                widget = getattr(field.widget, "widget", field.widget)
                assert isinstance(widget, AutocompleteMixin), f"{form._meta.model.__name__}.{name}"


@BY_NAME
def test_every_relation_is_found_by_typing(model, editor):
    client = client_for(editor)
    MAKERS[model]()
    for source in [model, *(inline.model for inline in ADMINS[model].inlines)]:
        for field in related_fields(source):
            query = {"app_label": "programs", "model_name": source._meta.model_name, "field_name": field.name}
            answer = client.get("/admin/autocomplete/", {**query, "term": ""})
            assert answer.status_code == 200
            assert len(answer.json()["results"]) == min(field.related_model.objects.count(), 20)
            assert client.get("/admin/autocomplete/", {**query, "term": "no such thing"}).json()["results"] == []


def statements(client, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


@BY_NAME
def test_a_list_costs_the_same_with_one_row_and_with_three(model, admin):
    client = client_for(admin)
    MAKERS[model]()
    first = statements(client, address(model, "changelist"))
    MAKERS[model]()
    MAKERS[model]()
    assert model.objects.count() >= 3
    assert statements(client, address(model, "changelist")) == first
    assert first <= 8


@BY_NAME
def test_search_takes_any_text(model, admin):
    client = client_for(admin)
    MAKERS[model]()
    for term in ("a", "two words", "51.07", "29-2072", "%_\\'\"", "x" * 5000, "\x00"):
        assert client.get(address(model, "changelist"), {"q": term}).status_code == 200


@BY_NAME
def test_every_filter_and_column_works(model, admin):
    client = client_for(admin)
    MAKERS[model]()
    page = client.get(address(model, "changelist"))
    changelist = page.context["cl"]
    queries = [choice["query_string"] for spec in changelist.filter_specs for choice in spec.choices(changelist)]
    queries += [f"?o={number}" for number in range(1, len(changelist.list_display))]
    for query in queries:
        answer = client.get(address(model, "changelist") + query)
        # A filter that is not understood is dropped by a redirect to ?e=1.
        assert answer.status_code == 200, query


@BY_NAME
def test_forms_open(model, editor):
    client = client_for(editor)
    record = MAKERS[model]()
    assert client.get(address(model, "change", record.pk)).status_code == 200
    assert client.get(address(model, "add")).status_code == (403 if model in READ_ONLY else 200)
    assert client.get(address(model, "history", record.pk)).status_code == 200


@pytest.mark.parametrize("model", sorted(ADMINS.keys() - READ_ONLY, key=str), ids=lambda model: model._meta.model_name)
def test_a_form_saved_as_it_is_changes_nothing(model, editor):
    client = client_for(editor)
    record = MAKERS[model]()
    record.refresh_from_db()
    before = {field.attname: getattr(record, field.attname) for field in record._meta.concrete_fields}
    values = form_values(client.get(address(model, "change", record.pk)))
    answer = client.post(address(model, "change", record.pk), values)
    assert answer.status_code == 302, answer.context["errors"]
    record.refresh_from_db()
    assert {field.attname: getattr(record, field.attname) for field in record._meta.concrete_fields} == before


def form_values(page) -> dict:
    """What a browser would send back from a form page that nobody touched."""
    forms = [page.context["adminform"].form]
    for inline in page.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    values = {}
    for form in forms:
        for field in form:
            value = field.value()
            if isinstance(value, list):
                values[field.html_name] = [str(entry) for entry in value]
            elif value is not None and value is not False:
                values[field.html_name] = str(value)
    return values


@pytest.mark.parametrize("model", sorted(READ_ONLY, key=str), ids=lambda model: model._meta.model_name)
def test_imports_and_zips_are_for_reading(model, admin):
    client = client_for(admin)
    record = MAKERS[model]()
    assert client.post(address(model, "add"), {}).status_code == 403
    assert client.post(address(model, "change", record.pk), {}).status_code == 403
    assert client.post(address(model, "delete", record.pk), {"post": "yes"}).status_code == 403


def test_import_run_shows_its_first_lines(admin):
    page = client_for(admin).get(address(models.ImportRun, "change", make_import_run().pk)).content.decode()
    assert "programs: 2,000 new, 1 invalid; schools: 3 new" in page
    assert "programs, invalid, line 200: no school" in page
    assert "line 201: no school" not in page
    assert "100 more lines are kept with the run." in page


def test_nothing_is_deleted_in_bulk(admin):
    client = client_for(admin)
    for model in ADMINS:
        MAKERS[model]()
        choices = client.get(address(model, "changelist")).content.decode()
        assert "delete_selected" not in choices


def test_what_is_in_use_is_not_deleted(admin):
    client = client_for(admin)
    program = factories.make_program()
    for record in (program.field, program.organization):
        assert client.get(address(type(record), "delete", record.pk)).status_code == 403
        assert client.get(address(type(record), "change", record.pk)).context["has_delete_permission"] is False
    for record in (program, program.organization):
        assert client.post(address(type(record), "delete", record.pk), {"post": "yes"}).status_code == 302
    assert not models.Organization.objects.exists()


@pytest.mark.parametrize("person", ["visitor", "student", "advisor"])
def test_others_stay_out(person, request):
    user = request.getfixturevalue(person)
    client = user if person == "visitor" else client_for(user)
    record = factories.make_program()
    for url in (
        address(models.Program, "changelist"),
        address(models.Program, "change", record.pk),
        address(models.Program, "history", record.pk),
        "/admin/autocomplete/?app_label=programs&model_name=offering&field_name=program",
    ):
        assert client.get(url).status_code == 302
