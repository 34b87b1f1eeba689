"""The way to a job title as a picture: programs, certifications, the title, and the titles it advances to.

``pathway_to`` says which stops there are and how they are joined, ``draw`` where they lie. The page shows the drawing
twice (wide, and narrow for a phone) and the same stops as an ordered list.
"""

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.urls import reverse

from programs.choices import CareerRelation
from programs.models import Certification, FieldOfStudy, JobTitle, Program, ProgramCertification

MOST_STOPS = 4
"""Stops in one layer; more would not be readable on a phone."""

RELATION_ORDER = {
    CareerRelation.REQUIRED: 0,
    CareerRelation.PREFERRED: 1,
    CareerRelation.PREPARES_FOR: 2,
    CareerRelation.ADVANCES: 3,
}


@dataclass(frozen=True)
class Stop:
    """One stop. ``key`` names it within its pathway; ``note`` says in a few words what it is."""

    key: str
    name: str
    url: str
    note: str = ""


@dataclass(frozen=True)
class Layer:
    kind: str
    heading: str
    stops: tuple[Stop, ...]


@dataclass(frozen=True)
class Pathway:
    """``layers`` in order, none of them empty; ``joins`` are pairs of stop keys, each from an earlier layer.

    A program is joined to the goal itself only where it is joined to no certification.
    """

    goal: JobTitle
    layers: tuple[Layer, ...]
    joins: tuple[tuple[str, str], ...]

    @property
    def wide(self) -> "Drawing":
        return draw(self, narrow=False)

    @property
    def narrow(self) -> "Drawing":
        return draw(self, narrow=True)

    def __bool__(self):
        return len(self.layers) > 1


def pathway_to(
    goal: JobTitle,
    *,
    certification_links: Iterable,
    program_links: Iterable[ProgramCertification],
    programs: Iterable[Program],
    fields: Iterable[FieldOfStudy],
    advances_to: Iterable[JobTitle],
    samples_last: bool = False,
) -> Pathway:
    """The pathway to ``goal`` from rows that the page has read already.

    ``certification_links`` are its CareerLinks from certifications; ``program_links`` lead to those certifications;
    ``programs`` are linked to the title itself; ``fields`` are those that the crosswalk leads here from, shown (as
    links to the search) only in the places that checked programs leave free. ``samples_last``: sample programs take
    what the fields leave, because there are real ones in these.
    """
    links = sorted(certification_links, key=lambda link: (RELATION_ORDER[link.relation], link.certification.name))
    certifications = [link.certification for link in links[:MOST_STOPS]]
    drawn = _Drawn()
    shown = {certification.pk: certification for certification in certifications}
    title = drawn.goal(goal)

    checked = [(program, title) for program in programs]
    checked += [
        (link.program, _key(shown[link.certification_id])) for link in program_links if link.certification_id in shown
    ]
    after_fields = [pair for pair in checked if samples_last and pair[0].organization.is_fictional]
    for program, target in checked:
        if (program, target) not in after_fields:
            drawn.join(drawn.program(program), target)
    for study in fields:
        taught = [certification for certification in certifications if certification.field_id == study.pk]
        stop = drawn.study(study)
        for target in [_key(certification) for certification in taught] or [title]:
            drawn.join(stop, target)
    for program, target in after_fields:
        drawn.join(drawn.program(program), target)
    for link in links[:MOST_STOPS]:
        drawn.certification(link)
        drawn.join(_key(link.certification), title)
    for higher in list(advances_to)[:MOST_STOPS]:
        drawn.join(title, drawn.higher(higher))
    return drawn.pathway(goal)


@dataclass
class _Drawn:
    """Gathers the stops of each layer; those that no longer find room take their joins with them."""

    layers: dict[str, dict[str, Stop]] = field(
        default_factory=lambda: {"program": {}, "certification": {}, "title": {}, "higher": {}}
    )
    joins: list[tuple[str, str]] = field(default_factory=list)

    def _add(self, layer: str, stop: Stop) -> str:
        if stop.key in self.layers[layer] or len(self.layers[layer]) < MOST_STOPS:
            self.layers[layer].setdefault(stop.key, stop)
        return stop.key

    def program(self, program: Program) -> str:
        school = program.organization
        note = f"Sample: {school.name}" if school.is_fictional else school.name  # the end of a long note is cut off
        stop = Stop(_key(program), program.name, program.get_absolute_url(), note)
        return self._add("program", stop)

    def study(self, study: FieldOfStudy) -> str:
        url = f"{reverse('programs:search')}?{urlencode({'field': study.code})}"
        return self._add("program", Stop(_key(study), study.title, url, f"all of field {study.code}"))

    def certification(self, link) -> str:
        certification = link.certification
        note = link.get_relation_display()
        return self._add(
            "certification",
            Stop(_key(certification), certification.short_name, certification.get_absolute_url(), note),
        )

    def goal(self, goal: JobTitle) -> str:
        return self._add("title", Stop(_key(goal), goal.name, goal.get_absolute_url(), "the goal"))

    def higher(self, higher: JobTitle) -> str:
        return self._add("higher", Stop(_key(higher), higher.name, higher.get_absolute_url(), ""))

    def join(self, start: str, end: str) -> None:
        if (start, end) not in self.joins:
            self.joins.append((start, end))

    def pathway(self, goal: JobTitle) -> Pathway:
        headings = {
            "program": "Programs",
            "certification": "Certifications",
            "title": "Job title",
            "higher": "Advances to",
        }
        layers = tuple(
            Layer(kind, headings[kind], tuple(stops.values())) for kind, stops in self.layers.items() if stops
        )
        known = {stop.key for layer in layers for stop in layer.stops}
        joins = [join for join in self.joins if known.issuperset(join)]
        # Where a program leads through a certification, a line past it would say nothing more and hide behind it.
        through = {start for start, end in joins if end in self.layers["certification"]}
        kept = (join for join in joins if join[0] not in through or join[1] in self.layers["certification"])
        return Pathway(goal, layers, tuple(kept))


def _key(record: Program | FieldOfStudy | Certification | JobTitle) -> str:
    return f"{record._meta.model_name}-{record.pk}"


# The drawing, in units of its own: about one to a CSS pixel of the page it is made for

LINE_HEIGHT = 18
PADDING = 10
STOP_GAP = 14
HEADING = 28


@dataclass(frozen=True)
class Box:
    stop: Stop
    kind: str
    x: float
    y: float
    width: float
    height: float
    lines: tuple[tuple[float, str], ...]
    """(y of the baseline, text) of each line of the name."""
    note: tuple[float, str] | None

    @property
    def text_x(self) -> float:
        return self.x + PADDING

    @property
    def middle(self) -> float:
        return self.y + self.height / 2


@dataclass(frozen=True)
class Drawing:
    width: float
    height: float
    headings: tuple[tuple[float, float, str], ...]
    boxes: tuple[Box, ...]
    curves: tuple[str, ...]
    """SVG path data, to be drawn under the boxes."""


def draw(pathway: Pathway, *, narrow: bool) -> Drawing:
    """Side by side from left to right; ``narrow`` from top to bottom, joined in a gutter on the left."""
    return _draw_narrow(pathway) if narrow else _draw_wide(pathway)


def _draw_wide(pathway: Pathway) -> Drawing:
    width, gap, characters = 210, 56, 24
    sizes = [[_size(stop, characters) for stop in layer.stops] for layer in pathway.layers]
    tallest = max(sum(heights) + STOP_GAP * (len(heights) - 1) for heights in sizes)
    columns: list[list[Box]] = []
    headings = []
    for at, (layer, heights) in enumerate(zip(pathway.layers, sizes, strict=True)):
        x = at * (width + gap)
        headings.append((x, 16, layer.heading))
        y = HEADING + (tallest - sum(heights) - STOP_GAP * (len(heights) - 1)) / 2
        columns.append([])
        for stop, height in zip(layer.stops, heights, strict=True):
            columns[at].append(_box(stop, layer.kind, x, y, width, height, characters))
            y += height + STOP_GAP
    place = {box.stop.key: (at, box) for at, column in enumerate(columns) for box in column}
    curves, lowest = [], tallest + HEADING
    for (first, start), (last, end) in ((place[start], place[end]) for start, end in pathway.joins):
        x, y = start.x + width, start.middle
        curve = f"M{x:g} {y:g}"
        for passed in columns[first + 1 : last]:
            lane = _lane(passed, (start.middle + end.middle) / 2)
            curve += f"{_bend(x, y, passed[0].x, lane)}H{passed[0].x + width:g}"
            x, y, lowest = passed[0].x + width, lane, max(lowest, lane)
        curves.append(curve + _bend(x, y, end.x, end.middle))
    boxes = tuple(box for column in columns for box in column)
    return Drawing(len(columns) * (width + gap) - gap, lowest, tuple(headings), boxes, tuple(curves))


def _bend(x: float, y: float, to_x: float, to_y: float) -> str:
    """From (x, y), level at both ends."""
    bend = (x + to_x) / 2
    return f"C{bend:g} {y:g} {bend:g} {to_y:g} {to_x:g} {to_y:g}"


def _lane(column: list[Box], middle: float) -> float:
    """The y nearest to ``middle`` where a line passes a column between its boxes, above or below them."""
    gaps = [box.y + box.height + STOP_GAP / 2 for box in column]
    above = column[0].y - STOP_GAP / 2
    return min([above, *gaps] if above > HEADING else gaps, key=lambda y: abs(y - middle))


def _draw_narrow(pathway: Pathway) -> Drawing:
    width, gutter, characters = 320, 52, 31
    boxes, headings, y = {}, [], 0
    for layer in pathway.layers:
        headings.append((gutter, y + 16, layer.heading))
        y += HEADING
        for stop in layer.stops:
            height = _size(stop, characters)
            boxes[stop.key] = _box(stop, layer.kind, gutter, y, width - gutter - 2, height, characters)
            y += height + STOP_GAP
        y += STOP_GAP
    curves = []
    for start, end in ((boxes[start], boxes[end]) for start, end in pathway.joins):
        reach = gutter - min(gutter - 4, 16 + (end.middle - start.middle) / 12)
        curves.append(
            f"M{gutter} {start.middle:g}C{reach:g} {start.middle:g} {reach:g} {end.middle:g} {gutter} {end.middle:g}"
        )
    return Drawing(width, y - 2 * STOP_GAP + 2, tuple(headings), tuple(boxes.values()), tuple(curves))


def _wrapped(text: str, characters: int) -> list[str]:
    """At most three lines; what does not fit ends in an ellipsis."""
    return textwrap.wrap(text, characters, max_lines=3, placeholder=" …")


def _size(stop: Stop, characters: int) -> int:
    return 2 * PADDING + LINE_HEIGHT * (len(_wrapped(stop.name, characters)) + bool(stop.note))


def _box(stop: Stop, kind: str, x: float, y: float, width: float, height: float, characters: int) -> Box:
    names = _wrapped(stop.name, characters)
    baselines = [y + PADDING + LINE_HEIGHT * (at + 1) - 5 for at in range(len(names) + 1)]
    note = textwrap.shorten(stop.note, characters + 4, placeholder=" …") if stop.note else ""
    return Box(
        stop,
        kind,
        x,
        y,
        width,
        height,
        tuple(zip(baselines[:-1], names, strict=True)),
        (baselines[-1], note) if note else None,
    )
