"""Codes under which the wage survey and the projections publish several SOC 2018 occupations together."""

from collections.abc import Mapping

COMBINED = {
    "13-1020": ("13-1021", "13-1022", "13-1023"),
    "13-2020": ("13-2022", "13-2023"),
    "21-1018": ("21-1011", "21-1014"),
    "25-2052": ("25-2055", "25-2056"),
    "25-9045": ("25-9042", "25-9043", "25-9049"),
    "29-2010": ("29-2011", "29-2012"),
    "31-1120": ("31-1121", "31-1122"),
    "39-7010": ("39-7011", "39-7012"),
    "47-4090": ("47-4091", "47-4099"),
    "51-2028": ("51-2022", "51-2023"),
    "51-2090": ("51-2092", "51-2099"),
    "53-1047": ("53-1042", "53-1043", "53-1044", "53-1049"),
}
"""Measured on the May 2025 and 2024-34 files. Each member carries the figure of its group."""


def members(code: str) -> tuple[str, ...]:
    """The SOC codes that a published code speaks for: itself, or the occupations it combines."""
    return COMBINED.get(code, (code,))


def names_of(code: str, titles: Mapping[str, str]) -> str:
    """The occupations that a combined code speaks for, separated by semicolons; empty for a code of one occupation.

    ``titles``: of the directory's occupations, by code.
    """
    return "; ".join(titles[member] for member in COMBINED.get(code, ()) if member in titles)
