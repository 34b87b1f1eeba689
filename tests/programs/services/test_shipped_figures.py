"""BLS's marks, read as this directory records them."""

import csv

from programs import models
from programs.services.shipped_figures import occupation_figures


def test_marks_of_the_wage_file_become_reasons_and_qualifiers(own_files):
    with (own_files / "wages.csv").open(encoding="utf-8") as file:
        header = next(csv.reader(file))
    line = dict.fromkeys(header, "*") | {"occupation": "29-1141", "tot_emp": "**", "a_mean": "#", "h_mean": "#"}
    yearly = line | {"occupation": "25-1011", "annual": "TRUE"}
    line["annual"] = ""
    with (own_files / "wages.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header)
        writer.writeheader()
        writer.writerows([line, yearly])
    (own_files / "outlook.csv").write_text("occupation,growth_percent,openings_thousands\n", encoding="utf-8")
    occupations = {code: models.Occupation(code=code) for code in ("29-1141", "25-1011")}
    sources = {name: models.Source(publisher="BLS", title=name) for name in ("oews", "projections")}

    figures = {
        (figure.occupation.code, figure.measure, figure.statistic): (
            figure.value,
            figure.qualifier,
            figure.suppressed_reason,
        )
        for figure in occupation_figures(occupations, sources)
    }

    assert len(figures) == 13 + 7
    assert figures["29-1141", "annual_wage", "mean"] == ("239200", "over", "")
    assert figures["29-1141", "hourly_wage", "mean"] == ("115", "over", "")
    assert figures["29-1141", "annual_wage", "p90"] == (None, "exactly", "not_available")
    assert figures["29-1141", "employment", "count"] == (None, "exactly", "not_available")
    assert ("25-1011", "hourly_wage", "mean") not in figures
