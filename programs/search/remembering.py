"""The results while the database is away: from the last snapshot of this process, however old it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from django.core.exceptions import ValidationError

from . import engine
from .filterset import ProgramFilterSet, SearchForm
from .index import snapshot
from .index.columns import LEVELS
from .index.loading import SchoolRow
from .index.snapshot import Snapshot
from .page import SearchPage
from .records import KeysField


class RememberedForm(SearchForm):
    def clean_zip(self) -> str:
        if self.cleaned_data["zip"]:
            raise ValidationError("ZIP codes cannot be looked up at the moment.")
        return ""


class RememberedFilterSet(ProgramFilterSet):
    """The same filters; the records that they name are looked up in a snapshot."""

    class Meta(ProgramFilterSet.Meta):
        form = RememberedForm

    def __init__(self, data: Mapping[str, Any], last: Snapshot):
        super().__init__(data)
        for name, field in self.form.fields.items():
            if isinstance(field, KeysField):
                field.existing = last.axes[name].known


class RememberedProgram(NamedTuple):
    """What a snapshot knows of a program."""

    name: str
    award_level: int | None
    school: SchoolRow


@dataclass(frozen=True, slots=True)
class Remembered:
    """``programs`` holds those of ``page``, by id."""

    filterset: RememberedFilterSet
    page: SearchPage
    programs: dict[int, RememberedProgram]


def can_remember() -> bool:
    return snapshot.remembered() is not None


def remembered(data: Mapping[str, Any], *, page: int = 1) -> Remembered | None:
    """The results for ``data``, parameters of an address; None where this process has no snapshot.

    Asks the database for nothing.
    """
    last = snapshot.remembered()
    if last is None:
        return None
    filterset = RememberedFilterSet(data, last)
    found = engine.search(filterset.to_query(page=page), last)
    return Remembered(filterset, found, {pk: _program(last, pk) for pk in found.ids})


def _program(last: Snapshot, pk: int) -> RememberedProgram:
    columns = last.columns
    at = int(np.flatnonzero(columns.id == pk)[0])
    return RememberedProgram(
        name=last.vocabulary.names[columns.name[at]],
        award_level=LEVELS[columns.level[at]],
        school=last.schools[columns.school[at]],
    )
