"""What every page of the record stands on: who asks, what they may fetch, what they typed, what they are told."""

from .fetching import access_of, fetch, is_number, own_advisor, own_record, paginate
from .guard import record_page
from .refusals import refusals_as_errors, refusals_as_messages
from .request import PageRequest
from .typed import posted

__all__ = [
    "PageRequest",
    "access_of",
    "fetch",
    "is_number",
    "own_advisor",
    "own_record",
    "paginate",
    "posted",
    "record_page",
    "refusals_as_errors",
    "refusals_as_messages",
]
