"""Who gets which answer where: one row for every named address of the site.

Add a row with every new address; ``tests/test_urls.py`` fails on one that is missing here. A row holds the status for
each role in the order of ``ROLES``, or one status for all. Where the address takes arguments, ``args`` makes the
records it needs and returns what ``reverse`` takes; it is given the cast, so that ``cast.student`` is that user.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from django.utils import timezone
from django.utils.http import int_to_base36

from advising import models
from advising.services.calendars import make_feed
from tests import factories as make
from tests.advising import factories as records

ROLES = ("visitor", "student", "advisor", "lead", "editor", "admin")


class Row(NamedTuple):
    statuses: tuple[int, ...]
    args: Callable[..., list] = lambda cast: []
    query: str = ""
    takes_post: bool = False
    """Whether the address also answers POST; one that does not must refuse it with 405."""


def page(*statuses: int, args: Callable[..., list] = lambda cast: [], query: str = "", takes_post=False) -> Row:
    return Row(statuses * len(ROLES) if len(statuses) == 1 else statuses, args, query, takes_post)


def form(*statuses: int, **values) -> Row:
    return page(*statuses, takes_post=True, **values)


def a_program(cast):
    program = make.make_offering().program
    return [program.organization.slug, program.slug]


SIGNED_IN = (302, 200, 200, 200, 200, 200)
SIGNED_OUT = (200, 302, 302, 302, 302, 302)

DIRECTORY = {
    "home": page(200),
    "healthz": page(200),
    "readyz": page(200),
    "programs:search": page(200, query="q=nursing"),
    "programs:program": page(200, args=a_program),
    "programs:schools": page(200),
    "programs:school": page(200, args=lambda cast: [make.make_offering().program.organization.slug]),
    "programs:certifications": page(200),
    "programs:certification": page(200, args=lambda cast: [make.make_certification().slug]),
    "programs:careers": page(200),
    "programs:career": page(200, args=lambda cast: [make.make_job_title().slug]),
    "programs:occupation": page(200, args=lambda cast: [make.make_occupation().code]),
    "programs:guides": page(200),
    "programs:guide": page(200, args=lambda cast: [make.make_guide().slug]),
    "programs:compare": page(200),
    "programs:suggest": page(200, query="q=nurs"),
    "programs:facet": page(200, args=lambda cast: ["certification"]),
    "programs:place": form(405),  # POST only
}

ACCOUNTS = {
    "account_login": form(*SIGNED_OUT),
    "account_signup": form(*SIGNED_OUT),
    "account_logout": form(*SIGNED_IN),
    "account_reauthenticate": form(302, 200, 200, 200, 200, 200),
    "account_email": form(*SIGNED_IN),
    "account_change_password": form(*SIGNED_IN),
    "account_set_password": form(302),
    "account_inactive": page(200),
    "account_email_verification_sent": page(200),
    "account_confirm_login_code": form(302),
    "account_confirm_email": form(200, args=lambda cast: ["no-such-key"]),
    "account_reset_password": form(200),
    "account_reset_password_done": page(200),
    "account_reset_password_from_key": form(200, args=lambda cast: [int_to_base36(1), "no-such-key"]),
    "account_reset_password_from_key_done": page(200),
}

SECOND_FACTOR = {
    "mfa_index": page(*SIGNED_IN),
    "mfa_list_webauthn": page(*SIGNED_IN),
    # These first ask for the password again, or for the factor that a sign-in is waiting for.
    "mfa_activate_totp": form(302),
    "mfa_add_webauthn": form(302),
    "mfa_edit_webauthn": form(302, args=lambda cast: [1]),
    "mfa_remove_webauthn": form(302, args=lambda cast: [1]),
    "mfa_generate_recovery_codes": form(302),
    "mfa_authenticate": form(302),
    "mfa_login_webauthn": form(302),
    "mfa_reauthenticate_webauthn": form(302),
    "mfa_reauthenticate": form(302, 302, 200, 200, 200, 200),
    "mfa_deactivate_totp": form(302, 404, 302, 302, 302, 302),
    "mfa_view_recovery_codes": form(302, 404, 404, 404, 404, 404),
    "mfa_download_recovery_codes": form(302, 404, 404, 404, 404, 404),
}

SINGLE_SIGN_ON = {
    "socialaccount_connections": form(*SIGNED_IN),
    "socialaccount_signup": form(302),
    "socialaccount_login_cancelled": page(200),
    "socialaccount_login_error": form(401),
    # No identity provider is named in the tests.
    "openid_connect_login": form(404, args=lambda cast: ["school"]),
    "openid_connect_callback": form(404, args=lambda cast: ["school"]),
    "saml_login": form(404, args=lambda cast: ["school"]),
    "saml_acs": form(302, args=lambda cast: ["school"]),
    "saml_finish_acs": form(404, args=lambda cast: ["school"]),
    "saml_sls": form(404, args=lambda cast: ["school"]),
    "saml_metadata": form(404, args=lambda cast: ["school"]),
}


def an_own_note(cast):
    """A note about ``cast.student`` by ``cast.advisor``, shared with the student and kept by ``cast.lead``."""
    student, advisor = advise(cast)
    return [records.make_note(student, advisor, visibility="student").pk]


def advise(cast):
    """The profiles of ``cast.student`` and ``cast.advisor``, who advises them in the unit of ``cast.lead``."""
    profiles = {
        name: models.AdvisorProfile.objects.filter(user=getattr(cast, name)).first() for name in ("advisor", "lead")
    }
    advisor = profiles["advisor"] or records.make_advisor(cast.advisor)
    if not profiles["lead"]:
        records.make_advisor(cast.lead, unit=advisor.unit)
    student = models.StudentProfile.objects.filter(user=cast.student).first() or records.make_student(cast.student)
    if not student.assignments.exists():
        records.make_assignment(student, advisor)
    return student, advisor


def advised(cast):
    return [advise(cast)[0].pk]


def a_file(cast):
    note = models.Note.objects.get(pk=an_own_note(cast)[0])
    return [note.pk, records.make_attachment(note).pk]


def an_emergency(cast):
    return [records.make_break_glass(cast.advisor, advise(cast)[0]).pk]


def with_profiles(cast):
    advise(cast)
    return []


ADVISING = {
    "advising:student_profile": form(302, 200, 404, 404, 404, 404, args=with_profiles),
    "advising:advisor_profile": form(302, 404, 200, 200, 404, 404, args=with_profiles),
    "advising:my_notes": page(*SIGNED_IN),
    "advising:student_notes": page(302, 200, 200, 200, 404, 404, args=advised),
    "advising:new_note": form(302, 403, 200, 200, 404, 404, args=advised),
    "advising:note_readers": page(302, 403, 200, 200, 404, 404, args=advised, query="visibility=team"),
    # A note that is shared with the student is read by the team, the student and the lead of the unit.
    "advising:note": page(302, 200, 200, 200, 404, 404, args=an_own_note),
    "advising:edit_note": form(302, 403, 200, 403, 404, 404, args=an_own_note),
    "advising:delete_note": form(302, 403, 200, 403, 404, 404, args=an_own_note),
    "advising:note_as_student": page(302, 403, 200, 403, 404, 404, args=an_own_note),
    "advising:attachment": page(302, 200, 200, 200, 404, 404, args=a_file),
    "advising:reveal_note": form(302, 403, 403, 403, 404, 200, args=an_own_note),
    "advising:break_glass": form(302, 403, 200, 200, 403, 200, args=with_profiles),
    "advising:access_log": page(302, 403, 403, 200, 404, 200, args=advised),
    "advising:disclosures": form(302, 200, 403, 200, 404, 200, args=advised),
    "advising:my_disclosures": page(302, 200, 403, 403, 403, 403, args=with_profiles),
    "advising:emergency": page(302, 404, 200, 200, 404, 200, args=an_emergency),
}

EVERYONES = (302, 200, 200, 200, 200, 200)


def an_alert(cast):
    student, advisor = advise(cast)
    return [records.make_alert(student, unit=advisor.unit).pk]


ALERTS = {
    "advising:alerts": page(302, 403, 200, 200, 200, 200),
    "advising:new_alert": form(302, 403, 200, 200, 200, 200),
    "advising:new_student_alert": form(302, 403, 200, 200, 404, 404, args=advised),
    "advising:alert": form(302, 404, 200, 200, 404, 404, args=an_alert),
}


def an_item(cast):
    return [records.make_item(advise(cast)[0]).pk]


def a_template(cast):
    return [records.make_template(advise(cast)[1].unit).pk]


ITEMS = {
    "advising:items": page(*EVERYONES, args=with_profiles),
    "advising:edit_item": form(302, 403, 200, 200, 404, 404, args=an_item),
    "advising:set_item_state": form(405, args=an_item),  # POST only
    "advising:student_items": page(302, 200, 200, 200, 404, 404, args=advised),
    "advising:new_item": form(302, 403, 200, 200, 404, 404, args=advised),
    "advising:item_templates": form(302, 403, 200, 200, 403, 403, args=with_profiles),
    "advising:item_template": form(302, 404, 200, 200, 404, 404, args=a_template),
    "advising:apply_template": form(302, 403, 200, 200, 403, 403, args=with_profiles),
}


def a_notification(cast):
    return [records.make_notification(cast.student).pk]


NOTIFICATIONS = {
    "advising:notifications": page(*EVERYONES),
    # POST only.
    "advising:read_notifications": form(405),
    "advising:open_notification": form(405, args=a_notification),
}

OWN_ADVISORS = (302, 404, 200, 200, 404, 404)
OWN_STUDENTS = (302, 200, 404, 404, 404, 404)


def an_appointment(cast):
    return [records.make_appointment(*advise(cast)).pk]


def ones_advisor(cast):
    return [advise(cast)[1].pk]


def advised_and_advisor(cast):
    return [profile.pk for profile in advise(cast)]


def a_day(cast):
    advise(cast)
    return [timezone.localdate() + timedelta(days=7)]


def a_day_of_the_advisor(cast):
    return [*a_day(cast), advise(cast)[1].pk]


def a_drop_in(cast):
    student, advisor = advise(cast)
    return [models.DropIn.objects.create(student=student, unit=advisor.unit).pk]


def a_campaign(cast):
    days = {"opens_on": "2026-12-01", "closes_on": "2099-12-31"}
    return [models.Campaign.objects.create(advisor=advise(cast)[1], name="Spring", created_by=cast.advisor, **days).pk]


APPOINTMENTS = {
    "advising:appointments": page(302, 200, 302, 302, 404, 404, args=with_profiles),
    "advising:appointment": page(302, 200, 200, 200, 404, 404, args=an_appointment),
    "advising:move_appointment": form(302, 200, 200, 200, 404, 404, args=an_appointment),
    "advising:change_place": form(302, 200, 200, 200, 404, 404, args=an_appointment),
    "advising:cancel_appointment": form(302, 200, 200, 200, 404, 404, args=an_appointment),
    "advising:appointment_state": form(302, 403, 200, 200, 404, 404, args=an_appointment),
    "advising:appointment_file": page(302, 200, 200, 200, 404, 404, args=an_appointment),
    "advising:book": page(*OWN_STUDENTS, args=with_profiles),
    "advising:book_with": form(*OWN_STUDENTS, args=ones_advisor),
    "advising:book_student": page(302, 200, 200, 200, 404, 404, args=advised),
    "advising:book_student_with": form(302, 200, 200, 200, 404, 404, args=advised_and_advisor),
    "advising:calendar": page(*OWN_ADVISORS, args=with_profiles),
    "advising:calendar_day": page(*OWN_ADVISORS, args=a_day),
    "advising:cancel_day": form(*OWN_ADVISORS, args=a_day),
    "advising:cancel_day_of": form(*OWN_ADVISORS, args=a_day_of_the_advisor),
    "advising:feed_settings": form(*SIGNED_IN),
    "advising:feed": page(200, args=lambda cast: [make_feed(cast.student)]),
    "advising:availability": form(*OWN_ADVISORS, args=with_profiles),
    "advising:drop_in": form(*OWN_STUDENTS, args=with_profiles),
    "advising:queue": page(*OWN_ADVISORS, args=with_profiles),
    # POST only.
    "advising:call_in": form(405, args=a_drop_in),
    "advising:leave_queue": form(405, args=a_drop_in),
    "advising:campaigns": page(*OWN_ADVISORS, args=with_profiles),
    "advising:new_campaign": form(*OWN_ADVISORS, args=with_profiles),
    "advising:campaign": page(*OWN_ADVISORS, args=a_campaign),
    "advising:remind_campaign": form(405, args=a_campaign),
}


def an_inspected_file(cast):
    student, author = advise(cast)
    file = records.make_attachment(records.make_note(student, author, visibility="author_only"))
    return [records.make_inspection(student).pk, file.pk]


def a_plan(make_record):
    """The arguments of an address about a record of ``cast.student``, who is advised in the unit of ``cast.lead``."""
    return lambda cast: [make_record(advise(cast)[0]).pk]


PLANS = {
    "advising:me": page(302, 200, 302, 302, 302, 302, args=with_profiles),
    "advising:my_record": page(*OWN_STUDENTS, args=with_profiles),
    "advising:new_goal": form(*OWN_STUDENTS, args=with_profiles),
    "advising:new_student_goal": form(302, 200, 200, 200, 404, 404, args=advised),
    "advising:student_plans": page(302, 200, 200, 200, 404, 404, args=advised),
    "advising:goal": page(302, 200, 200, 200, 404, 404, args=a_plan(records.make_goal)),
    "advising:edit_goal": form(302, 200, 200, 200, 404, 404, args=a_plan(records.make_goal)),
    "advising:new_step": form(302, 200, 200, 200, 404, 404, args=a_plan(records.make_goal)),
    "advising:edit_step": form(
        302, 200, 200, 200, 404, 404, args=a_plan(lambda student: records.make_step(records.make_goal(student)))
    ),
    "advising:retired": page(*OWN_ADVISORS, args=with_profiles),
    "advising:saved_programs": page(*OWN_STUDENTS, args=with_profiles),
    "advising:save_program": form(302, 404, 404, 404, 404, 404, args=with_profiles),  # nothing is named
    "advising:edit_saved": form(302, 200, 403, 403, 404, 404, args=a_plan(records.make_saved_program)),
    "advising:saved_searches": page(*OWN_STUDENTS, args=with_profiles),
    "advising:save_search": form(*OWN_STUDENTS, args=with_profiles, query="q=nursing"),
    "advising:saved_search": form(*OWN_STUDENTS, args=a_plan(records.make_saved_search)),
    "advising:stop_search": form(200, args=lambda cast: [records.make_saved_search(advise(cast)[0]).token]),
    "advising:discuss": form(*OWN_STUDENTS, args=with_profiles),
    # POST only.
    "advising:remove_topic": form(405, args=a_plan(records.make_topic)),
    "advising:link_agenda": form(405, args=an_own_note),
    "advising:record_requests": page(302, 200, 404, 200, 404, 200, args=with_profiles),
    "advising:new_request": form(*OWN_STUDENTS, args=with_profiles),
    "advising:record_request": form(302, 200, 404, 200, 404, 200, args=a_plan(records.make_request)),
    "advising:inspection": page(302, 200, 404, 200, 404, 200, args=a_plan(records.make_inspection)),
    "advising:inspected_file": page(302, 200, 404, 200, 404, 200, args=an_inspected_file),
    "advising:consents": page(*OWN_STUDENTS, args=with_profiles),
    "advising:new_consent": form(*OWN_STUDENTS, args=with_profiles),
    "advising:withdraw_consent": form(405, args=a_plan(records.make_consent)),  # POST only
}


def a_list(cast):
    return [models.SavedList.objects.create(user=cast.advisor, name="Mine").pk]


CASELOAD = {
    "advising:caseload": page(302, 403, 200, 200, 403, 403, args=with_profiles),
    "advising:caseload_csv": page(302, 403, 200, 200, 403, 403, args=with_profiles),
    # POST only.
    "advising:save_list": form(405),
    "advising:delete_list": form(405, args=a_list),
    "advising:students": page(302, 403, 200, 200, 200, 200),
    "advising:reports": page(302, 403, 200, 200, 403, 200, args=with_profiles),
    "advising:transfer": form(302, 403, 403, 200, 403, 200, args=with_profiles),
    "advising:record": page(302, 200, 200, 200, 404, 404, args=advised),
    "advising:print_record": page(302, 200, 200, 200, 404, 404, args=advised),
}

ADMIN = {
    "admin:index": form(302, 302, 302, 302, 200, 200),
    "admin:login": form(302, 403, 403, 403, 302, 302),
}
"""The rest of the admin is Django's, generated from the registered models: ``tests/programs/admin`` holds it."""

ROWS = {
    **DIRECTORY,
    **ACCOUNTS,
    **SECOND_FACTOR,
    **SINGLE_SIGN_ON,
    **NOTIFICATIONS,
    **ALERTS,
    **ITEMS,
    **ADVISING,
    **CASELOAD,
    **APPOINTMENTS,
    **PLANS,
    **ADMIN,
}
