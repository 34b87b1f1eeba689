"""A service refuses with an ``AdvisingError``; a page tells it to whoever asked and shows what they typed again."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest

from advising.exceptions import AdvisingError


@contextmanager
def refusals_as_errors(form: BaseForm, field: str | None = None) -> Iterator[None]:
    """A refusal ends the block and stands in the form: beside ``field``, or above all of them."""
    try:
        yield
    except AdvisingError as error:
        form.add_error(field, str(error))


@contextmanager
def refusals_as_messages(request: HttpRequest) -> Iterator[None]:
    """A refusal ends the block and stands on the next page, where nothing was typed."""
    try:
        yield
    except AdvisingError as error:
        messages.error(request, str(error))
