"""Programs that a student keeps: the button, the list, its order and its notes."""

import pytest
from django.urls import reverse

from advising.exceptions import AdvisingError
from advising.services import saved as service
from programs.choices import Status
from tests import factories as make
from tests.advising.factories import make_advisor, make_assignment, make_saved_program, make_student
from tests.factories import PASSWORD, client_for
from tests.pages import one_line, page_words

pytestmark = pytest.mark.django_db


@pytest.fixture
def sam(student):
    return make_student(student)


def saving(program) -> str:
    """The address that saves ``program``."""
    return f"{reverse('advising:save_program')}?about=program%3A{program.pk}"


def kept(student):
    return list(student.saved_programs.order_by("order", "pk"))


def test_saving_twice_keeps_one_with_its_note(sam):
    program = make.make_program()
    first, is_new = service.save_program(sam, user=sam.user, program=program, note=" Close to home ")
    assert (is_new, first.note, first.order) == (True, "Close to home", 1)
    again, is_new = service.save_program(sam, user=sam.user, program=program)
    assert (again, is_new, again.note) == (first, False, "Close to home")


def test_only_published_programs_and_only_by_the_student(sam, other_student, advisor):
    make_assignment(sam, make_advisor(advisor))
    with pytest.raises(AdvisingError, match="no longer in the directory"):
        service.save_program(sam, user=sam.user, program=make.make_program(status=Status.DRAFT))
    for user in (other_student, advisor):
        with pytest.raises(AdvisingError, match="someone else"):
            service.save_program(sam, user=user, program=make.make_program())
    assert kept(sam) == []


def test_moving_changes_places_and_stops_at_the_ends(sam):
    first, second, third = (make_saved_program(sam) for _ in range(3))
    service.move_saved(third, user=sam.user, up=True)
    assert kept(sam) == [first, third, second]
    service.move_saved(first, user=sam.user, up=True)
    service.move_saved(second, user=sam.user, up=False)
    assert kept(sam) == [first, third, second]


def test_a_way_to_take_another_program_is_refused(sam):
    saved = make_saved_program(sam)
    with pytest.raises(AdvisingError, match="not a way"):
        service.change_saved(saved, user=sam.user, note="", offering=make.make_offering())


def test_a_visitor_is_asked_to_sign_in_and_comes_back(visitor):
    program = make.make_offering().program
    page = visitor.get(program.get_absolute_url()).text
    assert f'href="{saving(program)}"' in page
    assert "csrfmiddlewaretoken" not in page[page.index("<main") :]
    answer = visitor.get(saving(program))
    assert answer.status_code == 302
    assert answer.url.startswith("/accounts/login/?next=/advising/saved/new/%3Fabout%3Dprogram")


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["form", "htmx"])
def test_who_saves_after_the_session_ended_is_told_why_to_sign_in_and_has_it_one_click_away(sam, visitor, headers):
    program = make.make_offering().program
    answer = visitor.post(saving(program), {"next": "/programs/"}, headers=headers)
    sign_in = answer.headers.get("HX-Redirect") or answer["Location"]
    page = visitor.get(sign_in)
    assert f"Sign in to save {program}. You then come back to it." in page_words(page.text)
    there = visitor.post(sign_in, {"login": sam.user.email, "password": PASSWORD, "next": f"{saving(program)}"}).url
    assert (there, kept(sam)) == (saving(program), [])
    assert "Save this program" in page_words(visitor.get(there).text)
    visitor.post(there)
    assert [row.program for row in kept(sam)] == [program]


def test_a_student_saves_from_the_page_and_goes_back_there(sam):
    program = make.make_offering().program
    client = client_for(sam.user)
    data = {"next": "/programs/?q=x", "student": 5, "user": 5}
    answer = client.post(saving(program), data)
    assert (answer.status_code, answer.url) == (302, "/programs/?q=x")
    assert [row.program for row in kept(sam)] == [program]
    assert reverse("advising:saved_programs") in client.get(program.get_absolute_url()).text
    answer = client.post(saving(program), {**data, "next": "https://example.org/"})
    assert answer.url == program.get_absolute_url()


def test_without_script_one_comes_back_to_the_button(sam):
    program = make.make_offering().program
    client = client_for(sam.user)
    page = client.get("/programs/?modality=online&sort=name").text
    back = f"/programs/?modality=online&amp;sort=name#save-{program.pk}"
    assert (f'name="next" value="{back}"' in page, f'id="save-{program.pk}"' in page) == (True, True)
    answer = client.post(saving(program), {"next": back.replace("&amp;", "&")})
    assert answer.url == f"/programs/?modality=online&sort=name#save-{program.pk}"
    assert f'id="save-{program.pk}"' in client.get("/programs/?modality=online&sort=name").text


def test_with_htmx_the_button_alone_is_answered_and_says_so(sam):
    program = make.make_offering().program
    client, headers = client_for(sam.user), {"HX-Request": "true"}
    answers = [client.post(saving(program), headers=headers) for _ in range(2)]
    for answer in answers:
        assert (answer.status_code, page_words(answer.text)) == (200, f"Saved {program.name}")
        assert f'role="status"><a class="quiet" id="saved-{program.pk}"' in one_line(answer.text)
    assert [row.program for row in kept(sam)] == [program]
    page = client.get(program.get_absolute_url()).text
    assert "is saved. Your saved programs" not in page, "the button has said it"


def test_with_htmx_what_cannot_be_done_is_said_by_the_whole_page(sam):
    program = make.make_program(status=Status.DRAFT)
    answer = client_for(sam.user).post(saving(program), headers={"HX-Request": "true"})
    assert (answer["HX-Refresh"], answer.content) == ("true", b"")
    assert kept(sam) == []


@pytest.mark.parametrize("about", ["", "program:0", "certification:1", "program:-1", "program:1 or 1"])
def test_what_is_no_program_is_a_404(sam, about):
    address = reverse("advising:save_program", query={"about": about})
    assert client_for(sam.user).post(address).status_code == 404


def test_asking_by_get_writes_nothing(sam):
    program = make.make_program()
    answer = client_for(sam.user).get(f"{reverse('advising:save_program')}?about=program:{program.pk}")
    assert answer.status_code == 200
    assert kept(sam) == []


def test_staff_have_no_save_button(advisor):
    program = make.make_offering().program
    assert "/advising/saved/" not in client_for(advisor).get(program.get_absolute_url()).text


def test_the_list_moves_notes_and_removes(sam):
    first, second = make_saved_program(sam), make_saved_program(sam)
    client = client_for(sam.user)
    client.post(reverse("advising:edit_saved", args=[second.pk]), {"action": "up"})
    assert kept(sam) == [second, first]
    client.post(reverse("advising:edit_saved", args=[first.pk]), {"note": "Ask about the start"})
    assert "Ask about the start" in client.get(reverse("advising:saved_programs")).text
    client.post(reverse("advising:edit_saved", args=[first.pk]), {"action": "remove"})
    assert kept(sam) == [second]


def test_another_students_row_is_unknown_and_an_advisor_may_look_but_not_touch(sam, other_student, advisor):
    make_student(other_student)
    make_assignment(sam, make_advisor(advisor))
    address = reverse("advising:edit_saved", args=[make_saved_program(sam).pk])
    for user, status in ((other_student, 404), (advisor, 403)):
        assert client_for(user).get(address).status_code == status
        assert client_for(user).post(address, {"action": "remove"}).status_code == status
    assert len(kept(sam)) == 1


def test_a_program_taken_back_says_so_and_cannot_be_compared(sam):
    gone = make_saved_program(sam, program=make.make_program(name="Closed course", status=Status.RETIRED))
    text = client_for(sam.user).get(reverse("advising:saved_programs")).text
    assert "Closed course No longer offered" in page_words(text)
    assert f'value="{gone.program_id}"' not in text


@pytest.mark.parametrize("number", [1, 3])
def test_the_buttons_of_a_page_of_results_cost_the_same(sam, number, django_assert_max_num_queries):
    for _ in range(number):
        make_saved_program(sam, program=make.make_offering().program)
    client = client_for(sam.user)
    client.get("/programs/")
    with django_assert_max_num_queries(16) as counted:
        page = client.get("/programs/").text
    assert page.count(">Saved<") == number
    queries = [query["sql"] for query in counted.captured_queries]
    assert sum("advising_savedprogram" in sql for sql in queries) == 1
