from programs.reads.comparison import Cell, Row, cell, parse_ids


def test_offerings_that_differ_are_numbered_and_those_that_agree_are_said_once():
    assert cell(["Online", "In person"]) == Cell(("1. Online", "2. In person"))
    assert cell(["Online", ""]) == Cell(("1. Online", "2. Not reported"))
    assert cell(["Online", "Online"]) == Cell(("Online",))
    assert cell([]) == Cell(("Not reported",), known=False)


def test_a_row_differs_only_among_answers_that_are_known():
    yes, no, unknown = Cell(("Yes",)), Cell(("No",)), Cell(("Not reported",), known=False)
    assert (Row("", (yes, no)).differs, Row("", (yes, unknown)).differs, Row("", (yes, yes)).differs) == (
        True,
        False,
        False,
    )


def test_ids_are_read_once_each_and_in_order():
    assert parse_ids("3, 1,3,x,2") == [3, 1, 2]
    assert parse_ids("1," * 10_000) == [1]
