"""Addresses of the results page: the present one with something added or left out."""

import re
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from programs.choices import Modality
from programs.place import NEAR_MILES, find_zip
from programs.reads.comparison import address_part, parse_ids
from programs.search import CONDITIONS, Remedy, SearchPage, has_words

SETTINGS = ("exact", "include_unknown", "anywhere", "sort", "compare")
"""Parameters that are no choice by themselves, so no chip shows them."""


NEAR_ZIP = re.compile(
    r"(?:\b(?:around|at|in|near|within|zip(?:\s+code)?)\s+)*\b(\d{5})(?:-\d{4})?\b(?![-.\d])", re.IGNORECASE
)
ONLINE = re.compile(r"(?<!\S)online(?!\S)", re.IGNORECASE)


def spoken_choices(params: QueryDict) -> QueryDict:
    """The same question with a ZIP code or "online" in its text as the choices they are; ``params`` where neither is.

    ``params`` are those of the results page. Words are left alone when asked for as typed (``exact``), and where
    another choice of their kind is made already. A ZIP code without a radius has one from here on.
    """
    text, said = params.get("q", "")[:200], {}
    if params.get("exact"):
        return params
    code = NEAR_ZIP.search(text)
    if code and (params.get("zip") or code[1])[:5] == code[1] and find_zip(code[1]):
        text = text.replace(code[0], " ", 1)
        said["zip"] = code[1]
    if (said.get("zip") or params.get("zip")) and not params.get("within"):
        said["within"] = str(NEAR_MILES)
    if ONLINE.search(text) and params.getlist("modality") in ([], [Modality.ONLINE]):
        text = ONLINE.sub(" ", text)
        said["modality"] = Modality.ONLINE.value
    if not said:
        return params
    changed = params.copy()
    for name, value in said.items():
        changed[name] = value
    words = " ".join(text.split())
    if has_words(words):
        changed["q"] = words
    else:
        changed.pop("q", None)
    return changed


def page_number(request) -> int:
    """The page asked for; the first where that is no number. The search gives the last for one past the end."""
    text = request.GET.get("page", "1")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else 1


class ResultsUrl:
    """Builds on what the filter set found valid: what was refused or is unknown drops out of every link."""

    def __init__(self, filterset, page: SearchPage | None = None):
        values = self.values = filterset.values
        self.params: dict[str, list[str]] = {}
        for name in filterset.filters:
            value = values.get(name)
            if value is None or value is False or value in ("", []):
                continue
            listed = value if isinstance(value, list | tuple) else [value]
            self.params[name] = ["1" if each is True else str(each) for each in dict.fromkeys(listed)]
        if compared := parse_ids(filterset.data.get("compare", "")):
            self.params["compare"] = [address_part(compared)]
        self.labels = {
            (facet.name, choice.value): choice.label
            for facet in (page.facets if page else ())
            for choice in facet.choices
            if choice.selected
        }

    def pairs(self, *, without=()) -> list[tuple[str, str]]:
        return [(name, value) for name, values in self.params.items() if name not in without for value in values]

    @staticmethod
    def query(pairs) -> str:
        return urlencode(list(pairs), safe=",")

    def of(self, pairs) -> str:
        query = self.query(pairs)
        return f"{reverse('programs:search')}{'?' if query else ''}{query}"

    def of_facet(self, name: str) -> str:
        return f"{reverse('programs:facet', args=[name])}?{self.query(self.pairs())}"

    def cleared(self) -> str:
        return self.of(self.pairs(without=[name for name in self.params if name not in ("sort", "compare")]))

    def exactly(self) -> str:
        return self.of([*self.pairs(without=["exact"]), ("exact", "1")])

    def remedied(self, remedy: Remedy) -> str:
        """Without the condition; a text keeps the words that remain."""
        if remedy.name == "q" and remedy.values != (self.params["q"][0],):
            return self.of([*self.pairs(without=["q"]), ("q", remedy.values[0])])
        return self.of(self.pairs(without=[remedy.name]))

    def chips(self) -> list[tuple[str, str]]:
        """(label, address without it) of every choice that narrows the list."""
        chips = []
        for name, values in self.params.items():
            if name in SETTINGS or (name == "zip" and "within" in self.params):
                continue
            for value in values:
                without = ("within", "zip") if name == "within" else (name,)
                rest = (
                    self.pairs(without=without)
                    if len(values) == 1
                    else [pair for pair in self.pairs() if pair != (name, value)]
                )
                chips.append((self._label(name, value), self.of(rest)))
        return chips

    def _label(self, name: str, value: str) -> str:
        if name == "q":
            return f"“{value}”"
        if name == "zip":
            return f"Near {value}"
        condition = CONDITIONS[name]
        label = self.labels.get((name, value), value)
        said = condition.chip(self.values[name], label)
        return f"{said} of {self.params.get('zip', [''])[0]}" if name == "within" else said
