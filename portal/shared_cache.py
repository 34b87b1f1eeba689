"""What all processes of a site count together, in the database: sign-in limits before all else."""

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import DatabaseCache

from portal.database import ask_to_write


class SharedCache(DatabaseCache):
    """Django's cache in a table, which keeps silent about a database that takes no changes.

    allauth takes ``add`` for a lock: one that cannot be had would read as "too many requests".
    """

    def add(self, key, value, timeout=DEFAULT_TIMEOUT, version=None) -> bool:
        """Whether ``key`` was free. Raises the DatabaseError of a database that takes no changes."""
        is_added = super().add(key, value, timeout, version)
        if not is_added:
            ask_to_write()
        return is_added
