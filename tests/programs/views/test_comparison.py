from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programs.choices import Status
from programs.reads.comparison import Cell
from tests import factories as make
from tests.pages import one_line, page_faults, page_words

pytestmark = pytest.mark.django_db


def programs(number):
    return [make.make_offering(program=make.make_program(name=f"Choice {at}")).program for at in range(number)]


def address(*records):
    return "/compare/?ids=" + ",".join(str(record.pk) for record in records)


def rows_of(client, *records):
    response = client.get(address(*records))
    assert page_faults(response.content.decode()) == []
    return {row.label: row for row in response.context["rows"]}


def test_programs_stand_side_by_side_in_the_chosen_order(visitor):
    first, second, third = programs(3)
    response = visitor.get(address(third, first))
    assert [column.program for column in response.context["columns"]] == [third, first]
    assert second.name not in page_words(response.content.decode())


def test_differences_are_marked_and_unknown_is_not_a_no(visitor):
    first, second = (make.make_program(name=name) for name in ("First", "Second"))
    make.make_offering(program=first, modality="online", pacing="unknown", weeks=16)
    cheap = make.make_offering(program=second, modality="online", pacing="cohort", weeks=None)
    make.make_cost(offering=cheap, amount=Decimal(0))
    certification = make.make_certification(acronym="CPC")
    make.make_program_certification(first, certification, exam_fee_included=False)
    make.make_program_certification(second, certification, exam_fee_included=None)
    rows = rows_of(visitor, first, second)
    unknown = Cell(("Not reported",), known=False)
    assert rows["How it is taught"].cells == (Cell(("Online",)), Cell(("Online",)))
    assert rows["Pace"].cells == (unknown, Cell(("With a cohort",)))
    assert rows["Lowest price"].cells == (unknown, Cell(("$0",)))
    assert rows["Exam fee in the price"].cells == (Cell(("CPC: No",)), unknown)
    assert [rows[label].differs for label in ("School", "How it is taught", "Pace", "Length")] == [True, *[False] * 3]
    assert '<td class="unknown">Not reported</td>' in one_line(visitor.get(address(first, second)).text)


def test_time_and_cost_to_the_credential_are_added_up(visitor):
    first, second = programs(2)
    make.make_cost(offering=first.offerings.get(), amount=Decimal(1850))
    certification = make.make_certification(acronym="CPC", exam_fee_min=399, exam_fee_max=499)
    make.make_program_certification(first, certification, exam_fee_included=False)
    words = page_words(visitor.get(address(first, second)).content.decode())
    assert "CPC: about 4 months, $2,249 to $2,349" in words
    assert "With the first renewal: at least $2,249" in words


def test_a_column_is_removed_by_a_link_and_more_are_added_from_the_search(visitor):
    first, second, third = programs(3)
    page = visitor.get(address(first, second, third)).content.decode()
    assert f'href="/compare/?ids={first.pk},{third.pk}"' in page
    assert f'href="/programs/?compare={first.pk},{second.pk},{third.pk}"' in page


def test_chosen_programs_stay_chosen_on_the_results_page(visitor):
    first, second = programs(2)
    page = visitor.get(f"/programs/?school={first.organization.slug}&compare={first.pk},{second.pk}")
    page = one_line(page.text)
    assert f'name="ids" value="{first.pk}" form="compare" checked' in page
    assert f'<input type="hidden" name="ids" value="{second.pk}">' in page
    assert f'<input type="hidden" name="compare" value="{first.pk},{second.pk}">' in page


def test_ticked_boxes_lead_to_the_address_to_share(visitor):
    first, second = programs(2)
    response = visitor.get("/compare/", {"ids": [first.pk, second.pk, first.pk]})
    assert (response.status_code, response.url) == (302, address(first, second))


def test_a_fifth_program_is_left_out_and_said_to_be(visitor):
    five = programs(5)
    response = visitor.get(address(*five), follow=True)
    assert response.redirect_chain == [(address(*five[:4]), 302)]
    assert "Only 4 programs fit side by side" in page_words(response.content.decode())
    assert len(response.context["columns"]) == 4


def test_programs_that_left_the_directory_are_counted_not_shown(visitor):
    first, second, hidden = programs(3)
    hidden.status = Status.RETIRED
    hidden.save()
    page = page_words(visitor.get(address(first, second, hidden)).content.decode())
    assert "1 of the programs you chose is no longer in the directory." in page
    assert hidden.name not in page


def test_one_program_asks_for_another_and_none_explains(visitor):
    (only,) = programs(1)
    assert "Choose at least one more" in page_words(visitor.get(address(only)).content.decode())
    assert "Nothing to compare yet" in page_words(visitor.get("/compare/").content.decode())


@pytest.mark.parametrize("text", ["abc", "-1", "1.5", "0x1", "9" * 40, "1;2", "\0", ",,,", "²"])
def test_broken_ids_are_left_out(visitor, text):
    response = visitor.get("/compare/", {"ids": text}, follow=True)
    assert response.status_code == 200
    assert response.context["columns"] == []


def test_statements_do_not_grow_with_the_programs(visitor):
    def statements(*records):
        with CaptureQueriesContext(connection) as queries:
            assert visitor.get(address(*records)).status_code == 200
        return len(queries)

    four = programs(4)
    for program in four:
        make.make_program_certification(program)
        make.make_cost(offering=program.offerings.get())
        make.make_career_link(program=program)
    assert statements(*four[:2]) == statements(*four)


def test_what_a_flag_and_a_price_do_not_say_is_told(visitor):
    first, second = programs(2)
    first.offerings.update(modality="unknown", modality_basis="family_flag")
    make.make_cost(offering=second.offerings.get(), amount=90_000)
    rows = rows_of(visitor, first, second)
    flagged = "Not reported; some programs of this family at this school are offered online"
    assert [cell.lines for cell in rows["How it is taught"].cells] == [(flagged,), ("Online",)]
    assert rows["Lowest price"].cells[1].lines == ("$90,000 (as the school reported it)",)


def test_a_sample_is_marked_in_its_column(visitor):
    real, sample = programs(2)
    sample.organization.is_fictional = True
    sample.organization.save()
    rows = rows_of(visitor, real, sample)
    assert [cell.lines for cell in rows["School"].cells] == [
        (real.organization.name,),
        (f"{sample.organization.name} (sample)",),
    ]
