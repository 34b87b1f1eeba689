"""What the imported files are cited as, and how each says which release it is: the one rule for every source.

The releases that the directory has are those that its Source rows name, so an older file is told from a newer one
whoever loaded that, and however long ago.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from programs.models import Source

from .tables import FileError, Table

NCES = "National Center for Education Statistics"
BLS = "U.S. Bureau of Labor Statistics"
ED = "U.S. Department of Education"
ETA = "U.S. Department of Labor, Employment and Training Administration"
PUBLIC_DOMAIN = "Public domain (U.S. government work)"
CC_BY = "CC BY 4.0"
REVISED = ", revised"
RELEASE = rf"((?:[A-Za-z]+ )?\d[\d.-]*(?:{REVISED})?)"
"""How titles write one: "2024-25", "2024-25, revised", "May 2025", "version 0.2.0". Nothing else may pass for one."""


@dataclass(frozen=True)
class Citation:
    """A publication; ``{}`` in the title and ``{release}`` in the credit stand for one release of it.

    ``release_of`` reads the release of a table as the title says it ("2024-25"); blank where the file cannot tell.
    It raises FileError where the file should and does not.
    """

    publisher: str
    title: str
    url: str
    release_of: Callable[[Table], str]
    licence: str = PUBLIC_DOMAIN
    credit: str = ""

    def source(self, table: Table) -> Source:
        """The Source row of the table's release, made when first needed."""
        release = self.release_of(table)
        title = self.title.format(release).rstrip(", ")
        credit = self.credit.format(release=release, title=title)
        defaults = {"url": self.url, "licence": self.licence, "credit": credit}
        return Source.objects.get_or_create(publisher=self.publisher, title=title, defaults=defaults)[0]

    def numbers(self, table: Table) -> list[int]:
        """The numbers in the table's release: 2024 and 25 of "2024-25"."""
        return _numbers(self.release_of(table))

    def refuse_older(self, table: Table) -> None:
        """Raises FileError when the directory has a newer release than the table's."""
        release = self.release_of(table)
        newest = max(self._cited_releases(), key=_age, default=release) if release else ""
        if _age(release) < _age(newest):
            problem = (
                f"this is {self.title.format(release)}, and the directory has {newest}; "
                "import the newer file, or take this one with --older."
            )
            raise FileError(table.name, problem)

    def _cited_releases(self) -> list[str]:
        titles = Source.objects.filter(publisher=self.publisher).values_list("title", flat=True)
        pattern = re.escape(self.title).replace(r"\{\}", RELEASE)
        return [match.group(1) for title in titles if (match := re.fullmatch(pattern, title))]


def _numbers(release: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", release)]


def _age(release: str) -> tuple[int, ...]:
    """What orders releases: their numbers; of one release, the revised table is the newer."""
    return *_numbers(release), release.endswith(REVISED)


def _said(table: Table, pattern: str, problem: str) -> tuple[int, ...]:
    """The numbers that ``pattern`` finds in the file's name, else in that of its folder or archive, else FileError."""
    for place in table.file.places:
        if match := re.search(pattern, place, re.IGNORECASE):
            return tuple(int(number) for number in match.groups())
    raise FileError(table.name, problem)


def _year(table: Table, pattern: str, example: str) -> int:
    return _said(table, pattern, f"the name must hold the year as the publisher's does ({example}).")[0]


def _collection(table: Table, pattern: str, example: str, *, begins: int = 0) -> str:
    """The school year of an IPEDS table that is named for a year; it begins so many years from that."""
    revised = REVISED if "_rv" in table.file.plain_name else ""
    return _school_year(_year(table, pattern, example) + begins) + revised


def _school_year(first: int) -> str:
    return f"{first}-{(first + 1) % 100:02}"


PROJECTED_GROWTH = "Employment change, percent*"
"""The column whose header holds the years of the projections."""


def _projected_years(table: Table) -> str:
    header = table.header_name(PROJECTED_GROWTH)
    match = re.search(r"(20\d\d)\D(?:20)?(\d\d)\b", header)
    if not match:
        raise FileError(table.name, "the name must hold the years.", line=table.header_line, column=header)
    return f"{match.group(1)}-{match.group(2)}"


def _onet_version(table: Table) -> str:
    problem = "name the folder for its O*NET release (onet_29_0), so that it can be cited."
    return "{}.{}".format(*_said(table, r"(?:onet|db)_(\d+)_(\d+)", problem))


def _edition(pattern: str, current: str) -> Callable[[Table], str]:
    """The edition in a file's name; a file that does not say it is of the one that the directory rests on."""

    def release_of(table: Table) -> str:
        match = re.search(pattern, table.file.plain_name)
        return match.group(1) if match else current

    return release_of


def _rolemath_version(table: Table) -> str:
    return f"version {table.version}" if table.version else ""  # the CSV file does not say it


CIP = Citation(NCES, "CIP {}", "https://nces.ed.gov/ipeds/cipcode/", _edition(r"cipcode(\d{4})", "2020"))
SOC = Citation(
    BLS, "{} Standard Occupational Classification", "https://www.bls.gov/soc/2018/", _edition(r"soc_(\d{4})", "2018")
)
DIRECTORY = Citation(
    NCES,
    "IPEDS Institutional Characteristics {}",
    "https://nces.ed.gov/ipeds/",
    lambda table: _collection(table, r"hd(20\d\d)", "hd2024.csv"),
)
COMPLETIONS = Citation(
    NCES,
    "IPEDS Completions {}",
    "https://nces.ed.gov/ipeds/",
    # Awards from 1 July of the year before to 30 June of the year in the name.
    lambda table: _collection(table, r"c(20\d\d)_a", "c2024_a.csv", begins=-1),
)
SCORECARD = Citation(
    ED,
    "College Scorecard {}",
    "https://collegescorecard.ed.gov/data/",
    lambda table: _school_year(_year(table, r"merged(20\d\d)_", "MERGED2023_24_PP.csv")),
)
WAGES = Citation(
    BLS,
    "Occupational Employment and Wage Statistics, {}",
    "https://www.bls.gov/oes/",
    lambda table: "May {}".format(_year(table, r"(?:^|_)m_?(20\d\d)", "national_M2025_dl.csv")),
)
PROJECTIONS = Citation(BLS, "Employment Projections {}", "https://www.bls.gov/emp/", _projected_years)
ONET = Citation(
    ETA,
    "O*NET {} Database",
    "https://www.onetcenter.org/database.html",
    _onet_version,
    CC_BY,
    "This page includes information from the O*NET {release} Database by the U.S. Department of Labor, "
    "Employment and Training Administration (USDOL/ETA). Used under the CC BY 4.0 license. O*NET® is a trademark "
    "of USDOL/ETA. Modified.",
)
GEONAMES = Citation(
    "GeoNames",
    "Postal codes of the United States",
    "https://www.geonames.org/",
    lambda table: "",  # the file does not say it: the last one read stands
    CC_BY,
    "Postal codes: GeoNames, CC BY 4.0.",
)
ROLEMATH = Citation(
    "RoleMath",
    "Top-50 Certification Data, {}",
    "https://rolemath.com/",
    _rolemath_version,
    CC_BY,
    "RoleMath {title}, Alex Shick / RoleMath, CC BY 4.0.",
)
