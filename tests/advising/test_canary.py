"""The canaries of ``tests.advising.planted``, looked for everywhere: every address, for every person; what is mailed,
logged, cached, kept elsewhere in the database, or known to the search."""

import itertools
import logging
import pickle

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.urls import URLPattern, get_resolver, reverse
from django.views.debug import ExceptionReporter

from advising.choices import NoteVisibility
from advising.services import notes
from advising.services.outbox import send_waiting
from programs.search.index.snapshot import Snapshot
from tests.advising.factories import make_inspection
from tests.advising.planted import PEOPLE, PREFIX, READERS, mark, plant
from tests.advising.surfaces import text_of
from tests.factories import client_for

pytestmark = [pytest.mark.django_db, pytest.mark.walk]

ASKED = {
    "alerts": ["show=mine", "show=queue", "show=unit", "show=raised"],
    "caseload": ["whose=unit", f"q={PREFIX}"],
    "caseload_csv": ["whose=unit"],
    "items": ["show=students"],
    "my_notes": [f"q={PREFIX}"],
    "print_record": ["download=1"],
    "student_notes": [f"q={PREFIX}"],
    "students": [f"q={PREFIX}", "q=Sam"],
    "calendar": ["week=2026-11-23"],
}
"""Other ways to ask for an address."""

TEXTS = (
    "advising.actionitem advising.agendaitem advising.alert advising.alertevent advising.appointment "
    "advising.assignment advising.attachment advising.breakglass advising.campaign advising.consent "
    "advising.disclosurelog advising.dropin advising.hearing advising.note advising.noteversion advising.pathwayitem "
    "advising.recordrequest advising.savedlist advising.savedprogram advising.savedsearch"
).split()
"""The tables that the texts were written to."""


def addresses(planted) -> list[str]:
    """Every address of the advising record, with each record that it can be about."""
    found = [reverse("home"), *(f"{reverse(f'programs:{name}')}?q={PREFIX}" for name in ("search", "suggest"))]
    for pattern in get_resolver("advising.urls").url_patterns:
        assert isinstance(pattern, URLPattern)
        names = list(pattern.pattern.converters)
        values = itertools.product(*(planted.ids[name] for name in names))
        for args in planted.files if names == ["note_id", "attachment_id"] else values:
            address = reverse(f"advising:{pattern.name}", args=args)
            found += [address, *(f"{address}?{query}" for query in ASKED.get(pattern.name, ()))]
    return found


def admin_addresses() -> list[str]:
    """Every list of the admin, searched too, and every page of its records."""
    found = [reverse("admin:index")]
    for model, site in admin.site._registry.items():
        if model._meta.app_label not in ("advising", "portal", "auth"):
            continue
        base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        found += [reverse(f"{base}_changelist"), f"{reverse(f'{base}_changelist')}?q={PREFIX}"]
        for pk in model._default_manager.values_list("pk", flat=True)[:20]:
            found += [reverse(f"{base}_{page}", args=[pk]) for page in ("change", "history", "delete")]
        for name in site.autocomplete_fields:
            query = f"app_label={model._meta.app_label}&model_name={model._meta.model_name}&field_name={name}"
            found.append(f"{reverse('admin:autocomplete')}?{query}&term={PREFIX}")
    return found


OPENED = {
    name
    for name in READERS
    if name.split()[0] in ("topic", "body", "earlier", "file") and name.split()[-1] in NoteVisibility.values
} | {
    "alert", "private text of an alert", "alert raised again", "private text of the one raised again", "outcome",
    "private remark", "remark for raisers", "outcome for raisers", "agenda", "topic to discuss", "step", "evidence",
    "note on a saved program", "item", "item of an advisor", "request", "decision", "reasons after a hearing",
    "statement", "disclosure", "consent", "reason of an emergency", "reason of an assignment", "reason to drop in",
}  # fmt: skip
"""What a granted request to inspect opens, on its own pages: the record without drafts and deleted texts."""


@pytest.mark.parametrize("person", PEOPLE)
def test_each_text_is_shown_to_those_who_may_read_it_and_to_nobody_else(cast, person, caplog):
    """Before a request to inspect is granted, and after: that opens its own pages alone, to its student and keepers.

    One walk before and one after, since reading every page is what costs.
    """
    caplog.set_level(logging.DEBUG)
    planted = plant(cast)
    client = client_for(cast.get(person))
    before = {path: marks_in(text_of(client.get(path))) for path in addresses(planted)}
    is_keeper = person in ("administrator", "editor")
    in_admin = {path: marks_in(text_of(client.get(path))) for path in admin_addresses()} if is_keeper else {}
    pages = before | in_admin
    shown = {name: [path for path, marks in pages.items() if name in marks] for name in READERS}
    assert {name: paths[:3] for name, paths in shown.items() if paths and person not in READERS[name]} == {}
    assert [name for name, paths in shown.items() if not paths and person in READERS[name]] == []
    assert_kept_nowhere_else(caplog)

    asked = make_inspection(cast["record"])
    own = [reverse("advising:inspection", args=[asked.pk])]
    own += [reverse("advising:inspected_file", args=[asked.pk, file]) for _, file in planted.files]
    opened = set().union(*(marks_in(text_of(client.get(path))) for path in own))
    reads = person in ("the student", "lead of the unit", "administrator")
    assert opened == (OPENED if reads else set())
    assert {path: marks_in(text_of(client.get(path))) for path in before} == before
    assert_kept_nowhere_else(caplog)


def assert_kept_nowhere_else(caplog):
    """Neither in logs, the cache and sessions nor in a table that the texts were not written to."""
    assert PREFIX not in caplog.text
    assert PREFIX not in str(getattr(cache, "_cache", {}))
    assert PREFIX not in str([session.get_decoded() for session in Session.objects.all()])
    assert tables_that_hold_one() == set(TEXTS)


def marks_in(text: str) -> set[str]:
    return {name for name in READERS if mark(name) in text}


def tables_that_hold_one() -> set[str]:
    return {
        model._meta.label_lower for model in apps.get_models() if PREFIX in str(list(model._base_manager.values()))
    }


def test_no_text_is_mailed_or_known_to_the_search(cast, caplog):
    caplog.set_level(logging.DEBUG)
    plant(cast)
    assert send_waiting().sent == len(mail.outbox) > 10
    assert PREFIX not in "".join(str(message.message()) for message in mail.outbox)
    assert PREFIX.encode() not in pickle.dumps(Snapshot.build())
    assert PREFIX not in caplog.text


def test_a_page_that_breaks_tells_no_report_what_was_written(cast, caplog, monkeypatch, rf):
    """Neither the log of a 500 nor the report that Django would make of it holds what was posted."""
    caplog.set_level(logging.DEBUG)

    def break_down(*args, **kwargs):
        raise RuntimeError("The disk is full.")

    monkeypatch.setattr(notes, "write_note", break_down)
    client = client_for(cast["author"])
    client.raise_request_exception = False
    address = reverse("advising:new_note", args=[cast["record"].pk])
    facts = {"occurred_at": "2026-03-02T10:30", "kind": "general", "contact_type": "phone", "visibility": "team"}
    answer = client.post(address, {**facts, "action": "publish", "topic": mark("topic"), "body": mark("body")})
    assert answer.status_code == 500
    assert "The disk is full." in caplog.text
    assert PREFIX not in caplog.text + answer.text
    [row] = [row for row in caplog.records if row.name == "django.request" and row.exc_info]
    report = ExceptionReporter(row.request, *row.exc_info).get_traceback_text()
    assert "The disk is full." in report
    assert PREFIX not in report
