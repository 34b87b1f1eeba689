"""The searchable picture of the catalog that each process keeps in memory, and how it follows the database."""

import gc
import logging
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
from django.conf import settings
from django.db import connection

from programs.choices import ChangeScope
from programs.models import CatalogChange, CatalogRevision, Certification, Program, ProgramCertification
from programs.wording import alphabetical

from ..arrays import Floats64, Int16s, Int32s, Int64s, Ints, Mask
from ..careers import CareerNames
from ..filters import CONDITIONS
from ..geo import Point, miles_between
from ..kinds import Choices, Level
from ..text.index import TextIndex
from ..text.suggesting import Names, Suggester
from .columns import Columns
from .loading import SchoolRow, Vocabulary, load_columns
from .reference import Reference, load_reference

logger = logging.getLogger(__name__)

PATCHED_AT_MOST = 2_000
"""Changed programs that are patched in at once; reading more takes longer than a person should wait."""

Revision = tuple[int, str]
Sortable = TypeVar("Sortable", str, tuple[str, str])


class Axis:
    """Records in the order of their positions. ``ranks`` sorts their choices, lowest first, where not all are alike.

    A record that changed stands twice; the later place is its own, and no program is at the earlier one.
    """

    def __init__(self, keys: list[str], names: list[str], ranks: Ints | None = None):
        self.keys, self.ranks = keys, ranks
        self._at = {key: at for at, key in enumerate(keys)}
        self._names = names

    def positions(self, keys: Iterable[str]) -> Int32s:
        """Where the records with these keys stand; unknown ones are left out."""
        return np.array([self._at[key] for key in keys if key in self._at], dtype=np.int32)

    def known(self, keys: Iterable[str]) -> set[str]:
        return {key for key in keys if key in self._at}

    def label(self, key: str) -> str:
        """What people call the record; the key itself where there is none."""
        return self._names[self._at[key]] if key in self._at else key


@dataclass(frozen=True)
class Snapshot:
    """The catalog at one revision. Never changed once made: readers keep theirs while a newer one is put in place."""

    revision: Revision
    columns: Columns
    vocabulary: Vocabulary
    reference: Reference
    text: TextIndex
    names: Names
    """The names that suggestions are made of."""
    careers: CareerNames
    school_count: int
    """How many of the vocabulary's schools this snapshot knows; the vocabulary may have grown since."""

    @classmethod
    def build(cls) -> "Snapshot":
        """Read the whole catalog. The revision is read first: what commits meanwhile is patched in afterwards."""
        started = time.monotonic()
        revision = read_revision()
        reference = load_reference()
        vocabulary = Vocabulary()
        vocabulary.load_schools()
        vocabulary.load_certifications()
        columns = load_columns(vocabulary, reference)
        snapshot = cls(
            revision=revision,
            columns=columns,
            vocabulary=vocabulary,
            reference=reference,
            text=TextIndex.build(vocabulary, reference, columns),
            names=Names.of(vocabulary, reference),
            careers=CareerNames.of(reference),
            school_count=len(vocabulary.schools),
        )
        gc.freeze()  # a snapshot's many small objects live on; the collector need not walk them again and again
        logger.info("Search snapshot of %d programs built in %.1f s", columns.size, time.monotonic() - started)
        return snapshot

    def patched(self, ids: set[int], schools: set[int], certifications: set[int], revision: Revision) -> "Snapshot":
        """This snapshot with the programs of ``ids`` read again, and the given schools and certifications."""
        for known, changed in (
            (self.vocabulary.school_at, schools),
            (self.vocabulary.certification_at, certifications),
        ):
            for pk in changed:
                known.pop(pk, None)
        self.vocabulary.load_schools(schools)
        self.vocabulary.load_certifications(certifications)
        fresh = load_columns(self.vocabulary, self.reference, ids)
        return Snapshot(
            revision=revision,
            columns=self.columns.without(ids).plus(fresh),
            vocabulary=self.vocabulary,
            reference=self.reference,
            text=self.text.plus(self.vocabulary),
            names=Names.of(self.vocabulary, self.reference) if schools or certifications else self.names,
            careers=self.careers,
            school_count=len(self.vocabulary.schools),
        )

    @property
    def schools(self) -> list[SchoolRow]:
        return self.vocabulary.schools[: self.school_count]

    @cached_property
    def school_codes(self) -> dict[str, Int16s]:
        """By column of a school, the number of the choice that each school holds; one past the last for none."""
        return {
            part.column: np.array([_code(part.values, getattr(row, part.column)) for row in self.schools], np.int16)
            for part in CONDITIONS.values()
            if isinstance(part, Choices) and part.level is Level.SCHOOL
        }

    @cached_property
    def school_latitude(self) -> Floats64:
        return np.array([row.latitude for row in self.schools], dtype=np.float64)  # None is NaN

    @cached_property
    def school_longitude(self) -> Floats64:
        return np.array([row.longitude for row in self.schools], dtype=np.float64)

    @cached_property
    def is_sample(self) -> Mask:
        """The programs of invented schools, which come after all real ones in every order."""
        is_sample = np.array([row.is_fictional for row in self.schools], dtype=bool)
        return is_sample[self.columns.school]

    @cached_property
    def alphabetical(self) -> Int64s:
        """Each program's place in the order of name, school and award, whatever order they were entered in."""
        names = _places([alphabetical(name) for name in self.vocabulary.names])
        schools = _places([(alphabetical(row.name), row.slug) for row in self.schools])
        columns = self.columns
        order = np.lexsort((columns.id, columns.tie, columns.level, schools[columns.school], names[columns.name]))
        places = np.empty(columns.size, dtype=np.int64)
        places[order] = np.arange(columns.size)
        return places

    @cached_property
    def axes(self) -> dict[str, Axis]:
        """The records that long filters choose among, by the filter's name.

        Job titles and occupations come in ranks: our editors' own titles first, the general ones last.
        """
        reference, certifications = self.reference, self.vocabulary.certifications
        of_jobs = np.where(reference.job_is_curated, 0, np.where(reference.job_is_general, 2, 1))
        of_occupations = reference.occupation_is_general.astype(np.int8)
        return {
            "field": Axis(reference.field_codes, reference.field_titles),
            "certification": Axis([row.slug for row in certifications], [row.short_name for row in certifications]),
            "job": Axis(reference.job_slugs, reference.job_names, of_jobs),
            "occupation": Axis(reference.occupation_codes, reference.occupation_titles, of_occupations),
            "school": Axis([row.slug for row in self.schools], [row.label for row in self.schools]),
        }

    @cached_property
    def suggester(self) -> Suggester:
        return Suggester(self.names, self)

    def miles_to_schools(self, center: Point) -> Floats64:
        return miles_between(center, self.school_latitude, self.school_longitude)

    def warmed(self) -> "Snapshot":
        """Compute now what the first query would otherwise wait for."""
        for name, value in vars(type(self)).items():
            if isinstance(value, cached_property) and name != "suggester":
                getattr(self, name)
        return self


def _code(values: list[str], value: str) -> int:
    return values.index(value) if value in values else len(values)


def _places(keys: Sequence[Sortable]) -> Int32s:
    """Each key's place in their sorted order; equal keys share one."""
    place = {key: at for at, key in enumerate(sorted(set(keys)))}
    return np.array([place[key] for key in keys], dtype=np.int32)


def read_revision() -> Revision:
    """The catalog's present revision: one statement. An empty database has none: (0, "")."""
    return CatalogRevision.objects.values_list("number", "token").first() or (0, "")


_lock = threading.Lock()
_snapshot: Snapshot | None = None
_builder: threading.Thread | None = None


def current() -> Snapshot | None:
    """The snapshot to answer from, or None where none can be had; the caller then asks the database.

    Raises what the database raises when not even the revision can be read.
    """
    revision = read_revision()
    if _snapshot is not None and _snapshot.revision == revision:
        return _snapshot
    with _lock:
        try:
            return _catch_up(read_revision())
        except Exception:  # whatever it is, the database can still answer
            logger.exception("The search snapshot could not be brought up to date")
            return None


def remembered() -> Snapshot | None:
    """The last snapshot that this process had, however old; asks the database for nothing."""
    return _snapshot


def _catch_up(revision: Revision) -> Snapshot | None:
    global _snapshot
    if _snapshot is not None:
        if _snapshot.revision == revision:
            return _snapshot
        if (patched := _patch(_snapshot, revision)) is not None:
            _snapshot = patched.warmed()
            return _snapshot
    if Program.objects.count() <= settings.SEARCH_BUILD_INLINE:
        _snapshot = Snapshot.build().warmed()
        return _snapshot
    _build_in_background()
    return _snapshot


def _patch(snapshot: Snapshot, revision: Revision) -> Snapshot | None:
    """The snapshot brought up to date by reading what changed, or None when it must be built anew.

    That is so when the whole catalog changed, when too much did, and when the snapshot's own revision is not among
    the database's past ones: then the database was restored from another copy, or its changes were pruned.
    """
    number, token = snapshot.revision
    if not CatalogChange.objects.filter(number=number, token=token).exists():
        return None
    changes = list(
        CatalogChange.objects.filter(number__gt=number)
        .values_list("scope", "object_id", "number")
        .order_by("number")[: PATCHED_AT_MOST + 1]
    )
    if not changes or len(changes) > PATCHED_AT_MOST or any(scope == ChangeScope.CATALOG for scope, _, _ in changes):
        return None
    changed = {scope: {pk for kind, pk, _ in changes if kind == scope and pk is not None} for scope in ChangeScope}
    programs = set(changed[ChangeScope.PROGRAM])
    programs.update(
        Program.objects.filter(organization__in=changed[ChangeScope.ORGANIZATION]).values_list("pk", flat=True)
    )
    certifications = changed[ChangeScope.CERTIFICATION] | set(
        Certification.objects.filter(issuer__in=changed[ChangeScope.ORGANIZATION]).values_list("pk", flat=True)
    )
    programs.update(
        ProgramCertification.objects.filter(certification__in=certifications).values_list("program_id", flat=True)
    )
    if len(programs) > PATCHED_AT_MOST:
        return None
    # Programs that were under a changed school or certification and are no longer have changes of their own.
    last = changes[-1][2]
    if last != revision[0]:  # more was committed since the revision was read: the next request takes it in
        revision = (last, CatalogChange.objects.values_list("token", flat=True).get(number=last))
    return snapshot.patched(programs, changed[ChangeScope.ORGANIZATION], certifications, revision)


def _build_in_background() -> None:
    global _builder
    if _builder is None or not _builder.is_alive():
        _builder = threading.Thread(target=_build, name="search-snapshot", daemon=True)
        _builder.start()


def _build() -> None:
    global _snapshot
    try:
        built = Snapshot.build().warmed()
        with _lock:
            _snapshot = built
    except Exception:  # the thread's last stand: the database or the older snapshot keeps answering
        logger.exception("The search snapshot could not be built")
    finally:
        connection.close()


def forget() -> None:
    """Drop the snapshot of this process; the next search reads the catalog anew."""
    global _snapshot
    with _lock:
        _snapshot = None
