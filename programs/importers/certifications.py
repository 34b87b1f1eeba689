"""IT certifications with their issuers, exam fees, renewal and occupations (RoleMath, JSON or CSV).

The fee is that of one exam, in US dollars: of the United States storefront where the file has one, else of every price
it lists in dollars (members and others). A yearly renewal fee is counted for the years until renewal. The JSON file
links certifications to occupations: each link goes to the job title that bears the occupation's name, in the singular
or plural, or to one made for it. The CSV file has no occupation codes and gives no links.

Certifications, issuers and job titles that were made by hand stay as they are; only missing links are added.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from programs.choices import CareerRelation, ChosenBy, LinkBasis, Status
from programs.models import CareerLink, Certification, JobTitle, JobTitleOccupation, Occupation, Organization

from . import citations
from .report import Report
from .rolemath import CSV_COLUMNS, Record, open_records, record_of
from .slugs import Slugs, slug_of
from .sync import IMPORTED_COLUMNS, Incoming, sync
from .tables import Layout, Row, RowError, Table
from .values import is_acronym, money, one_space, soc_code, split_title, website

LAYOUTS = (Layout("certifications", "*certifications*", CSV_COLUMNS, citations.ROLEMATH, reader=open_records),)
STOREFRONT = "United States storefront"


def load(tables: dict[str, Table], report: Report) -> None:
    table = tables["certifications"]
    source_id = citations.ROLEMATH.source(table).pk
    label = Certification._meta.verbose_name_plural
    records = list(report.read(table, _parse, label))
    issuers = _load_issuers(report, records, source_id)
    certifications = _load_certifications(report, records, issuers, source_id)
    _load_links(report, records, certifications, source_id)


def _load_issuers(report: Report, records: list[tuple], source_id: int) -> dict[str, int]:
    """Primary keys of the issuers by vendor id; one that the directory knows by name or alias is that one."""
    by_hand = {}
    for pk, name, acronym, aliases in Organization.objects.filter(import_key=None).values_list(
        "pk", "name", "acronym", "aliases"
    ):
        by_hand |= dict.fromkeys(map(str.casefold, filter(None, [name, acronym, *aliases])), pk)
    imported = Organization.objects.filter(import_key__startswith="rolemath:")
    keys = set(imported.values_list("import_key", flat=True))
    slugs = Slugs(Organization.objects.values_list("slug", flat=True))
    vendors = {issuer: (line, name) for line, issuer, name, *_ in reversed(records)}

    def incoming():
        for issuer, (line, name) in sorted(vendors.items()):
            key, first = f"rolemath:{issuer}", {}
            if key not in keys and name.casefold() not in by_hand:
                first = {"slug": slugs.take(slug_of(name), f"{slug_of(name)}-issuer"), "status": Status.PUBLISHED}
            yield Incoming(line, (key,), (name, source_id), first)

    pks = sync(
        report,
        Organization,
        incoming(),
        existing=imported,
        columns=("name", "source_id"),
        twin=lambda row: by_hand.get(row.values[0].casefold()),
    )
    return {key.removeprefix("rolemath:"): pk for (key,), pk in pks.items()}


def _load_certifications(report: Report, records: list[tuple], issuers: dict[str, int], source_id: int):
    by_hand = {}
    for pk, issuer, name, acronym in Certification.objects.filter(import_key=None).values_list(
        "pk", "issuer_id", "name", "acronym"
    ):
        by_hand |= dict.fromkeys([(issuer, name.casefold()), (issuer, acronym.casefold() or name.casefold())], pk)
    imported = Certification.objects.filter(import_key__startswith="rolemath:")
    keys = set(imported.values_list("import_key", flat=True))
    slugs = Slugs(Certification.objects.values_list("slug", flat=True))

    def twin(row: Incoming) -> int | None:
        issuer, name, acronym = row.values[:3]
        return by_hand.get((issuer, name.casefold())) or by_hand.get((issuer, acronym.casefold()))

    def incoming():
        for line, issuer, _, identifier, slug, values, _ in records:
            if issuer not in issuers:
                continue  # its issuer was refused
            key = f"rolemath:{identifier}"
            row = Incoming(line, (key,), (issuers[issuer], *values, source_id))
            if key not in keys and not twin(row):
                row = row._replace(first={"slug": slugs.take(slug), "status": Status.PUBLISHED})
            yield row

    return sync(
        report, Certification, incoming(), existing=imported, columns=IMPORTED_COLUMNS[Certification], twin=twin
    )


def _load_links(report: Report, records: list[tuple], certifications: dict, source_id: int) -> None:
    """Certifications to the job titles that bear the names of their occupations."""
    occupations = dict(Occupation.objects.values_list("code", "pk"))
    wanted: dict[str, tuple[int, str, str]] = {}
    for line, *_, links in records:
        for code, title in links:
            if code in occupations:
                wanted.setdefault(slug_of(title), (line, code, title))
            else:
                text = f"SOC code {code} is not in the directory; import soc first."
                report.tell(CareerLink._meta.verbose_name_plural, "invalid", text, line)
    titles = _job_titles(report, wanted, occupations, source_id)
    basis = (CareerRelation.PREPARES_FOR, LinkBasis.PROVIDER, source_id)
    pairs: dict[tuple[int, int], int] = {}
    for line, _, _, identifier, _, _, links in records:
        certification = certifications.get((f"rolemath:{identifier}",))
        for _, title in links:
            if certification and slug_of(title) in titles:
                pairs.setdefault((titles[slug_of(title)], certification), line)
    imported = CareerLink.objects.filter(source_id=source_id, basis=LinkBasis.PROVIDER, certification__isnull=False)
    by_hand = set(CareerLink.objects.exclude(pk__in=imported).values_list("job_title_id", "certification_id"))
    sync(
        report,
        CareerLink,
        (
            Incoming(line, pair, (), dict(zip(("relation", "basis", "source_id"), basis, strict=True)))
            for pair, line in pairs.items()
            if pair not in by_hand
        ),
        existing=imported,
        key=("job_title_id", "certification_id"),
        columns=(),
    )


def _job_titles(report: Report, wanted: dict, occupations: dict[str, int], source_id: int) -> dict[str, int]:
    """Primary keys by slug of the occupation's title; those that no job title bears are made."""
    ours = JobTitle.objects.filter(import_key__startswith="rolemath:")
    known = dict(JobTitle.objects.exclude(pk__in=ours).values_list("slug", "pk"))
    found = {slug: known.get(slug) or known.get(slug.removesuffix("s")) for slug in wanted}
    slugs = Slugs(JobTitle.objects.exclude(pk__in=ours).values_list("slug", flat=True))
    made = sync(
        report,
        JobTitle,
        (
            Incoming(line, (f"rolemath:{slug}",), (title, source_id), {
                "slug": slugs.take(slug), "status": Status.PUBLISHED
            })
            for slug, (line, _, title) in wanted.items()
            if not found[slug]
        ),
        existing=ours,
        columns=("name", "source_id"),
    )  # fmt: skip
    made = {key.removeprefix("rolemath:"): pk for (key,), pk in made.items()}
    main = {"is_primary": True, "chosen_by": ChosenBy.IMPORT}
    sync(
        report,
        JobTitleOccupation,
        (Incoming(wanted[slug][0], (pk, occupations[wanted[slug][1]]), (), main) for slug, pk in made.items()),
        existing=JobTitleOccupation.objects.filter(job_title__in=ours),
        key=("job_title_id", "occupation_id"),
        columns=(),
    )
    return {slug: pk for slug, pk in (found | made).items() if pk}


def _parse(row: Record | Row) -> tuple:
    """The line of a record and what ``_certification`` makes of it."""
    try:
        return row.line, *_certification(record_of(row))
    except (KeyError, TypeError, AttributeError) as error:
        raise RowError(f"the record is not laid out as RoleMath's ({error}).") from error


def _certification(record: dict) -> tuple:
    """(issuer id, issuer, id, slug, values in the order of IMPORTED_COLUMNS, (SOC code, title) of its occupations)."""
    about = record["credential"]
    name, acronym, aliases = _name(about["name"], about["slug"])
    if not slug_of(name) or not slug_of(about["slug"]) or not slug_of(about["vendor_name"]):
        raise RowError("a certification needs a name, a slug and a vendor_name.")
    fees, fee_date = _fees(record["exam_fees"])
    renewal = record["renewal"] or {}
    months, fee = _renewal(renewal)
    exams = [code for code in about["exam_codes"] if code]
    summary = f"Exams on record: {', '.join(exams)}. The fee is for one exam." if len(exams) > 1 else ""
    values = (
        name,
        acronym,
        [*aliases, *exams],
        summary,
        website(about["official_url"] or ""),
        min(fees, default=None),
        max(fees, default=None),
        fee_date,
        months,
        _renewal_text(renewal),
        fee,
        _date(record["checked_date"]),
        website(record["source_url"] or ""),
    )
    links = [(soc_code(place["soc_code"]), one_space(place["title"])) for place in record["occupations"]]
    return about["vendor_id"], one_space(about["vendor_name"]), about["certification_id"], about["slug"], values, links


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


def _fees(entries: Iterable[dict]) -> tuple[list[Decimal], date | None]:
    """The amounts that count, and the day on which the first of them was looked up."""
    dollars = [entry for entry in entries if entry["currency"] == "USD"]
    counted = [entry for entry in dollars if STOREFRONT in entry["scope"]] or dollars
    dates = [day for entry in counted if (day := _date(entry["checked_date"]))]
    return [money(str(entry["amount"]), "exam fee") for entry in counted], min(dates, default=None)


def _renewal(renewal: dict) -> tuple[int | None, Decimal | None]:
    """Months of validity (0: never expires; None: unknown, or stated both ways) and the fee of one renewal."""
    years = renewal.get("validity_years") or 0
    state = renewal.get("lifecycle_state")
    months = round(years * 12) if state == "time_limited" and years else None
    if state == "no_expiration" and not years:
        months = 0
    fee = renewal.get("fee")
    if fee is None or renewal.get("fee_unit") not in {"per_cycle", "per_year"}:
        return months, None
    fee = money(str(fee), "renewal fee")
    if renewal["fee_unit"] == "per_year":
        return months, (fee * months / 12).quantize(Decimal("0.01")) if months else None
    return months, fee


def _renewal_text(renewal: dict) -> str:
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
