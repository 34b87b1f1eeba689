"""IT certifications with their issuers, exam fees, renewal and occupations (RoleMath, JSON or CSV).

The fee is that of one exam, in US dollars: of the United States storefront where the file has one, else of every price
it lists in dollars (members and others). A yearly renewal fee is counted for the years until renewal. The JSON file
links certifications to occupations: each link goes to the job title that bears the occupation's name, in the singular
or plural, or to one made for it. The CSV file has no occupation codes and gives no links.

Certifications, issuers and job titles that were made by hand stay as they are; only missing links are added.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from programs.choices import CareerRelation, ChosenBy, LinkBasis, Status
from programs.models import CareerLink, Certification, JobTitle, JobTitleOccupation, Occupation, Organization

from . import citations
from .imported import IMPORTED_COLUMNS, CertificationValues
from .report import Report
from .rolemath import CSV_COLUMNS, Fee, Renewal, open_table, record_of
from .slugs import Slugs, slug_of
from .sync import Incoming, Target, sync
from .tables import Layout, Row, RowError, Table
from .values import is_acronym, money, one_space, soc_code, split_title, website

LAYOUTS = (Layout("certifications", "*certifications*", CSV_COLUMNS, citations.ROLEMATH, reader=open_table),)
STOREFRONT = "United States storefront"
PREFIX = "rolemath:"
"""How the import keys begin."""

ISSUERS = Target(Organization, ("name", "source_id"))
CERTIFICATIONS = Target(Certification, IMPORTED_COLUMNS[Certification])
JOB_TITLES = Target(JobTitle, ("name", "source_id"))
MAIN_OCCUPATIONS = Target(JobTitleOccupation, key=("job_title_id", "occupation_id"))
CAREER_LINKS = Target(CareerLink, key=("job_title_id", "certification_id"))


class Link(NamedTuple):
    """An occupation that a certification is for; ``title`` is the occupation's."""

    line: int
    code: str
    title: str


class Parsed(NamedTuple):
    """One record of the file; ``vendor`` and ``identifier`` are RoleMath's own keys."""

    line: int
    vendor: str
    issuer: str
    identifier: str
    slug: str
    values: CertificationValues
    links: list[Link]


def load(tables: dict[str, Table], report: Report) -> None:
    table = tables["certifications"]
    source_id = citations.ROLEMATH.source(table).pk
    records = list(report.read(table, _parse, CERTIFICATIONS.label))
    issuers = _load_issuers(report, records, source_id)
    certifications = _load_certifications(report, records, issuers, source_id)
    _load_links(report, records, certifications, source_id)


def _load_issuers(report: Report, records: list[Parsed], source_id: int) -> dict[str, int]:
    """Primary keys of the issuers by vendor; one that the directory knows by name or alias is that one."""
    by_hand: dict[str, int] = {}
    for pk, name, acronym, aliases in Organization.objects.filter(import_key=None).values_list(
        "pk", "name", "acronym", "aliases"
    ):
        by_hand |= dict.fromkeys(map(str.casefold, filter(None, [name, acronym, *aliases])), pk)
    imported = Organization.objects.filter(import_key__startswith=PREFIX)
    keys = set(imported.values_list("import_key", flat=True))
    slugs = Slugs(Organization.objects.values_list("slug", flat=True))
    vendors = {record.vendor: record for record in reversed(records)}

    def incoming() -> Iterator[Incoming[tuple[str]]]:
        for vendor, record in sorted(vendors.items()):
            key, name, first = f"{PREFIX}{vendor}", record.issuer, {}
            twin = by_hand.get(name.casefold())
            if key not in keys and not twin:
                first = {"slug": slugs.take(slug_of(name), f"{slug_of(name)}-issuer"), "status": Status.PUBLISHED}
            yield Incoming(record.line, (key,), (name, source_id), first, twin)

    return _without_prefix(sync(report, ISSUERS, incoming(), existing=imported))


def _load_certifications(
    report: Report, records: list[Parsed], issuers: dict[str, int], source_id: int
) -> dict[str, int]:
    """Primary keys of the certifications by identifier."""
    by_hand: dict[tuple[int, str], int] = {}
    for pk, issuer_id, name, acronym in Certification.objects.filter(import_key=None).values_list(
        "pk", "issuer_id", "name", "acronym"
    ):
        for called in (name, acronym or name):
            by_hand[issuer_id, called.casefold()] = pk
    imported = Certification.objects.filter(import_key__startswith=PREFIX)
    keys = set(imported.values_list("import_key", flat=True))
    slugs = Slugs(Certification.objects.values_list("slug", flat=True))

    def incoming() -> Iterator[Incoming[tuple[str]]]:
        for record in records:
            if record.vendor not in issuers:
                continue  # its issuer was refused
            key, issuer_id, first = f"{PREFIX}{record.identifier}", issuers[record.vendor], {}
            name, acronym = record.values.name.casefold(), record.values.acronym.casefold()
            twin = by_hand.get((issuer_id, name)) or by_hand.get((issuer_id, acronym))
            if key not in keys and not twin:
                first = {"slug": slugs.take(record.slug), "status": Status.PUBLISHED}
            yield Incoming(record.line, (key,), (issuer_id, *record.values, source_id), first, twin)

    return _without_prefix(sync(report, CERTIFICATIONS, incoming(), existing=imported))


def _load_links(report: Report, records: list[Parsed], certifications: dict[str, int], source_id: int) -> None:
    """Certifications to the job titles that bear the names of their occupations."""
    occupations = dict(Occupation.objects.values_list("code", "pk"))
    wanted: dict[str, Link] = {}
    for link in (link for record in records for link in record.links):
        if link.code in occupations:
            wanted.setdefault(slug_of(link.title), link)
        else:
            text = f"SOC code {link.code} is not in the directory; import soc first."
            report.tell(CAREER_LINKS.label, "invalid", text, link.line)
    titles = _job_titles(report, wanted, occupations, source_id)
    pairs: dict[tuple[int, int], int] = {}
    for record in records:
        certification = certifications.get(record.identifier)
        for link in record.links:
            if certification and slug_of(link.title) in titles:
                pairs.setdefault((titles[slug_of(link.title)], certification), link.line)
    imported = CareerLink.objects.filter(source_id=source_id, basis=LinkBasis.PROVIDER, certification__isnull=False)
    by_hand = set(CareerLink.objects.exclude(pk__in=imported).values_list("job_title_id", "certification_id"))
    first = {"relation": CareerRelation.PREPARES_FOR, "basis": LinkBasis.PROVIDER, "source_id": source_id}
    rows = (Incoming(line, pair, first=first) for pair, line in pairs.items() if pair not in by_hand)
    sync(report, CAREER_LINKS, rows, existing=imported)


def _job_titles(
    report: Report, wanted: dict[str, Link], occupations: dict[str, int], source_id: int
) -> dict[str, int]:
    """Primary keys by slug of the occupation's title; those that no job title bears are made."""
    ours = JobTitle.objects.filter(import_key__startswith=PREFIX)
    others = dict(JobTitle.objects.exclude(pk__in=ours).values_list("slug", "pk"))
    known = {slug: pk for slug in wanted if (pk := others.get(slug) or others.get(slug.removesuffix("s")))}
    slugs = Slugs(others)
    rows = (
        Incoming(
            link.line,
            (f"{PREFIX}{slug}",),
            (link.title, source_id),
            first={"slug": slugs.take(slug), "status": Status.PUBLISHED},
        )
        for slug, link in wanted.items()
        if slug not in known
    )
    made = _without_prefix(sync(report, JOB_TITLES, rows, existing=ours))
    first = {"is_primary": True, "chosen_by": ChosenBy.IMPORT}
    links = (
        Incoming(wanted[slug].line, (pk, occupations[wanted[slug].code]), first=first) for slug, pk in made.items()
    )
    sync(report, MAIN_OCCUPATIONS, links, existing=JobTitleOccupation.objects.filter(job_title__in=ours))
    return known | made


def _without_prefix(pks: dict[tuple[str], int]) -> dict[str, int]:
    """Primary keys by RoleMath's own keys."""
    return {key.removeprefix(PREFIX): pk for (key,), pk in pks.items()}


def _parse(row: Row) -> Parsed:
    try:
        return _certification(row)
    except (KeyError, TypeError, AttributeError) as error:
        raise RowError(f"the record is not laid out as RoleMath's ({error}).") from error


def _certification(row: Row) -> Parsed:
    record = record_of(row)
    about = record.credential
    name, acronym, aliases = _name(about.name, about.slug)
    if not slug_of(name) or not slug_of(about.slug) or not slug_of(about.vendor_name):
        raise RowError("a certification needs a name, a slug and a vendor_name.")
    fees, fee_date = _fees(record.exam_fees)
    renewal: Renewal = record.renewal or {}
    months, fee = _renewal(renewal)
    exams = [code for code in record.exam_codes if code]
    values = CertificationValues(
        name=name,
        acronym=acronym,
        aliases=[*aliases, *exams],
        summary=f"Exams on record: {', '.join(exams)}. The fee is for one exam." if len(exams) > 1 else "",
        website=website(about.official_url or ""),
        exam_fee_min=min(fees, default=None),
        exam_fee_max=max(fees, default=None),
        fee_as_of=fee_date,
        valid_for_months=months,
        renewal=_renewal_text(renewal),
        renewal_fee=fee,
        last_verified_on=_date(record.checked_date),
        source_url=website(record.source_url or ""),
    )
    links = [Link(row.line, soc_code(place["soc_code"]), one_space(place["title"])) for place in record.occupations]
    issuer = one_space(about.vendor_name)
    return Parsed(row.line, about.vendor_id, issuer, about.certification_id, about.slug, values, links)


def _name(text: str, slug: str) -> tuple[str, str, list[str]]:
    """A certification's name, acronym and aliases.

    ``CISSP - Certified ... Professional`` and ``Certified ... (CEH)`` say their acronym; else a part of the slug that
    spells the first letters of the name is one (``cisco-ccna``), or an alias where it names a family (``ccst``).
    """
    text = one_space(text)
    short, dash, long = text.partition(" - ")
    if dash and is_acronym(short):
        return long, short, []
    name, others = split_title(text)
    if others and is_acronym(others[0]):
        return name, others[0], []
    initials = "".join(word[0] for word in text.replace("-", " ").split() if word[0].isupper())
    *family, last = slug.upper().split("-")
    spelled = [part for part in (*family, last) if len(part) > 2 and initials.startswith(part)]
    return (text, last, []) if last in spelled else (text, "", spelled)


def _fees(entries: Iterable[Fee]) -> tuple[list[Decimal], date | None]:
    """The amounts that count, and the day on which the first of them was looked up."""
    dollars = [entry for entry in entries if entry["currency"] == "USD"]
    counted = [entry for entry in dollars if STOREFRONT in entry["scope"]] or dollars
    dates = [day for entry in counted if (day := _date(entry["checked_date"]))]
    return [money(str(entry["amount"]), "exam fee") for entry in counted], min(dates, default=None)


def _renewal(renewal: Renewal) -> tuple[int | None, Decimal | None]:
    """Months of validity (0: never expires; None: unknown, or stated both ways) and the fee of one renewal."""
    years = renewal.get("validity_years") or 0
    state = renewal.get("lifecycle_state")
    months = round(years * 12) if state == "time_limited" and years else None
    if state == "no_expiration" and not years:
        months = 0
    amount = renewal.get("fee")
    if amount is None or renewal.get("fee_unit") not in {"per_cycle", "per_year"}:
        return months, None
    fee = money(str(amount), "renewal fee")
    if renewal["fee_unit"] == "per_year":
        return months, (fee * months / 12).quantize(Decimal("0.01")) if months else None
    return months, fee


def _renewal_text(renewal: Renewal) -> str:
    text = one_space(renewal.get("model") or "")
    if renewal.get("fee") and renewal.get("fee_unit") == "per_year":
        text = f"{text}{'' if text.endswith('.') else '.'} Fee: {renewal['fee']:.2f} US dollars a year."
    return text


def _date(text: str | None) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise RowError(f"{text!r} is not a date.") from None
