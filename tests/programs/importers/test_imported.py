"""What importers declare that they write."""

import pytest
from django.apps import apps

from programs.importers import statistics
from programs.importers.imported import IMPORTED_COLUMNS
from programs.importers.run import SOURCES
from programs.importers.sync import Target
from programs.models.base import Imported

TARGETS = {
    f"{module.__name__.rpartition('.')[2]}.{name}": target
    for module in (*SOURCES.values(), statistics)
    for name, target in vars(module).items()
    if isinstance(target, Target)
}


def columns_of(model):
    return {field.attname for field in model._meta.concrete_fields}


def test_every_record_that_may_be_imported_has_a_digest_of_columns_it_has():
    models = apps.get_app_config("programs").get_models()
    assert set(IMPORTED_COLUMNS) == {model for model in models if issubclass(model, Imported)}
    assert [model for model, columns in IMPORTED_COLUMNS.items() if not columns_of(model) >= set(columns)] == []


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_names_columns_of_its_model(name):
    target = TARGETS[name]
    named = [*target.key, *target.columns]
    assert len(named) == len(set(named))
    assert columns_of(target.model) >= set(named)


@pytest.mark.parametrize("name", [name for name, target in TARGETS.items() if target.model in IMPORTED_COLUMNS])
def test_what_is_written_and_people_may_edit_is_in_the_digest(name):
    target = TARGETS[name]
    editable = {field.attname for field in target.model._meta.concrete_fields if field.editable}
    assert editable & set(target.columns) <= set(IMPORTED_COLUMNS[target.model])
