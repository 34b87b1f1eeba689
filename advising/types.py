"""Who asks and what is asked about, for annotations.

The user model is the portal's, which this app may not import: the settings name it.
"""

from typing import TYPE_CHECKING, TypeAlias

from django.contrib.auth.base_user import AbstractBaseUser

from programs.models import Certification, JobTitle, Program

if TYPE_CHECKING:
    # What the plugin of the type checker replaces by the model of AUTH_USER_MODEL.
    from django.contrib.auth.models import _AnyUser, _User

    User: TypeAlias = _User
    Asker: TypeAlias = _AnyUser
    """A user, or a visitor who has not signed in."""
else:
    User = Asker = AbstractBaseUser

Target: TypeAlias = Program | Certification | JobTitle
"""What a note, an item or a topic links to; a guide is named in words."""
