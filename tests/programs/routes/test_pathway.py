from itertools import pairwise

import pytest

from programs.choices import CareerRelation
from programs.routes.pathway import MOST_NODES, pathway_to
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
    return {layer.kind: [node.name for node in layer.nodes] for layer in path.layers}


def test_programs_lead_through_certifications_to_the_title_and_beyond():
    goal, higher = make_job_title(name="Medical coder"), make_job_title(name="Coding manager")
    cpc = make_certification(name="Certified Professional Coder", acronym="CPC")
    link = make_career_link(job_title=goal, certification=cpc)
    program_link = make_program_certification(make_program(name="Coding"), cpc)
    path = pathway(goal, certification_links=[link], program_links=[program_link], advances_to=[higher])
    assert names(path) == {
        "program": ["Coding"],
        "certification": ["CPC"],
        "title": ["Medical coder"],
        "higher": ["Coding manager"],
    }
    program, certification, title, manager = (layer.nodes[0] for layer in path.layers)
    assert path.joins == (
        (program.key, certification.key),
        (certification.key, title.key),
        (title.key, manager.key),
    )
    assert program.url == program_link.program.get_absolute_url()
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
    name = {node.key: node.name for layer in path.layers for node in layer.nodes}
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
    assert len(path.joins) == MOST_NODES


def test_fields_take_the_places_that_checked_programs_leave_free():
    goal = make_job_title()
    programs = [make_program(name=f"P{at}") for at in range(3)]
    fields = [make_field(title=f"F{at}") for at in range(3)]
    path = pathway(goal, programs=programs, fields=fields)
    assert names(path)["program"] == ["P0", "P1", "P2", "F0"]
    assert path.layers[0].nodes[3].url == f"/programs/?field={fields[0].code}"
    assert len(path.joins) == 4


def test_a_field_of_a_certification_leads_through_it():
    goal, field = make_job_title(), make_field()
    link = make_career_link(job_title=goal, certification=make_certification(field=field))
    path = pathway(goal, certification_links=[link], fields=[field])
    (start, middle, end) = (layer.nodes[0].key for layer in path.layers)
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
    assert [node.note for node in path.layers[0].nodes] == ["Sample: Aspen School", "Birch School"]


def test_samples_take_what_the_fields_of_real_programs_leave():
    goal, study = make_job_title(), make_field(title="Coding")
    sample = make_program(name="Art", organization=make_organization(is_fictional=True))
    real = make_program(name="Billing")
    rows = {"programs": [sample, real], "fields": [study]}
    assert names(pathway(goal, **rows))["program"] == ["Art", "Billing", "Coding"]
    assert names(pathway(goal, **rows, samples_last=True))["program"] == ["Billing", "Coding", "Art"]
