from django.contrib import messages
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from programs.forms import PlaceForm
from programs.place import forget_place, keep_place
from programs.views.safe_next import safe_next


@require_POST
def set_place(request):
    """Keep the place a person enters, or with ``clear`` forget it, and go back to the page they came from."""
    back = safe_next(request, "programs:careers")
    if "clear" in request.POST:
        forget_place(request.session)
        return redirect(back)
    form = PlaceForm(request.POST)
    if form.is_valid():
        keep_place(request.session, form.cleaned_data["place"])
    else:
        messages.error(request, " ".join(form.errors["place"]))
    return redirect(back)
