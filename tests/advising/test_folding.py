"""Names, numbers and texts are found however they are typed, on either engine."""

import pytest
from django.db.models import Value
from django.urls import reverse

from advising.models import Note, StudentProfile
from advising.querysets.folding import Folded, fold, words_of
from tests.advising.factories import make_advisor, make_assignment, make_note, make_student
from tests.factories import client_for, make_user

pytestmark = pytest.mark.django_db

FOLDED = {
    "Renée": "renee",
    "RENE\u0301E": "renee",
    "O'Connor": "oconnor",
    "O’Connor": "oconnor",
    "O‘Connor": "oconnor",
    "Oʼconnor": "oconnor",
    "O´Connor": "oconnor",
    "Ñúñez-Łódź": "nunez-lodz",
    "Søren Æsir Weiß": "soren aesir weiss",
    "ﬁne résumé": "fine resume",
    "W1026": "w1026",
    "": "",
    "100 %_\\": "100 %_\\",
}


def test_both_engines_fold_as_python_does():
    make_student()
    for text, folded in FOLDED.items():
        [found] = StudentProfile.objects.annotate(folded=Folded(Value(text))).values_list("folded", flat=True)
        assert (found, fold(text)) == (folded, folded)


def test_a_name_is_taken_apart():
    assert words_of(" Rivera-Cruz, J. (O’Neil) ") == ["rivera", "cruz", "j", "oneil"]
    assert words_of("’ . ,") == []


@pytest.fixture
def people(advisor):
    """An advisor of four students whose names are hard to type."""
    me = make_advisor(advisor)
    for number, (first, last) in enumerate(
        [("Renée", "Dubois"), ("Liam", "O’Connor"), ("Sam", "Rivera"), ("Zoë", "D'Angelo-Núñez")], start=1025
    ):
        make_assignment(
            make_student(make_user("Student", first_name=first, last_name=last), student_number=f"W{number}"), me
        )
    return me


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("renee", "Renée Dubois"),
        ("RENÉE", "Renée Dubois"),
        ("oconnor", "Liam O’Connor"),
        ("O'Connor", "Liam O’Connor"),
        ("O’Connor, Liam", "Liam O’Connor"),
        ("rivera, sam", "Sam Rivera"),
        ("Rivera,Sam", "Sam Rivera"),
        ("w1026", "Liam O’Connor"),
        ("  W 1026 ", "Liam O’Connor"),
        ("dangelo nunez", "Zoë D'Angelo-Núñez"),
        ("D’Angelo-Nunez, Zoe", "Zoë D'Angelo-Núñez"),
    ],
)
def test_a_student_is_found_however_the_name_is_typed(people, typed, found):
    client = client_for(people.user)
    assert [one.name for one in client.get(reverse("advising:students"), {"q": typed}).context["page"]] == [found]
    rows = client.get(reverse("advising:caseload"), {"q": typed}).context["rows"]
    assert [row.student.name for row in rows] == [found]


@pytest.mark.parametrize("typed", ["%", "_", "'", "’", ",", "rivera renee"])
def test_signs_and_other_names_find_nobody(people, typed):
    assert list(client_for(people.user).get(reverse("advising:students"), {"q": typed}).context["page"]) == []


def test_a_number_or_an_address_names_one_student_in_any_letters(people):
    one = StudentProfile.objects.get(student_number="W1026")
    typed = ["W1026", " w 1026", one.user.email.upper(), "1026", "w102", ""]
    found = StudentProfile.objects.by_name(typed)
    assert found == dict.fromkeys(typed[:3], one)


def test_what_two_could_mean_names_the_one_who_has_it_so_and_else_nobody():
    small, large = make_student(student_number="ab1"), make_student(student_number="AB1")
    assert StudentProfile.objects.by_name(["ab1", "AB1", "Ab1"]) == {"ab1": small, "AB1": large}


def test_forms_that_ask_for_a_number_take_it_in_small_letters(people):
    address = reverse("advising:break_glass")
    stranger = client_for(make_advisor().user)
    page = stranger.post(address, {"student": " w1026", "reason": "A parent called in distress."})
    assert page.status_code == 302
    page = stranger.post(reverse("advising:new_alert"), {"who": "w 1026", "text": "", "reason": ""})
    assert "No student here" not in page.text


def test_a_text_is_found_without_its_accents_and_apostrophes(people):
    sam = StudentProfile.objects.get(student_number="W1027")
    note = make_note(sam, people, topic="Résumé", body="The employer’s café asks for it.\n100% by May.")
    closed = make_note(sam, body="Résumé", visibility="author_only")
    client = client_for(people.user)
    for address in (reverse("advising:student_notes", args=[sam.pk]), reverse("advising:my_notes")):
        for text in ("resume", "RÉSUMÉ", "employers cafe", "employer's", "100%"):
            assert [one.pk for one in client.get(address, {"q": text}).context["page"]] == [note.pk], text
        for text in ("'", "100_", "resumes"):
            assert list(client.get(address, {"q": text}).context["page"]) == [], text
    assert Note.objects.filter(pk=closed.pk).exists()
