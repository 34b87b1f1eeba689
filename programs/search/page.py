"""What a search answers: the shapes that the results page, the tests and scripts read."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a facet. ``count`` is the number of distinct programs it would leave; None without a snapshot."""

    value: str
    label: str
    count: int | None
    selected: bool = False


@dataclass(frozen=True, slots=True)
class Facet:
    """The choices of one filter, best first. ``hidden`` more choices exist that are not listed."""

    name: str
    label: str
    choices: tuple[Choice, ...]
    hidden: int = 0


@dataclass(frozen=True, slots=True)
class FacetPage:
    """All choices of one long filter, in groups (heading, choices) of which the best come first.

    ``hidden`` more exist that are not listed; ``counted`` is False where no snapshot could count any.
    """

    label: str
    groups: tuple[tuple[str, tuple[Choice, ...]], ...] = ()
    hidden: int = 0
    counted: bool = False


@dataclass(frozen=True, slots=True)
class Correction:
    """``typed`` was read as ``used`` because the catalog has no such word."""

    typed: str
    used: str


@dataclass(frozen=True, slots=True)
class Remedy:
    """A way out of zero results: dropping ``label`` would bring ``total`` programs."""

    name: str
    label: str
    values: tuple[str, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Match:
    """Why a program matched: ``words`` of the query found in ``place`` ("name", "certification CPB")."""

    words: str
    place: str


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of results. ``ids`` are program ids in order; ``total`` and counts are None without a snapshot."""

    ids: tuple[int, ...]
    total: int | None
    number: int
    pages: int
    has_next: bool
    facets: tuple[Facet, ...] = ()
    correction: Correction | None = None
    remedies: tuple[Remedy, ...] = ()
    matches: dict[int, tuple[Match, ...]] = field(default_factory=dict)
    distances: dict[int, float] = field(default_factory=dict)
    """Miles from the chosen ZIP to the school, by program id."""
    elsewhere: int | None = None
    """How many online programs of schools elsewhere ``anywhere=1`` would add to the chosen place."""

    @property
    def from_snapshot(self) -> bool:
        return self.total is not None
