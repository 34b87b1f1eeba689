"""Searches that a student keeps, and word of the programs that are new in them.

A search is kept as its canonical query string (``canonical``). What it finds when it is kept counts as told; after
that each program is told once, however often it leaves the list and comes back.
"""

from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.db import transaction
from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from advising import policy
from advising.choices import NotificationKind, SearchFrequency, Verb
from advising.exceptions import AdvisingError
from advising.models import SavedSearch, StudentProfile
from advising.services.notifications import notify
from advising.types import User
from programs.search import ProgramFilterSet, matching_ids

MOST_WATCHED = 5000
"""A search that finds more says little about one's plans, and its ids would not fit a row well."""

LONGEST_QUERY = SavedSearch._meta.get_field("query").max_length or 0

PAUSES = {
    SearchFrequency.INSTANT: timedelta(),
    # A little less than the name says, so that a job that starts each day at one hour is never a minute too early.
    SearchFrequency.DAILY: timedelta(hours=23),
    SearchFrequency.WEEKLY: timedelta(days=6, hours=23),
}

SHOWN = 50
"""New programs that the page of a search lists."""

NOT_OF_THE_SEARCH = ("sort",)


def canonical(data: QueryDict) -> str:
    """The choices that ``data`` holds, each valid and once, in one order: equal searches have equal strings."""
    filterset = ProgramFilterSet(data)
    pairs = []
    for name in sorted(set(filterset.filters) - set(NOT_OF_THE_SEARCH)):
        value = filterset.values.get(name)
        if value is None or value is False or value in ("", []):
            continue
        listed = sorted(set(map(str, value))) if isinstance(value, list | tuple) else [value]
        pairs += [(name, "1" if each is True else str(each)) for each in listed]
    return urlencode(pairs)


def fits(query: str) -> bool:
    """Whether every choice of a canonical query string is still one: a retired certification is none."""
    return not ProgramFilterSet(QueryDict(query)).form.errors


def find_programs(query: str) -> list[int]:
    """Ids of all programs that a canonical query finds now, in ascending order; none where it no longer fits."""
    filterset = ProgramFilterSet(QueryDict(query))
    return [] if filterset.form.errors else matching_ids(filterset)


@transaction.atomic
def save_search(student: StudentProfile, *, user: User, query: str, name: str, frequency: str) -> SavedSearch:
    """Keep a search by its canonical query string; one that is kept already gets the name and frequency.

    Raises AdvisingError when it is not the user's own list, when nothing was chosen, or when too much is found.
    """
    if not policy.can(user, Verb.EDIT, student):
        raise AdvisingError("You cannot save searches for someone else.")
    if not query:
        raise AdvisingError("Choose a filter or type a word first: this search finds every program.")
    if len(query) > LONGEST_QUERY:
        raise AdvisingError("This search has too many choices to be saved. Leave some out.")
    saved = SavedSearch.objects.filter(student=student, query=query).first()
    if saved:
        change_search(saved, user=user, name=name, frequency=frequency)
        return saved
    seen = _found(query, frequency)
    return SavedSearch.objects.create(
        student=student, query=query, name=name, frequency=frequency, seen_ids=seen, last_run_at=timezone.now()
    )


def _found(query: str, frequency: str) -> list[int]:
    """What counts as told from now on; nothing is kept of a search that nobody is to hear about."""
    if frequency == SearchFrequency.NEVER:
        return []
    found = find_programs(query)
    if len(found) > MOST_WATCHED:
        raise AdvisingError(
            f"This search finds {len(found):,} programs. Narrow it to {MOST_WATCHED:,} to hear of new ones, or save "
            "it without e-mail."
        )
    return found


@transaction.atomic
def change_search(saved: SavedSearch, *, user: User, name: str, frequency: str) -> None:
    """Rename a search, or change how often to hear of it; what is found when mail begins again counts as told.

    Raises AdvisingError when it is not the user's own, or when too much is found.
    """
    if not policy.can(user, Verb.EDIT, saved):
        raise AdvisingError("This is not your search.")
    if saved.frequency == SearchFrequency.NEVER and frequency != SearchFrequency.NEVER:
        saved.seen_ids, saved.last_run_at = _found(saved.query, frequency), timezone.now()
    saved.name, saved.frequency = name, frequency
    saved.save(update_fields=["name", "frequency", "seen_ids", "last_run_at"])


def delete_search(saved: SavedSearch, *, user: User) -> None:
    """Raises AdvisingError when it is not the user's own."""
    if not policy.can(user, Verb.EDIT, saved):
        raise AdvisingError("This is not your search.")
    saved.delete()


def stop_mail(saved: SavedSearch) -> None:
    """Whoever holds the search's token may: the link of a mail works without signing in."""
    SavedSearch.objects.filter(pk=saved.pk).update(frequency=SearchFrequency.NEVER)


def tell_of_matches() -> int:
    """Run the searches that are due and tell each student once of what is new; returns how many were told."""
    now = timezone.now()
    due = Q(last_run_at=None) & ~Q(frequency=SearchFrequency.NEVER)
    for frequency, pause in PAUSES.items():
        due |= Q(frequency=frequency, last_run_at__lte=now - pause)
    searches = SavedSearch.objects.filter(due, student__user__is_active=True).select_related("student__user")
    # One at a time: the ids that a search has told may be many.
    told = 0
    for pk in list(searches.order_by("pk").values_list("pk", flat=True)):
        if saved := searches.filter(pk=pk).first():
            told += _tell(saved, now)
    return told


@transaction.atomic
def _tell(saved: SavedSearch, now: datetime) -> bool:
    seen = set(saved.seen_ids)
    new = [pk for pk in find_programs(saved.query) if pk not in seen]
    if not new and saved.frequency == SearchFrequency.INSTANT:
        return False
    # Of two runs side by side, the one that finds the row as it read it tells; the other does nothing.
    unchanged = SavedSearch.objects.filter(pk=saved.pk, last_run_at=saved.last_run_at, frequency=saved.frequency)
    told = {"seen_ids": [*saved.seen_ids, *new], "new_ids": new} if new else {}
    if not unchanged.update(last_run_at=now, **told) or not new:
        return False
    number = "A new program matches" if len(new) == 1 else f"{len(new):,} new programs match"
    notify(
        [saved.student.user],
        kind=NotificationKind.SAVED_SEARCH,
        subject=f"{number} a search that you saved",
        link=reverse("advising:saved_search", args=[saved.pk]),
        key=f"search-{saved.pk}-{now:%Y%m%d%H%M%S%f}",
        unsubscribe=reverse("advising:stop_search", args=[saved.token]),
    )
    return True
