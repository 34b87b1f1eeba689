import json

import pytest

from tests.covered import told


@pytest.fixture
def report(tmp_path):
    """A file of what one run covered of a module of four lines and one branch."""

    def make(engine, *, executed, branches=()):
        ways = [[1, 2], [1, 3]]
        missing = sorted({1, 2, 3, 4} - set(executed))
        left = [way for way in ways if way not in branches]
        counts = {"covered_lines": len(executed), "missing_lines": len(missing)}
        counts |= {"covered_branches": len(branches), "missing_branches": len(left), "percent_covered": 0.0}
        lines = {"executed_lines": sorted(executed), "missing_lines": missing}
        file = {**lines, "executed_branches": list(branches), "missing_branches": left, "summary": counts}
        path = tmp_path / f"{engine}.json"
        meta = {"software": "slipcover", "version": "1.1.0", "branch_coverage": True, "show_contexts": False}
        path.write_text(json.dumps({"meta": meta, "files": {"portal/a.py": file}, "summary": counts}))
        return path

    return make


def test_what_either_engine_ran_is_covered(report):
    first = report("sqlite", executed=[1, 2], branches=[[1, 2]])
    second = report("postgresql", executed=[1, 3, 4], branches=[[1, 3]])
    assert told([first, second]) == (True, "100.0 % of lines, 100.0 % of branches")


def test_too_little_is_refused_and_says_where_it_is_missing(report):
    first, second = report("sqlite", executed=[1]), report("postgresql", executed=[1])
    said = (
        "25.0 % of lines, 0.0 % of branches; at least 97 % of lines must run. Most is missing in portal/a.py 3 (2-4)"
    )
    assert told([first, second]) == (False, said)
