"""The publishers of the imported files, as Source rows. Public domain where the United States government is one."""

from programs.models import Source

NCES = "National Center for Education Statistics"
BLS = "U.S. Bureau of Labor Statistics"
ED = "U.S. Department of Education"
ETA = "U.S. Department of Labor, Employment and Training Administration"
PUBLIC_DOMAIN = "Public domain (U.S. government work)"
CC_BY = "CC BY 4.0"


def _cite(publisher: str, title: str, url: str, licence: str = PUBLIC_DOMAIN, credit: str = "") -> Source:
    """The row of this publisher and title, made when first needed."""
    defaults = {"url": url, "licence": licence, "credit": credit}
    return Source.objects.get_or_create(publisher=publisher, title=title, defaults=defaults)[0]


def cip() -> Source:
    return _cite(NCES, "CIP 2020", "https://nces.ed.gov/ipeds/cipcode/")


def soc() -> Source:
    return _cite(BLS, "2018 Standard Occupational Classification", "https://www.bls.gov/soc/2018/")


def directory(year: int) -> Source:
    """IPEDS Institutional Characteristics header file of the collection that begins in ``year``."""
    return _cite(NCES, f"IPEDS Institutional Characteristics {_school_year(year)}", "https://nces.ed.gov/ipeds/")


def completions(year: int) -> Source:
    """IPEDS completions whose file is named for ``year``: awards from 1 July of the year before to 30 June."""
    return _cite(NCES, f"IPEDS Completions {_school_year(year - 1)}", "https://nces.ed.gov/ipeds/")


def scorecard(year: int) -> Source:
    """College Scorecard institution file of the school year that begins in ``year``."""
    return _cite(ED, f"College Scorecard {_school_year(year)}", "https://collegescorecard.ed.gov/data/")


def wages(year: int) -> Source:
    return _cite(BLS, f"Occupational Employment and Wage Statistics, May {year}", "https://www.bls.gov/oes/")


def projections(first: int, last: int) -> Source:
    return _cite(BLS, f"Employment Projections {first}-{last % 100:02}", "https://www.bls.gov/emp/")


def onet(version: str) -> Source:
    credit = (
        f"This page includes information from the O*NET {version} Database by the U.S. Department of Labor, "
        "Employment and Training Administration (USDOL/ETA). Used under the CC BY 4.0 license. O*NET® is a trademark "
        "of USDOL/ETA. Modified."
    )
    return _cite(ETA, f"O*NET {version} Database", "https://www.onetcenter.org/database.html", CC_BY, credit)


def geonames() -> Source:
    credit = "Postal codes: GeoNames, CC BY 4.0."
    return _cite("GeoNames", "Postal codes of the United States", "https://www.geonames.org/", CC_BY, credit)


def rolemath(version: str) -> Source:
    """``version`` is blank where the file does not say it."""
    title = f"Top-50 Certification Data, version {version}" if version else "Top-50 Certification Data"
    return _cite(
        "RoleMath", title, "https://rolemath.com/", CC_BY, f"RoleMath {title}, Alex Shick / RoleMath, CC BY 4.0."
    )


def _school_year(first: int) -> str:
    return f"{first}-{(first + 1) % 100:02}"
