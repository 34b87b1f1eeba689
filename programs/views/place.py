from django.contrib import messages
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from programs.forms import PlaceForm
from programs.place import forget_place, keep_place


@require_POST
def set_place(request):
    """Keep the place a person enters, or with ``clear`` forget it, and go back to the page they came from."""
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "programs:careers"
    if "clear" in request.POST:
        forget_place(request.session)
        return redirect(back)
    form = PlaceForm(request.POST)
    if form.is_valid():
        keep_place(request.session, form.cleaned_data["place"])
    else:
        messages.error(request, " ".join(form.errors["place"]))
    return redirect(back)
