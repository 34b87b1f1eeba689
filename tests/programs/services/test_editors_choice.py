"""The editors' choice of a job title's main occupation, whichever load ran first, and again after the next one."""

from pathlib import Path

import pytest
from django.conf import settings

from programs.choices import ChosenBy
from programs.models import JobTitle, JobTitleOccupation
from programs.services import shipped_rows
from programs.services.shipped_catalog import load_shipped_catalog
from tests.programs.importers.helpers import run

pytestmark = pytest.mark.django_db

NATION = Path(settings.BASE_DIR).parent / "shared" / "data"
"""The whole published files, where a machine has them (the default of ``make load``)."""

LOWEST = "11-1011"
"""An occupation whose code is below that of every curated title."""


def curated() -> dict[str, dict]:
    return shipped_rows.read_json("job_titles.json")


def main_occupations() -> dict[str, str]:
    links = JobTitleOccupation.objects.filter(is_primary=True, job_title__slug__in=curated())
    return dict(links.values_list("job_title__slug", "occupation__code"))


CHOSEN = {slug: entry["occupations"][0] for slug, entry in curated().items()}


@pytest.fixture
def published_files(tmp_path):
    """O*NET's and SOC's files, in which another occupation of a lower code reports every curated title too."""
    soc = ["Publisher,,,", "SOC Group,SOC Code,SOC Title,SOC Definition"]
    soc += [
        f'Detailed,{row["code"]},"{row["title"]}",What they do.' for row in shipped_rows.read_csv("occupations.csv")
    ]
    reported = ["O*NET-SOC Code\tReported Job Title\tShown in My Next Move"]
    for slug, entry in curated().items():
        title = slug.replace("-", " ").title()
        reported += [f"{code}.00\t{title}\tY" for code in (LOWEST, *entry["occupations"])]
    for name, lines in (
        ("soc/soc_2018_definitions.csv", soc),
        ("onet_29_0/Sample of Reported Titles.txt", reported),
    ):
        path = tmp_path / name
        path.parent.mkdir()
        path.write_text("\n".join(lines), encoding="utf-8")
    return tmp_path


def import_titles(path: Path) -> int:
    """Import SOC and the reported titles of O*NET; how much the latter changed."""
    run("soc", path=path / "soc")
    return run("onet", path=next(path.glob("onet_*/Sample of Reported Titles.txt*"))).changes


def reported_first(path):
    import_titles(path)
    assert set(main_occupations().values()) == {LOWEST}  # the lowest code of those that report it
    load_shipped_catalog()


def shipped_first(path):
    load_shipped_catalog()
    import_titles(path)


@pytest.mark.parametrize("load", [reported_first, shipped_first])
def test_the_editors_choice_wins_in_either_order_and_after_a_repeated_import(load, published_files):
    load(published_files)
    assert main_occupations() == CHOSEN

    assert import_titles(published_files) == 0
    assert main_occupations() == CHOSEN


@pytest.mark.parametrize("load", [reported_first, shipped_first])
def test_what_a_person_chose_since_is_kept_by_both_loads(load, published_files, edit):
    load(published_files)
    links = JobTitle.objects.get(slug="project-manager").occupation_links
    links.filter(is_primary=True).update(is_primary=False)
    links.filter(occupation__code=LOWEST).update(is_primary=True, chosen_by=ChosenBy.EDITOR)

    import_titles(published_files)
    edit("job_titles.json", lambda titles: titles["project-manager"].update(summary="Of a later release."))
    load_shipped_catalog()
    assert main_occupations() == {**CHOSEN, "project-manager": LOWEST}


def test_a_later_release_of_the_catalog_corrects_its_own_choice(published_files, edit):
    shipped_first(published_files)
    edit("job_titles.json", lambda titles: titles["cook"].update(occupations=["35-1011"]))
    load_shipped_catalog()
    assert main_occupations() == {**CHOSEN, "cook": "35-1011"}


@pytest.mark.skipif(not NATION.is_dir(), reason="the published files are not beside this project")
@pytest.mark.parametrize("order", ["reported first", "shipped first"])
def test_the_editors_choice_wins_over_the_published_titles(order):
    """As published: project managers are also reported by engineering managers, cooks by head cooks, and so on."""
    if order == "shipped first":
        load_shipped_catalog()
    import_titles(NATION)
    if order == "reported first":
        assert main_occupations()["project-manager"] == "11-9041"
        load_shipped_catalog()
    assert main_occupations() == CHOSEN


def test_a_curated_title_is_one_of_its_occupations_own_or_says_why():
    """By its name, without regard to case or the plural of the occupation; else the editors give a reason."""
    names = {}
    for row in shipped_rows.read_csv("occupation_titles.csv"):
        names.setdefault(row["occupation"], set()).update(spellings(row["title"]))
    for row in shipped_rows.read_csv("occupations.csv"):
        names.setdefault(row["code"], set()).add(row["title"].casefold().removesuffix("s"))
    unexplained = {
        slug
        for slug, entry in curated().items()
        if entry["name"].casefold() not in names[entry["occupations"][0]] and not entry.get("reason")
    }
    assert unexplained == set()
    assert all("reason" not in entry or len(entry["reason"]) > 30 for entry in curated().values())


def spellings(title: str) -> set[str]:
    """ "Certified Professional Coder (CPC)" is also either half of it."""
    halves = title.rstrip(")").split(" (")
    return {title.casefold(), *(half.casefold() for half in halves)}
