import re
from itertools import combinations, product

from hypothesis import given
from hypothesis import strategies as st

from programs.routes.drawing import Layer, Node
from programs.routes.pathway import MOST_NODES, Pathway

KINDS = ("program", "certification", "title", "higher")
NAMES = st.sampled_from(
    ["CCA", "Medical records coding manager", "A name of so many words that three lines are short"]
)


@st.composite
def drawn_pathways(draw):
    """Any layers of any number of nodes, joined in any way from left to right."""
    sizes = draw(st.lists(st.integers(1, MOST_NODES), min_size=1, max_size=len(KINDS)))
    layers = [
        Layer(
            kind, kind, tuple(Node(f"{kind}-{at}", draw(NAMES), "/", draw(st.sampled_from(["", "note"]))) for at in n)
        )
        for kind, n in zip(KINDS, map(range, sizes), strict=False)
    ]
    pairs = [(a.key, b.key) for one, two in combinations(layers, 2) for a, b in product(one.nodes, two.nodes)]
    return Pathway(None, tuple(layers), tuple(draw(st.lists(st.sampled_from(pairs), unique=True))) if pairs else ())


def points_of(curve):
    """Points along a curve of M, C and H commands."""
    points = []
    for command, numbers in re.findall(r"([MCH])([^MCH]+)", curve):
        values = [float(number) for number in numbers.split()]
        if command == "M":
            points.append(tuple(values))
            continue
        (x, y), steps = points[-1], [step / 20 for step in range(1, 21)]
        if command == "H":
            points += [(x + (values[0] - x) * step, y) for step in steps]
            continue
        xs, ys = (x, *values[0::2]), (y, *values[1::2])
        points += [tuple(bezier(four, step) for four in (xs, ys)) for step in steps]
    return points


def bezier(four, at):
    a, b, c, d = four
    return a * (1 - at) ** 3 + 3 * b * at * (1 - at) ** 2 + 3 * c * at**2 * (1 - at) + d * at**3


@given(drawn_pathways())
def test_no_line_passes_behind_a_box(path):
    for drawing in (path.wide, path.narrow):
        assert len(drawing.curves) == len(path.joins)
        for x, y in (point for curve in drawing.curves for point in points_of(curve)):
            assert 0 <= x <= drawing.width
            assert 0 <= y <= drawing.height
            behind = [
                box.node.key
                for box in drawing.boxes
                if box.x + 0.5 < x < box.x + box.width - 0.5 and box.y < y < box.y + box.height
            ]
            assert behind == []
