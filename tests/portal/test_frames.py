"""Room for the frames of a request."""

import sys

from django.conf import settings

from portal.frames import with_room


def test_the_roomy_frame_is_the_outermost_and_asks_for_more_than_a_chunk():
    """CPython's chunk is 16 kB; a slot of a frame has 8 bytes."""
    assert settings.MIDDLEWARE[0] == "portal.middleware.roomy"
    assert with_room.__code__.co_stacksize * 8 > 16 * 1024
    assert with_room(sys._getframe).f_code is with_room.__code__
    assert with_room(divmod, 7, 2) == (3, 1)
