"""Pages of the directory that a form is about, named by their addresses."""

from collections.abc import Collection
from urllib.parse import urlsplit

from django import forms
from django.urls import Resolver404, resolve

from advising.types import Target
from programs.models import Certification, JobTitle, Program

LINKED: dict[str, type[Program] | type[Certification] | type[JobTitle]] = {
    "programs:program": Program,
    "programs:certification": Certification,
    "programs:career": JobTitle,
}
"""What notes and items link to, by the name of its address."""

COLUMNS = {"school": "organization__slug", "slug": "slug"}
"""What the parts of these addresses name."""


def target_at(address: str) -> Target | None:
    """The published record whose page has the address, as copied from the browser; None where there is none."""
    bare = address.partition("?")[0]
    try:
        path = urlsplit(bare if bare.startswith("/") or "//" in bare else f"//{bare}").path
        match = resolve(path if path.endswith("/") else f"{path}/")
    except (Resolver404, ValueError):
        return None
    model = LINKED.get(match.view_name)
    if model is None:
        return None
    return model.objects.published().filter(**{COLUMNS[part]: text for part, text in match.kwargs.items()}).first()


class AddressesField(forms.CharField):
    """Addresses, one a line; its value are the programs, certifications and job titles there."""

    widget = forms.Textarea(attrs={"rows": 2})
    kept: Collection[Target] = ()
    """Those whose addresses stay valid though they are no longer published."""

    def clean(self, value: str) -> list[Target]:
        return [self._target(line) for line in super().clean(value).split()]

    def _target(self, line: str) -> Target:
        target = target_at(line) or next((one for one in self.kept if one.get_absolute_url() == line), None)
        if target is None:
            raise forms.ValidationError(f"No page of the directory has the address “{line[:120]}”.")
        return target
