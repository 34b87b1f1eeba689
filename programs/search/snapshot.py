"""The searchable picture of the catalog that each process keeps in memory, and how it follows the database."""

import gc
import logging
import threading
import time
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from django.conf import settings
from django.db import connection

from programs.choices import ChangeScope
from programs.models import CatalogChange, CatalogRevision, Certification, Program, ProgramCertification
from programs.wording import alphabetical

from .career_names import CareerNames
from .columns import CONTROLS, Columns
from .geo import miles_between
from .loading import Vocabulary, load_columns, school_label
from .reference import Reference, load_reference
from .suggesting import Names, Suggester
from .text import TextIndex

logger = logging.getLogger(__name__)

PATCHED_AT_MOST = 2_000
"""Changed programs that are patched in at once; reading more takes longer than a person should wait."""

Revision = tuple[int, str]


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
    def schools(self) -> list[tuple]:
        return self.vocabulary.schools[: self.school_count]

    @cached_property
    def school_slugs(self) -> list[str]:
        return [row[1] for row in self.schools]

    @cached_property
    def certification_slugs(self) -> list[str]:
        return [row[1] for row in self.vocabulary.certifications]

    @cached_property
    def states(self) -> list[str]:
        return sorted({row[6] for row in self.schools})

    @cached_property
    def school_state(self) -> np.ndarray:
        at = {state: at for at, state in enumerate(self.states)}
        return np.array([at[row[6]] for row in self.schools], dtype=np.int16)

    @cached_property
    def school_control(self) -> np.ndarray:
        return np.array([CONTROLS.index(row[7]) for row in self.schools], dtype=np.int8)

    @cached_property
    def school_latitude(self) -> np.ndarray:
        return np.array([np.nan if row[8] is None else row[8] for row in self.schools], dtype=np.float64)

    @cached_property
    def school_longitude(self) -> np.ndarray:
        return np.array([np.nan if row[9] is None else row[9] for row in self.schools], dtype=np.float64)

    @cached_property
    def is_sample(self) -> np.ndarray:
        """The programs of invented schools, which come after all real ones in every order."""
        return np.array([row[10] for row in self.schools], dtype=bool)[self.columns.school]

    @cached_property
    def alphabetical(self) -> np.ndarray:
        """Each program's place in the order of name, school and award, whatever order they were entered in."""
        names = _places([alphabetical(name) for name in self.vocabulary.names])
        schools = _places([(alphabetical(row[2]), row[1]) for row in self.schools])
        columns = self.columns
        order = np.lexsort((columns.id, columns.tie, columns.level, schools[columns.school], names[columns.name]))
        places = np.empty(columns.size, dtype=np.int64)
        places[order] = np.arange(columns.size)
        return places

    @cached_property
    def _position_of_job(self) -> dict[str, int]:
        return {slug: at for at, slug in enumerate(self.reference.job_slugs)}

    @cached_property
    def _position_of_occupation(self) -> dict[str, int]:
        return {code: at for at, code in enumerate(self.reference.occupation_codes)}

    @cached_property
    def labels(self) -> dict[str, dict[str, str]]:
        """What people call the values of the long facets."""
        reference = self.reference
        return {
            "field": dict(zip(reference.field_codes, reference.field_titles, strict=True)),
            "certification": {row[1]: row[3] or row[2] for row in self.vocabulary.certifications},
            "job": dict(zip(reference.job_slugs, reference.job_names, strict=True)),
            "occupation": dict(zip(reference.occupation_codes, reference.occupation_titles, strict=True)),
            "school": {row[1]: school_label(row) for row in self.schools},
        }

    @cached_property
    def rank(self) -> dict[str, np.ndarray]:
        """Job titles and occupations in ranks: our editors' own job titles first, the general ones last."""
        reference = self.reference
        return {
            "job": np.where(reference.job_is_curated, 0, np.where(reference.job_is_general, 2, 1)),
            "occupation": reference.occupation_is_general,
        }

    @cached_property
    def suggester(self) -> Suggester:
        return Suggester(self.names, self)

    def positions_of_jobs(self, slugs) -> np.ndarray:
        return np.array(
            [self._position_of_job[slug] for slug in slugs if slug in self._position_of_job], dtype=np.int32
        )

    def positions_of_occupations(self, codes) -> np.ndarray:
        known = self._position_of_occupation
        return np.array([known[code] for code in codes if code in known], dtype=np.int32)

    def fields_under(self, prefixes) -> np.ndarray:
        """A mask of the fields whose CIP code starts with one of ``prefixes``, with one False more at the end."""
        return np.array(
            [code.startswith(tuple(prefixes)) for code in self.reference.field_codes] + [False], dtype=bool
        )

    def miles_to_schools(self, center) -> np.ndarray:
        return miles_between(center, self.school_latitude, self.school_longitude)

    def warmed(self) -> "Snapshot":
        """Compute now what the first query would otherwise wait for."""
        for name, value in vars(type(self)).items():
            if isinstance(value, cached_property) and name != "suggester":
                getattr(self, name)
        return self


def _places(keys: list) -> np.ndarray:
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
    changed = {scope: {pk for kind, pk, _ in changes if kind == scope} for scope in ChangeScope}
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
