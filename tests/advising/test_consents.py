"""Consents: the student alone gives and withdraws one, the keeper sees it, and a disclosure rests on one that fits."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from advising import policy
from advising.exceptions import AdvisingError
from advising.models import Consent, DisclosureLog, Notification
from advising.services import consents as service
from advising.services import outbox
from advising.services.logs import check_all, record_disclosure
from tests.advising.factories import make_advisor, make_assignment, make_consent, make_student
from tests.advising.surfaces import READS
from tests.factories import client_for
from tests.pages import page_words

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def sam(student, advisor, lead):
    """Advised by ``advisor`` in the unit of ``lead``."""
    record, profile = make_student(student), make_advisor(advisor)
    make_advisor(lead, unit=profile.unit)
    make_assignment(record, profile)
    return record


def facts(**values) -> dict:
    words = {"recipient": "Heron Hospital", "records": "Program and dates", "purpose": "A reference"}
    return {**words, "starts_on": timezone.localdate(), "ends_on": None, "confirmed": True, **values}


def disclosure(consent, **values) -> dict:
    return {
        "requester": "Heron Hospital",
        "recipient": "Heron Hospital",
        "records": "Program and dates",
        "purpose": "A reference",
        "basis": "consent",
        "was_granted": "yes",
        "disclosed_on": timezone.localdate().isoformat(),
        "consent": consent.pk if consent else "",
        **values,
    }


def told(user):
    return list(Notification.objects.filter(user=user).order_by("pk").values_list("subject", flat=True))


# Giving and withdrawing


def test_a_consent_is_signed_with_its_moment_and_told(sam, lead):
    before = timezone.now()
    consent = service.give_consent(sam, user=sam.user, **facts(recipient="  Heron Hospital "))
    assert before <= consent.given_at <= timezone.now()
    assert (consent.recipient, consent.state, consent.revoked_at) == ("Heron Hospital", "valid", None)
    assert told(sam.user) == ["You gave a consent about your record"]
    assert told(lead) == ["Sam Student gave a consent about their record"]


def test_only_the_student_signs_whatever_their_keepers_may(sam, lead, admin, advisor, other_student):
    for user in (lead, admin, advisor, other_student):
        with pytest.raises(AdvisingError, match="Only the student"):
            service.give_consent(sam, user=user, **facts())
    assert not Consent.objects.exists()


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"confirmed": False}, "Confirm"),
        ({"recipient": " "}, "Say who"),
        ({"records": ""}, "Say who"),
        ({"purpose": "\n"}, "Say who"),
        ({"starts_on": -1}, "begins today or later"),
        ({"starts_on": 3, "ends_on": 2}, "end before"),
    ],
)
def test_a_consent_that_is_not_whole_is_refused(sam, values, why):
    days = {name: timezone.localdate() + value * DAY for name, value in values.items() if name.endswith("_on")}
    with pytest.raises(AdvisingError, match=why):
        service.give_consent(sam, user=sam.user, **facts(**{**values, **days}))
    assert not Consent.objects.exists()


def test_withdrawing_ends_it_at_once_and_keeps_what_was(sam, lead, admin):
    consent = make_consent(sam, recipient="Heron Hospital")
    client_for(lead).post(reverse("advising:disclosures", args=[sam.pk]), disclosure(consent))
    for user in (lead, admin):
        with pytest.raises(AdvisingError, match="not your consent"):
            service.withdraw_consent(consent, user=user)
    service.withdraw_consent(consent, user=sam.user)
    with pytest.raises(AdvisingError, match="over already"):
        service.withdraw_consent(consent, user=sam.user)
    consent.refresh_from_db()
    assert consent.state == "withdrawn"
    assert told(lead) == ["Sam Student withdrew a consent about their record"]
    page = page_words(client_for(sam.user).get(reverse("advising:consents")).text)
    assert f"Withdrawn {timezone.localdate():%b} {timezone.localdate().day}" in page
    assert "Program and dates" in page.partition("Disclosed on it")[2]
    assert DisclosureLog.objects.get().consent == consent
    assert check_all() == []


def test_one_that_ended_is_not_withdrawn(sam):
    ended = make_consent(sam, starts_on=timezone.localdate() - 5 * DAY, ends_on=timezone.localdate() - DAY)
    with pytest.raises(AdvisingError, match="over already"):
        service.withdraw_consent(ended, user=sam.user)


def test_how_a_consent_stands_from_day_to_day(sam):
    today = timezone.localdate()
    consent = make_consent(sam, starts_on=today, ends_on=today + 2 * DAY)
    states = [consent.state_on(today + number * DAY) for number in range(-1, 4)]
    assert states == ["waiting", "valid", "valid", "valid", "ended"]
    consent.revoked_at = timezone.now()
    assert consent.state_on(today) == "withdrawn"


# What rests on one


def test_a_disclosure_names_the_consent_it_rests_on(sam, lead):
    consent = make_consent(sam, recipient="Heron Hospital")
    address = reverse("advising:disclosures", args=[sam.pk])
    # Neither case nor spaces make another recipient.
    assert client_for(lead).post(address, disclosure(consent, recipient="heron  hospital")).url == address
    assert DisclosureLog.objects.get().consent == consent
    for user in (lead, sam.user):
        page = page_words(client_for(user).get(address).text)
        assert "Written consent of the student (99.30), signed" in page


REFUSED = {
    "none": (None, {}, "Name the consent"),
    "withdrawn": ({"revoked_at": 0}, {}, "The student withdrew this consent on"),
    "ended": ({"starts_on": -9, "ends_on": -1}, {}, "This consent ended on"),
    "not yet begun": ({"starts_on": 1}, {}, "This consent begins on"),
    "not yet begun that day": ({}, {"disclosed_on": -1}, "This consent begins on"),
    "another recipient": ({}, {"recipient": "Egret Hospital"}, "covers “Heron Hospital”, and no other recipient"),
    "not the ground": ({}, {"basis": "subpoena"}, "only where it is the ground"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_disclosure_by_consent_is_refused_with_its_reason(sam, lead, case):
    given, posted, why = REFUSED[case]
    today = timezone.localdate()
    consent = None
    if given is not None:
        days = {name: timezone.now() if name == "revoked_at" else today + n * DAY for name, n in given.items()}
        consent = make_consent(sam, recipient="Heron Hospital", **days)
    posted = {name: today + value * DAY if name == "disclosed_on" else value for name, value in posted.items()}
    answer = client_for(lead).post(reverse("advising:disclosures", args=[sam.pk]), disclosure(consent, **posted))
    assert list(answer.context["form"].errors) == ["consent"]
    assert why in answer.context["form"].errors["consent"][0]
    assert not DisclosureLog.objects.exists()


def test_another_students_consent_is_no_choice(sam, lead):
    other = make_consent(recipient="Heron Hospital")
    answer = client_for(lead).post(reverse("advising:disclosures", args=[sam.pk]), disclosure(other))
    assert list(answer.context["form"].errors) == ["consent"]
    whole = {**disclosure(None), "was_granted": True, "disclosed_on": timezone.localdate(), "consent": other}
    with pytest.raises(AdvisingError, match="Name the consent of this student"):
        record_disclosure(sam, user=lead, **whole)
    assert not DisclosureLog.objects.exists()


def test_a_refused_request_needs_no_consent_and_no_day_to_come_is_recorded(sam, lead):
    address, client = reverse("advising:disclosures", args=[sam.pk]), client_for(lead)
    assert client.post(address, disclosure(None, was_granted="no")).url == address
    tomorrow = client.post(address, disclosure(None, was_granted="no", disclosed_on=timezone.localdate() + DAY))
    assert list(tomorrow.context["form"].errors) == ["disclosed_on"]


def test_the_database_refuses_a_disclosure_by_consent_without_one(sam, lead):
    row = DisclosureLog(
        student=sam, recorded_by=lead, sequence=1, at=timezone.now(), previous_hash="", hash="",
        requester="x", recipient="x", records="x", purpose="x", basis="consent", was_granted=True,
        disclosed_on=timezone.localdate(),
    )  # fmt: skip
    with pytest.raises(IntegrityError, match="disclosure_by_consent_names_it"), transaction.atomic():
        row.save()


def test_only_keepers_record_a_disclosure(sam, lead, advisor, stranger_advisor):
    make_advisor(stranger_advisor)
    consent = make_consent(sam, recipient="Heron Hospital")
    address = reverse("advising:disclosures", args=[sam.pk])
    for user, status in ((advisor, 403), (sam.user, 403), (stranger_advisor, 404)):
        assert client_for(user).post(address, disclosure(consent)).status_code == status
        whole = {**disclosure(None), "consent": consent, "was_granted": True, "disclosed_on": timezone.localdate()}
        with pytest.raises(AdvisingError, match="cannot record"):
            record_disclosure(sam, user=user, **whole)
    assert not DisclosureLog.objects.exists()


# Who sees and changes one


def test_who_sees_and_changes_a_consent(cast):
    consent = make_consent(cast["record"])
    keepers = {"lead of the unit", "administrator", "administrator with emergency access"}
    assert {name for name in READS if policy.can(cast[name], "view", consent)} == {"the student", *keepers}
    assert {name for name in READS if policy.can(cast[name], "edit", consent)} == {"the student"}
    assert {name for name in READS if Consent.objects.visible_to(cast[name]).exists()} == {"the student", *keepers}


def test_the_keeper_finds_consents_where_disclosures_are_recorded(sam, lead, admin):
    make_consent(sam, recipient="Heron Hospital", purpose="A reference")
    make_consent(recipient="Egret Hospital")
    for user in (lead, admin):
        page = page_words(client_for(user).get(reverse("advising:disclosures", args=[sam.pk])).text)
        assert "Heron Hospital Program and dates A reference" in page
        assert "In force" in page
        assert "Egret" not in page


def test_another_students_consent_is_a_404_by_every_method(sam, other_student, stranger_advisor, lead):
    make_student(other_student)
    make_advisor(stranger_advisor)
    consent = make_consent(sam)
    address = reverse("advising:withdraw_consent", args=[consent.pk])
    for user, status in ((other_student, 404), (stranger_advisor, 404), (lead, 403)):
        client = client_for(user)
        assert client.post(address).status_code == status
        for method in ("get", "head", "put", "patch", "delete"):
            assert getattr(client, method)(address).status_code == 405
    assert "Example Hospital" not in client_for(other_student).get(reverse("advising:consents")).text
    consent.refresh_from_db()
    assert consent.revoked_at is None


# Pages


def test_from_my_page_to_a_consent_and_back(sam, other_student):
    client, other = client_for(sam.user), make_student(other_student)
    assert reverse("advising:consents") in client.get(reverse("advising:me")).text
    address = reverse("advising:new_consent")
    assert client.get(address).status_code == 200
    assert not Consent.objects.exists()
    posted = {name: value for name, value in facts(starts_on=timezone.localdate()).items() if value is not None}
    unsigned = client.post(address, {**posted, "confirmed": ""})
    assert list(unsigned.context["form"].errors) == ["confirmed"]
    forged = {"student": other.pk, "given_at": "2020-01-01", "revoked_at": "2020-01-01"}
    assert client.post(address, {**posted, "confirmed": "on", **forged}).url == reverse("advising:consents")
    consent = Consent.objects.get()
    assert (consent.student, consent.given_at.date() >= timezone.now().date(), consent.revoked_at) == (sam, True, None)
    for name in ("consents", "me", "my_record"):
        assert "Heron Hospital" in client.get(reverse(f"advising:{name}")).text
    assert client.post(reverse("advising:withdraw_consent", args=[consent.pk])).url == reverse("advising:consents")
    consent.refresh_from_db()
    assert consent.state == "withdrawn"
    assert "Heron Hospital" not in client.get(reverse("advising:me")).text


def test_which_consents_stand(sam):
    today = timezone.localdate()
    make_consent(sam, revoked_at=timezone.now())
    make_consent(sam, starts_on=today - 2 * DAY, ends_on=today - DAY)
    standing = {
        make_consent(sam),
        make_consent(sam, ends_on=today),
        make_consent(sam, starts_on=today + DAY, ends_on=today + 2 * DAY),
    }
    assert set(Consent.objects.standing()) == standing
    assert {consent for consent in Consent.objects.all() if consent.may_be_withdrawn} == standing


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"starts_on": "2020-01-01"}, "starts_on"),
        ({"ends_on": "2020-01-01"}, "ends_on"),
        ({"recipient": ""}, "recipient"),
    ],
)
def test_the_form_names_what_is_wrong(sam, values, field):
    posted = {**facts(), "ends_on": "", "confirmed": "on", **values}
    assert list(client_for(sam.user).post(reverse("advising:new_consent"), posted).context["form"].errors) == [field]
    assert not Consent.objects.exists()


def test_mail_about_a_consent_says_nothing_of_it(sam):
    service.withdraw_consent(service.give_consent(sam, user=sam.user, **facts()), user=sam.user)
    outbox.send_waiting()
    mails = "".join(str(message.message()) for message in mail.outbox)
    assert len(mail.outbox) == 3
    for word in ("Heron", "Program", "reference"):
        assert word not in mails


@pytest.mark.parametrize(("who", "name", "most"), [("student", "consents", 16), ("lead", "disclosures", 27)])
def test_the_pages_cost_the_same_with_one_and_three(sam, lead, who, name, most, django_assert_max_num_queries):
    address = reverse(f"advising:{name}", args=[sam.pk] if who == "lead" else [])
    client, keeper, counts = client_for({"student": sam.user, "lead": lead}[who]), client_for(lead), []
    for number in (1, 2):
        for _ in range(number):
            consent = make_consent(sam, recipient="Heron Hospital")
            keeper.post(reverse("advising:disclosures", args=[sam.pk]), disclosure(consent))
        with django_assert_max_num_queries(most) as taken:
            client.get(address)
        counts.append(len(taken))
    assert DisclosureLog.objects.count() == 3
    assert counts[0] == counts[1]
