"""What a service refuses is told once, where the person is looking."""

import pytest
from django import forms
from django.contrib.messages import get_messages
from django.contrib.messages.storage.base import BaseStorage

from advising.exceptions import AdvisingError
from advising.pages import refusals_as_errors, refusals_as_messages


class NameForm(forms.Form):
    name = forms.CharField()


@pytest.mark.parametrize(("field", "place"), [(None, "__all__"), ("name", "name")])
def test_a_refusal_stands_in_the_form_beside_what_was_typed(field, place):
    form = NameForm({"name": "Sam"})
    assert form.is_valid()
    with refusals_as_errors(form, field):
        raise AdvisingError("This name is taken.")
    assert (form.errors, form["name"].value()) == ({place: ["This name is taken."]}, "Sam")
    assert not form.is_valid()


def test_a_refusal_of_a_button_is_a_message(rf):
    request = rf.post("/")
    request._messages = BaseStorage(request)
    with refusals_as_messages(request):
        raise AdvisingError("It is too late.")
    assert [(one.level_tag, str(one)) for one in get_messages(request)._queued_messages] == [
        ("error", "It is too late.")
    ]


@pytest.mark.parametrize("fault", [ValueError, PermissionError])
def test_nothing_else_is_swallowed(fault, rf):
    with pytest.raises(fault), refusals_as_errors(NameForm({})):
        raise fault
    with pytest.raises(fault), refusals_as_messages(rf.post("/")):
        raise fault


def test_what_succeeds_leaves_no_word():
    form = NameForm({"name": "Sam"})
    with refusals_as_errors(form):
        pass
    assert form.errors == {}
