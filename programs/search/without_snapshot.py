"""Answers from the database where no snapshot can be had: the same programs, by name, without counts; and careers."""

from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, TextField, When
from django.db.models.functions import Cast, Length

from programs.models import JobTitle, Occupation, OccupationTitle, Program

from .careers import CAREERS_A_PAGE, CareerPage, Found, pages_of
from .filters import FACETS
from .page import Choice, Facet, SearchPage
from .query import PAGE_SIZE, SearchQuery
from .text.words import keys_of, query_words, stem


def page_from_database(programs: QuerySet[Program], query: SearchQuery) -> SearchPage:
    """A page of ``programs`` (the filters already applied), in the order of their names, samples last."""
    start = (max(query.page, 1) - 1) * PAGE_SIZE
    ordered = programs.order_by("organization__is_fictional", "name", "organization__name", "slug")
    ids = list(ordered.values_list("pk", flat=True)[start : start + PAGE_SIZE + 1])
    return SearchPage(
        ids=tuple(ids[:PAGE_SIZE]),
        total=None,
        number=max(query.page, 1),
        pages=0,
        has_next=len(ids) > PAGE_SIZE,
        facets=tuple(_facet(name, query.chosen(name)) for name in FACETS),
    )


def _facet(name: str, chosen: tuple[str, ...]) -> Facet:
    """Every choice of a short facet, the chosen ones of a long one."""
    labels = FACETS[name].labels_in_database(chosen)
    choices = tuple(Choice(value, label, None, value in chosen) for value, label in labels.items())
    return Facet(name=name, label=FACETS[name].label, choices=choices)


def careers_from_database(text: str, *, number: int = 1) -> CareerPage:
    """Page ``number`` of the careers of which one title holds every word of ``text`` at the beginning of a word.

    Four statements, none of which brings more than a page.
    """
    words = [word.lower() for word in query_words(text)]
    titles = OccupationTitle.objects.filter(_holding("title", words))
    jobs = (
        JobTitle.objects.published()
        .alias(other_names=Cast("aliases", TextField()))
        .filter(_holding("name", words) | _holding("other_names", words))
        .order_by("-is_curated", Length("name"), "name", "pk")
    )
    own = _holding("title", words) | Q(code__in=[key for word in words for key in keys_of(word)])
    called = titles.filter(occupation=OuterRef("pk")).order_by(Length("title"), "title").values("title")[:1]
    occupations = (
        Occupation.objects.filter(own | Q(pk__in=titles.values("occupation")))
        .annotate(called=Case(When(own, then=None), default=Subquery(called)))
        .order_by(Case(When(own, then=0), default=1), "title", "code")
    )
    job_total, occupation_total = (jobs.count(), occupations.count()) if words else (0, 0)
    number = min(max(number, 1), pages_of(job_total, occupation_total))
    shown = slice((number - 1) * CAREERS_A_PAGE, number * CAREERS_A_PAGE) if words else slice(0)
    return CareerPage(
        [Found(job, _alias_holding(job, words)) for job in jobs[shown]],
        [Found(occupation, occupation.called or "") for occupation in occupations[shown]],
        job_total,
        occupation_total,
        number,
    )


BEFORE_A_WORD = ' "(/-'


def _holding(column: str, words: list[str]) -> Q:
    """Rows of which ``column`` holds every word, or what it shares with its stem, at the beginning of a word."""
    condition = Q()
    for word in words:
        start = _start(word)
        begins = Q(**{f"{column}__istartswith": start})
        for before in BEFORE_A_WORD:
            begins |= Q(**{f"{column}__icontains": before + start})
        condition &= begins
    return condition


def _start(word: str) -> str:
    """What a word and its stem both begin with, which finds "nurse" for "nursing"."""
    root = stem(word)
    return next((word[:at] for at in range(min(len(word), len(root)), 0, -1) if word[:at] == root[:at]), word)


def _alias_holding(job: JobTitle, words: list[str]) -> str:
    """The other name that matched; empty where the own name has every word."""
    starts = [_start(word) for word in words]
    names = [job.name, *job.aliases]
    best = next((name for name in names if all(start in name.lower() for start in starts)), job.name)
    return "" if best == job.name else best
