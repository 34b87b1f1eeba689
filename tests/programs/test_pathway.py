import re
from itertools import combinations, pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.choices import CareerRelation
from programs.pathway import MOST_STOPS, Layer, Pathway, Stop, pathway_to
from tests.factories import (
    make_career_link,
    make_certification,
    make_field,
    make_job_title,
    make_organization,
    make_program,
    make_program_certification,
)

pytestmark = pytest.mark.django_db


def pathway(goal, **rows):
    nothing = {"certification_links": [], "program_links": [], "programs": [], "fields": [], "advances_to": []}
    return pathway_to(goal, **{**nothing, **rows})


def names(path):
    return {layer.kind: [stop.name for stop in layer.stops] for layer in path.layers}


def test_programs_lead_through_certifications_to_the_title_and_beyond():
    goal, higher = make_job_title(name="Medical coder"), make_job_title(name="Coding manager")
    cpc = make_certification(name="Certified Professional Coder", acronym="CPC")
    link = make_career_link(job_title=goal, certification=cpc)
    edge = make_program_certification(make_program(name="Coding"), cpc)
    path = pathway(goal, certification_links=[link], program_links=[edge], advances_to=[higher])
    assert names(path) == {
        "program": ["Coding"],
        "certification": ["CPC"],
        "title": ["Medical coder"],
        "higher": ["Coding manager"],
    }
    program, certification, title, manager = (layer.stops[0] for layer in path.layers)
    assert path.joins == (
        (program.key, certification.key),
        (certification.key, title.key),
        (title.key, manager.key),
    )
    assert program.url == edge.program.get_absolute_url()
    assert manager.url == f"/careers/{higher.slug}/"


def test_a_line_past_the_certifications_is_drawn_only_where_none_leads_through_one():
    goal, cpc = make_job_title(), make_certification(acronym="CPC")
    through, straight = make_program(name="Coding"), make_program(name="Billing")
    path = pathway(
        goal,
        certification_links=[make_career_link(job_title=goal, certification=cpc)],
        program_links=[make_program_certification(through, cpc)],
        programs=[through, straight],
    )
    name = {stop.key: stop.name for layer in path.layers for stop in layer.stops}
    assert {(name[start], name[end]) for start, end in path.joins} == {
        ("Coding", cpc.short_name),
        ("Billing", goal.name),
        (cpc.short_name, goal.name),
    }


def test_the_most_binding_certifications_come_first_and_the_rest_make_room():
    goal = make_job_title()
    relations = [*[CareerRelation.ADVANCES] * 3, CareerRelation.REQUIRED, CareerRelation.PREPARES_FOR]
    links = [
        make_career_link(job_title=goal, certification=make_certification(name=f"C{at}", acronym=f"C{at}"), relation=r)
        for at, r in enumerate(relations)
    ]
    path = pathway(goal, certification_links=links)
    assert names(path)["certification"] == ["C3", "C4", "C0", "C1"]
    assert len(path.joins) == MOST_STOPS


def test_fields_take_the_places_that_checked_programs_leave_free():
    goal = make_job_title()
    programs = [make_program(name=f"P{at}") for at in range(3)]
    fields = [make_field(title=f"F{at}") for at in range(3)]
    path = pathway(goal, programs=programs, fields=fields)
    assert names(path)["program"] == ["P0", "P1", "P2", "F0"]
    assert path.layers[0].stops[3].url == f"/programs/?field={fields[0].code}"
    assert len(path.joins) == 4


def test_a_field_of_a_certification_leads_through_it():
    goal, field = make_job_title(), make_field()
    link = make_career_link(job_title=goal, certification=make_certification(field=field))
    path = pathway(goal, certification_links=[link], fields=[field])
    (start, middle, end) = (layer.stops[0].key for layer in path.layers)
    assert path.joins == ((start, middle), (middle, end))


def test_a_title_that_nothing_leads_to_has_no_pathway():
    assert not pathway(make_job_title())


def test_boxes_lie_inside_the_drawing_and_do_not_overlap():
    goal = make_job_title(name="A title with a long name that has to be broken into several lines of the box")
    programs = [make_program(name=f"Program {at} " + "of very many words " * 6) for at in range(4)]
    path = pathway(goal, programs=programs, advances_to=[make_job_title() for _ in range(3)])
    for drawing in (path.wide, path.narrow):
        for box in drawing.boxes:
            assert box.x >= 0
            assert box.x + box.width <= drawing.width
            assert box.y >= 0
            assert box.y + box.height <= drawing.height
            assert len(box.lines) <= 3
        boxes = sorted(drawing.boxes, key=lambda box: (box.x, box.y))
        for above, below in pairwise(boxes):
            assert above.x != below.x or above.y + above.height <= below.y
        assert len(drawing.curves) == len(path.joins)
    assert path.narrow.width == 320


def test_a_sample_is_marked_in_its_box():
    goal = make_job_title()
    sample = make_program(organization=make_organization(name="Aspen School", is_fictional=True))
    path = pathway(goal, programs=[sample, make_program(organization=make_organization(name="Birch School"))])
    assert [stop.note for stop in path.layers[0].stops] == ["Sample: Aspen School", "Birch School"]


def test_samples_take_what_the_fields_of_real_programs_leave():
    goal, study = make_job_title(), make_field(title="Coding")
    sample = make_program(name="Art", organization=make_organization(is_fictional=True))
    real = make_program(name="Billing")
    rows = {"programs": [sample, real], "fields": [study]}
    assert names(pathway(goal, **rows))["program"] == ["Art", "Billing", "Coding"]
    assert names(pathway(goal, **rows, samples_last=True))["program"] == ["Billing", "Coding", "Art"]


KINDS = ("program", "certification", "title", "higher")
NAMES = st.sampled_from(
    ["CCA", "Medical records coding manager", "A name of so many words that three lines are short"]
)


@st.composite
def drawn_pathways(draw):
    """Any layers of any number of stops, joined in any way from left to right."""
    sizes = draw(st.lists(st.integers(1, MOST_STOPS), min_size=1, max_size=len(KINDS)))
    layers = [
        Layer(
            kind, kind, tuple(Stop(f"{kind}-{at}", draw(NAMES), "/", draw(st.sampled_from(["", "note"]))) for at in n)
        )
        for kind, n in zip(KINDS, map(range, sizes), strict=False)
    ]
    pairs = [(a.key, b.key) for one, two in combinations(layers, 2) for a, b in product(one.stops, two.stops)]
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
                box.stop.key
                for box in drawing.boxes
                if box.x + 0.5 < x < box.x + box.width - 0.5 and box.y < y < box.y + box.height
            ]
            assert behind == []
