"""What a migration makes of a catalog that an older release loaded."""

from hashlib import blake2b
from json import dumps

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from programs.importers.imported import digest_of
from programs.models import JobTitleOccupation, Offering, PathwayStep, Program

OLD = [("programs", "0002_constraint_messages")]


@pytest.fixture
def old_apps(transactional_db):
    """The models of the older release; the newest tables are back afterwards."""
    MigrationExecutor(connection).migrate(OLD)
    yield MigrationExecutor(connection).loader.project_state(OLD).apps
    migrate_all()


def migrate_all():
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def test_true_statements(old_apps):
    def make(model, **values):
        return old_apps.get_model("programs", model).objects.create(**values)

    field = make("FieldOfStudy", code="51.0713", title="Coding")
    school = make("Organization", name="School", slug="school")
    program = make("Program", organization=school, field=field, name="Coding", slug="coding", status="published")
    listed = make("Program", organization=school, field=field, name="Billing", slug="billing", import_key="ipeds:1:2")
    online = {"program": program, "modality": "online", "modality_basis": "family_flag", "source_id": None}
    digest = blake2b(dumps(["online", "family_flag", None, None, "unknown", None]).encode(), digest_size=16)
    imported = make("Offering", **online, import_key="ipeds:1", import_digest=digest.hexdigest())
    edited = make("Offering", **online, import_key="ipeds:2", import_digest="0" * 32)
    coders = make("Occupation", code="29-2072", title="Medical Records Specialists")
    editor = old_apps.get_model("portal", "User").objects.create(email="editor@example.org")
    history = old_apps.get_model("programs", "HistoricalJobTitle").objects
    links = {}
    for slug, import_key, person in (
        ("shipped", None, None),
        ("reported", "onet:reported", None),
        ("ours", None, editor),
    ):
        title = make("JobTitle", name=slug, slug=slug, import_key=import_key)
        links[slug] = make("JobTitleOccupation", job_title=title, occupation=coders, is_primary=True)
        columns = {"id": title.pk, "name": slug, "slug": slug, "history_date": "2026-11-01T00:00Z"}
        history.create(**columns, history_type="~", history_user=person)
    guide = make("Guide", slug="medical-assisting", title="Guide")
    steps = [
        make("PathwayStep", guide=guide, order=order, kind="education", title=title, required=required)
        for order, (title, required) in enumerate(
            [("Finish school", True), ("Build on it", False), ("Complete a medical assisting program", True)]
        )
    ]

    migrate_all()

    found = Offering.objects.in_bulk([imported.pk, edited.pk])
    assert {(row.modality, row.modality_basis) for row in found.values()} == {("unknown", "family_flag")}
    assert found[imported.pk].import_digest == digest_of(found[imported.pk])  # still as an import left it
    assert found[edited.pk].import_digest == "0" * 32
    assert dict(Program.objects.values_list("pk", "language")) == {program.pk: "en", listed.pk: ""}
    chosen = JobTitleOccupation.objects.in_bulk([link.pk for link in links.values()])
    assert [chosen[links[slug].pk].chosen_by for slug in links] == ["catalog", "import", "editor"]
    needs = dict(PathwayStep.objects.values_list("pk", "need"))
    assert [needs[step.pk] for step in steps] == ["required", "optional", "usual"]

    MigrationExecutor(connection).migrate(OLD)
    old = MigrationExecutor(connection).loader.project_state(OLD).apps
    assert set(old.get_model("programs", "Offering").objects.values_list("modality", flat=True)) == {"online"}
    assert list(
        old.get_model("programs", "PathwayStep").objects.order_by("order").values_list("required", flat=True)
    ) == [
        *(True, False, True),
    ]
