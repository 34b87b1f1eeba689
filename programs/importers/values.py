"""Reads the cells of published tables. What cannot be read raises RowError with a reason for people."""

import re
from collections.abc import Container
from decimal import Decimal, InvalidOperation
from urllib.parse import urlsplit

from programs.choices import AwardLevel, DurationBasis
from programs.wording import WEEKS_PER_MONTH

from .tables import RowError

SMALL_WORDS = {"a", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"}
ACRONYMS = {"ESL", "GED", "JROTC", "ROTC", "STEM", "US"}
SIX_DIGITS = len("01.0101")
MISSING = {"", "NA", "N/A", "n/a", "NULL", "PS", "PrivacySuppressed", "."}
NOT_STATED = MISSING | {"-1", "-2", "-3"}
"""IPEDS writes -1 for not reported, -2 for not applicable, -3 for not available."""
LOW_ZIPS = {
    "CT": ("06",),
    "MA": ("01", "02", "055"),
    "ME": ("039", "04"),
    "NH": ("03",),
    "NJ": ("07", "08"),
    "NY": ("005", "063"),
    "PR": ("006", "007", "009"),
    "RI": ("02",),
    "VI": ("008",),
    "VT": ("05",),
}
"""The states whose ZIP codes begin with 0, and how (measured on GeoNames' and HD2024's): no others can lose a zero."""

AWARD_LEVEL_WEEKS: dict[int | None, tuple[int, int]] = {
    AwardLevel.CERTIFICATE_UNDER_12_WEEKS: (1, 11),
    AwardLevel.CERTIFICATE_12_WEEKS_TO_1_YEAR: (12, 51),
    AwardLevel.CERTIFICATE_1_TO_2_YEARS: (52, 103),
    AwardLevel.CERTIFICATE_2_TO_4_YEARS: (104, 207),
    AwardLevel.ASSOCIATE: (104, 207),
    AwardLevel.BACHELOR: (208, 260),
    AwardLevel.MASTER: (52, 104),
}
"""First and last whole week of study by award level, full time (IPEDS glossary, NCES); other levels have no range."""


def cip_code(text: str) -> str:
    """``="01.0101"``, ``01.0101`` or ``1.0101`` (a leading zero lost to a spreadsheet) as ``01.0101``."""
    code = text.strip().removeprefix("=").strip('"')
    if re.fullmatch(r"\d(\.\d{2}(\d{2})?)?", code):
        code = f"0{code}"
    if not re.fullmatch(r"\d{2}(\.\d{2}(\d{2})?)?", code, re.ASCII):
        raise RowError(f"{text!r} is not a CIP code.")
    return code


def program_code(text: str, known: Container[str]) -> str:
    """A six-digit CIP code with the zeros that a number format took: ``1.0301`` is 01.0301, ``51`` is 51.0000.

    Zeros at the end are given back only where that makes one of the ``known`` codes, so a family never passes for a
    program.
    """
    code = text.strip().removeprefix("=").strip('"')
    match = re.fullmatch(r"(\d{1,2})(?:\.(\d{0,4}))?", code, re.ASCII)
    if not match:
        raise RowError(f"{text!r} is not a CIP code.")
    family, rest = match.group(1).zfill(2), match.group(2) or ""
    padded = f"{family}.{rest:0<4}"
    if len(rest) < 4 and padded not in known:
        raise RowError(f"{text!r} is not a six-digit CIP code, and {padded} is none that is known.")
    return padded


def soc_code(text: str) -> str:
    """``29-2072`` of ``29-2072`` or of O*NET's ``29-2072.00``."""
    if not re.fullmatch(r"\d{2}-\d{4}(\.\d{2})?", text, re.ASCII):
        raise RowError(f"{text!r} is not a SOC code.")
    return text[:7]


def zip_code(text: str, state: str) -> str:
    """``02138`` or ``02138-1234``, also of nine digits in a row, or of less where the state's begin with zeros."""
    match = re.fullmatch(r"(\d{3,5})(?:-?(\d{4}))?", text, re.ASCII)
    if not match:
        raise RowError(f"ZIP {text!r} is not a ZIP code.")
    digits, extension = match.groups()
    if len(digits) < 5:
        digits = digits.zfill(5)
        if not digits.startswith(LOW_ZIPS.get(state, "none")):
            raise RowError(f"ZIP {text!r} is too short for {state or 'its state'}.")
    return f"{digits}-{extension}" if extension else digits


def ope_id(text: str) -> str:
    """Eight digits: six of the school (the lowest is 001002) and two of the branch, with the zeros in front."""
    if not re.fullmatch(r"\d{6,8}", text, re.ASCII):
        raise RowError(f"OPEID {text!r} is not a number of eight digits.")
    return text.zfill(8)


def whole(text: str, what: str) -> int:
    """A whole number of 0 or more."""
    if not re.fullmatch(r"\d{1,9}", text, re.ASCII):
        raise RowError(f"{what} {text!r} is not a whole number.")
    return int(text)


def decimal(text: str, what: str) -> Decimal:
    """A number with at most twelve digits before the point; commas and a dollar sign may be in it. To two places."""
    try:
        number = Decimal(text.replace(",", "").replace("$", ""))
        if not number.is_finite() or abs(number) >= Decimal(10) ** 12:
            raise InvalidOperation
    except InvalidOperation:
        raise RowError(f"{what} {text!r} is not a number.") from None
    return number.quantize(Decimal("0.01"))


def money(text: str, what: str) -> Decimal:
    """An amount of 0 or more, below a hundred million, to the cent."""
    amount = decimal(text, what)
    if not 0 <= amount < 10**8:
        raise RowError(f"{what} {text!r} is not an amount of money.")
    return amount


def weeks_of_months(months: int) -> int:
    """Whole weeks nearest to ``months`` of 52/12 weeks; at least 1."""
    return max(1, round(months * WEEKS_PER_MONTH))


def duration_of_level(level: int | None) -> tuple[int | None, int | None, DurationBasis]:
    """First and last whole week of study, where all that is known is the award level."""
    if level in AWARD_LEVEL_WEEKS:
        return *AWARD_LEVEL_WEEKS[level], DurationBasis.AWARD_LEVEL
    return None, None, DurationBasis.UNKNOWN


def degrees(text: str, what: str, limit: int) -> float:
    """A coordinate of a place in the United States, none of which lies at 0."""
    try:
        number = float(text)
    except ValueError:
        raise RowError(f"{what} {text!r} is not a number.") from None
    if not -limit <= number <= limit:
        raise RowError(f"{what} {text!r} is not between -{limit} and {limit} degrees.")
    if number == 0:
        raise RowError(f"{what} {text!r} is no place in the country.")
    return number


def one_space(text: str) -> str:
    return " ".join(text.split())


def sentence_free(title: str) -> str:
    """A CIP title without its full stop; one that shouts is written in title case."""
    title = one_space(title).removesuffix(".")
    return title_case(title) if title.isupper() else title


def title_case(text: str) -> str:
    """``ENGINEERING-RELATED FIELDS AND ART`` as ``Engineering-Related Fields and Art``; known acronyms stay."""

    def word(match: re.Match[str]) -> str:
        found: str = match.group()
        if found.upper() in ACRONYMS:
            return found.upper()
        lower = found.lower()
        is_small = lower in SMALL_WORDS and match.start() > 0 and text[match.start() - 1] == " "
        return lower if is_small else lower[:1].upper() + lower[1:]

    return re.sub(r"[^\W\d_]+(?:['’][^\W\d_]+)*", word, text)


def is_acronym(text: str) -> bool:
    """``CPC``, ``RHIT``, ``A&P``: two to eight characters, no small letters but an s, no space."""
    return bool(re.fullmatch(r"[A-Z][A-Z0-9&+-]{0,6}[A-Z0-9+]s?", text))


def split_title(text: str) -> tuple[str, list[str]]:
    """A job title and its other names.

    ``Chief Financial Officer (CFO)`` gives the name and ``["CFO"]``; ``CEO (Chief Executive Officer)`` gives the long
    form as the name and the short one as the alias.
    """
    text = one_space(text)
    match = re.fullmatch(r"([^()]+?) ?\(([^()]+)\)", text)
    if not match:
        return text, []
    name, other = match.group(1).strip(), match.group(2).strip()
    if not name or not other:
        return text, []
    return (other, [name]) if is_acronym(name) and not is_acronym(other) else (name, [other])


def split_aliases(text: str, name: str) -> list[str]:
    """The other names of a school (IPEDS ``IALIAS``), without its own name and repeats.

    Bars and semicolons always part names; commas and wide gaps only where nothing else does, and never before a
    company's form ("Academy, Inc").
    """
    if re.search(r"[|;]", text):
        parts = re.split(r"[|;]", text)
    elif "," in text:
        parts = re.split(r",(?!\s*(?:Inc|LLC|L\.L\.C|Ltd|Co|Corp)\b)", text, flags=re.IGNORECASE)
    else:
        parts = re.split(r"\s{2,}", text)
    seen, aliases = {name.casefold()}, []
    for part in map(one_space, parts):
        if len(part) > 1 and part.casefold() not in seen:
            seen.add(part.casefold())
            aliases.append(part)
    return aliases


def website(text: str) -> str:
    """A web address with its scheme; nothing where the text is not one (an e-mail address, a word)."""
    text = text.strip().rstrip("?").replace(" ", "%20")
    if not text or text in MISSING:
        return ""
    if "://" not in text:
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        is_address = parts.scheme in {"http", "https"} and not parts.username and parts.port != 0
    except ValueError:
        return ""
    if not is_address or not re.fullmatch(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}", host):
        return ""
    return text if len(text) <= 500 else ""
