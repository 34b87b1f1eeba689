"""Finds careers by what people call them: job titles and occupations, by any reported or alternate title."""

import re
from dataclasses import dataclass

from django.db.models import Q, TextField
from django.db.models.functions import Cast

from programs.models import JobTitle, Occupation, OccupationTitle

from .words import CODE, query_words, stem, tokens_of, words_of

EXACT, NAMED, ALIKE = range(3)
"""How a title holds the words, the best first: it is the words, has them as they are, has their stems or more."""

ANOTHER_TITLE = 2
"""Added where it is not the career's own name that holds them, unless another title is exactly the words."""

IN_BRACKETS = re.compile(r"\(([^)]*)\)")


@dataclass(frozen=True)
class Found:
    """A job title or an occupation; ``called`` is the other title that matched, empty when its own name did."""

    target: JobTitle | Occupation
    rank: int
    called: str = ""


def find_careers(text: str, *, most: int = 60) -> tuple[list[Found], list[Found]]:
    """The job titles and the occupations that ``text`` names, each best first and at most ``most``.

    Every word must be in one title: as itself, by its stem, or as the beginning of a word. Four statements.
    """
    words = [word.lower() for word in query_words(text)]
    if not words:
        return [], []
    asked = _Asked(words)
    return _job_titles(asked)[:most], _occupations(asked)[:most]


class _Asked:
    """The words of a query, and how well a title answers them."""

    def __init__(self, words: list[str]):
        self.words = words
        self.whole = " ".join(words)
        self.stems = [stem(word) for word in words]
        # What both the word and its stem begin with finds "nurse" for "nursing" in the database.
        self.beginnings = [_common_start(word, root) for word, root in zip(words, self.stems, strict=True)]

    def condition(self, *columns: str) -> Q:
        """Rows of which one of ``columns`` holds every word, roughly; ``rank`` decides."""
        condition = Q()
        for column in columns:
            held = Q()
            for beginning in self.beginnings:
                held &= Q(**{f"{column}__icontains": beginning})
            condition |= held
        return condition

    def rank(self, title: str) -> int | None:
        """EXACT, NAMED or ALIKE, or None where ``title`` does not hold every word."""
        names = [title, IN_BRACKETS.sub(" ", title), *IN_BRACKETS.findall(title)]
        if any(" ".join(name.lower().split()) == self.whole for name in names):
            return EXACT
        if set(self.words) <= {token.lower() for token in tokens_of(title)}:
            return NAMED
        tokens = words_of(title)
        for word, root in zip(self.words, self.stems, strict=True):
            if not any(token in (word, root) or (len(word) > 2 and token.startswith(word)) for token in tokens):
                return None
        return ALIKE


def _common_start(word: str, other: str) -> str:
    length = next((at for at, pair in enumerate(zip(word, other, strict=False)) if pair[0] != pair[1]), None)
    return word[: min(len(word), len(other)) if length is None else length]


def _job_titles(asked: _Asked) -> list[Found]:
    rows = JobTitle.objects.published().alias(other_names=Cast("aliases", TextField()))
    found = []
    for row in rows.filter(asked.condition("name", "other_names")):
        if (match := _best(asked, row.name, row.aliases)) is not None:
            found.append(Found(row, *match))
    return sorted(found, key=lambda hit: (hit.rank, not hit.target.is_curated, len(hit.target.name), hit.target.name))


def _occupations(asked: _Asked) -> list[Found]:
    codes = [word for word in asked.words if CODE.fullmatch(word)]
    found, called = {}, {}
    for occupation in Occupation.objects.filter(asked.condition("title") | Q(code__in=codes)):
        rank = EXACT if occupation.code in codes else asked.rank(occupation.title)
        if rank is not None:
            found[occupation.pk] = Found(occupation, rank)
    titles = OccupationTitle.objects.filter(asked.condition("title")).values_list("occupation_id", "title")
    for pk, title in titles:
        if (rank := asked.rank(title)) is not None:
            called.setdefault(pk, []).append((rank and rank + ANOTHER_TITLE, len(title), title))
    better = {pk: min(hits) for pk, hits in called.items() if pk not in found or min(hits)[0] < found[pk].rank}
    for occupation in Occupation.objects.filter(pk__in=better):
        rank, _, title = better[occupation.pk]
        found[occupation.pk] = Found(occupation, rank, title)
    return sorted(found.values(), key=lambda hit: (hit.rank, -len(called.get(hit.target.pk, ())), hit.target.code))


def _best(asked: _Asked, name: str, aliases: list[str]) -> tuple[int, str] | None:
    """(rank, the alias that matched) of a job title; its own name wins over an alias of the same rank."""
    rank = asked.rank(name)
    hits = [] if rank is None else [(rank, 0, "")]
    for alias in aliases:
        if (rank := asked.rank(alias)) is not None:
            hits.append((rank and rank + ANOTHER_TITLE, len(alias), alias))
    if not hits:
        return None
    rank, _, called = min(hits)
    return rank, called
