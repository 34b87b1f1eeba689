"""Where a request says it wants to go back to: a page of this site, or nothing."""

import re

from django.utils.http import MAX_URL_REDIRECT_LENGTH

PATH = re.compile(r"/(?!/)[^\\\x00-\x20\x7f-\x9f]*")
"""From the root of this site on. Two slashes, or a backslash that a browser takes for one, would begin another host;
a word without a slash is a name to ``redirect``, which fails over those it does not know."""


def is_own_path(text: str) -> bool:
    """Whether ``text`` is the address of a page of this site, and nothing else."""
    return len(text) <= MAX_URL_REDIRECT_LENGTH and PATH.fullmatch(text) is not None


def safe_next(request, otherwise: str) -> str:
    """The page of this site that ``next`` names, to go back to; else ``otherwise`` (a path or the name of a view)."""
    back = request.POST.get("next", "") or request.GET.get("next", "")
    return back if is_own_path(back) else otherwise
