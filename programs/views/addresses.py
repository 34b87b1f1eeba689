"""Addresses as a person would write them: what a form leaves empty is not part of them."""

from functools import wraps

from django.shortcuts import redirect


def without_empty_parameters(view):
    """Send an address with empty parameters, as a browser without script makes them of a form, to the short one."""

    @wraps(view)
    def shortened(request, *args, **kwargs):
        if "" not in (value for _, values in request.GET.lists() for value in values):
            return view(request, *args, **kwargs)
        params = request.GET.copy()
        for name, values in request.GET.lists():
            params.setlist(name, [value for value in values if value])
        return redirect(f"{request.path}?{params.urlencode()}".rstrip("?"))

    return shortened
