from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from programs.forms import PlaceForm
from programs.place import forget_place, keep_place

from .safe_next import safe_next


@require_POST
def place_set(request: HttpRequest) -> HttpResponse:
    """Keep the place a person enters, or with ``clear`` forget it, and go back to the page they came from."""
    back = safe_next(request, "programs:careers")
    if "clear" in request.POST:
        forget_place(request.session)
        return redirect(back)
    form = PlaceForm(request.POST)
    if form.is_valid():
        keep_place(request.session, form.cleaned_data["place"])
    else:
        messages.error(request, " ".join(str(error) for error in form.errors["place"]))
    return redirect(back)
