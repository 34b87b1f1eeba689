"""Where the boxes and lines of a pathway lie, in units of its own: about one to a CSS pixel of the page."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

LINE_HEIGHT = 18
PADDING = 10
GAP = 14
HEADING = 28


@dataclass(frozen=True)
class Node:
    """A record in the drawing. ``key`` names it there; ``note`` says in a few words what it is."""

    key: str
    name: str
    url: str
    note: str = ""


@dataclass(frozen=True)
class Layer:
    kind: str
    heading: str
    nodes: tuple[Node, ...]


Joins = Sequence[tuple[str, str]]
"""Pairs of node keys, each from an earlier layer to a later one."""


@dataclass(frozen=True)
class Box:
    node: Node
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


def draw(layers: Sequence[Layer], joins: Joins, *, narrow: bool) -> Drawing:
    """Side by side from left to right; ``narrow`` from top to bottom, joined in a gutter on the left."""
    return _draw_narrow(layers, joins) if narrow else _draw_wide(layers, joins)


def _draw_wide(layers: Sequence[Layer], joins: Joins) -> Drawing:
    width, gap, characters = 210, 56, 24
    sizes = [[_size(node, characters) for node in layer.nodes] for layer in layers]
    tallest = max(sum(heights) + GAP * (len(heights) - 1) for heights in sizes)
    columns: list[list[Box]] = []
    headings: list[tuple[float, float, str]] = []
    for at, (layer, heights) in enumerate(zip(layers, sizes, strict=True)):
        x: float = at * (width + gap)
        headings.append((x, 16, layer.heading))
        y = HEADING + (tallest - sum(heights) - GAP * (len(heights) - 1)) / 2
        columns.append([])
        for node, height in zip(layer.nodes, heights, strict=True):
            columns[at].append(_box(node, layer.kind, x, y, width, height, characters))
            y += height + GAP
    found = {box.node.key: (at, box) for at, column in enumerate(columns) for box in column}
    curves: list[str] = []
    lowest: float = tallest + HEADING
    for (first, start), (last, end) in ((found[start], found[end]) for start, end in joins):
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
    gaps = [box.y + box.height + GAP / 2 for box in column]
    above = column[0].y - GAP / 2
    return min([above, *gaps] if above > HEADING else gaps, key=lambda y: abs(y - middle))


def _draw_narrow(layers: Sequence[Layer], joins: Joins) -> Drawing:
    width, gutter, characters = 320, 52, 31
    boxes: dict[str, Box] = {}
    headings: list[tuple[float, float, str]] = []
    y: float = 0
    for layer in layers:
        headings.append((gutter, y + 16, layer.heading))
        y += HEADING
        for node in layer.nodes:
            height = _size(node, characters)
            boxes[node.key] = _box(node, layer.kind, gutter, y, width - gutter - 2, height, characters)
            y += height + GAP
        y += GAP
    curves = []
    for start, end in ((boxes[start], boxes[end]) for start, end in joins):
        reach = gutter - min(gutter - 4, 16 + (end.middle - start.middle) / 12)
        curves.append(
            f"M{gutter} {start.middle:g}C{reach:g} {start.middle:g} {reach:g} {end.middle:g} {gutter} {end.middle:g}"
        )
    return Drawing(width, y - 2 * GAP + 2, tuple(headings), tuple(boxes.values()), tuple(curves))


def _wrapped(text: str, characters: int) -> list[str]:
    """At most three lines; what does not fit ends in an ellipsis."""
    return textwrap.wrap(text, characters, max_lines=3, placeholder=" …")


def _size(node: Node, characters: int) -> int:
    return 2 * PADDING + LINE_HEIGHT * (len(_wrapped(node.name, characters)) + bool(node.note))


def _box(node: Node, kind: str, x: float, y: float, width: float, height: float, characters: int) -> Box:
    names = _wrapped(node.name, characters)
    baselines = [y + PADDING + LINE_HEIGHT * (at + 1) - 5 for at in range(len(names) + 1)]
    note = textwrap.shorten(node.note, characters + 4, placeholder=" …") if node.note else ""
    return Box(
        node,
        kind,
        x,
        y,
        width,
        height,
        tuple(zip(baselines[:-1], names, strict=True)),
        (baselines[-1], note) if note else None,
    )
