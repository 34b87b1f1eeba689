"""Loads the catalog that ships with Waypoint: ``programs/data``, described in its README.

A record that is there already, made by an import or by hand, is left as it is and linked to; only what is missing is
made. What a record owns (offerings, costs, requirements) is made with it and never again. Each state of the files is
loaded once, so what a person deletes stays deleted until a later release changes the files.
"""

from operator import attrgetter

from django.utils import timezone
from django.utils.text import slugify

from programs.choices import (
    ChosenBy,
    DurationBasis,
    ImportOutcome,
    LinkBasis,
    ModalityBasis,
    Status,
)
from programs.models import (
    CareerLink,
    Certification,
    CertificationRequirement,
    Cost,
    Crosswalk,
    FieldOfStudy,
    ImportRun,
    JobTitle,
    JobTitleOccupation,
    Occupation,
    OccupationTitle,
    Offering,
    Organization,
    Program,
    ProgramCertification,
    Source,
    StartDate,
    ZipCentroid,
)
from programs.search import bulk_change

from .shipped_figures import occupation_figures, quoted_figures
from .shipped_rows import Entry, Named, Rows, files, fingerprint, read_csv, read_json

RUN_NAME = "shipped"
STATISTIC_KEY = ("measure", "statistic", "area", "period_start", "period_end", "source_id")


def load_shipped_catalog() -> dict[str, int]:
    """Load what this state of the files adds; returns {table: rows written}, empty when it was loaded before.

    One transaction that advances the catalog revision once. Raises DirectoryError for a value or a name in the files
    that does not hold.
    """
    digest = fingerprint()
    if ImportRun.objects.filter(source=RUN_NAME, file_hash=digest, outcome=ImportOutcome.DONE).exists():
        return {}
    with bulk_change():
        counts = _Catalog().load()
        ImportRun.objects.create(
            source=RUN_NAME,
            file_name="programs/data",
            file_hash=digest,
            outcome=ImportOutcome.DONE,
            counts=counts,
            finished=timezone.now(),
        )
    return counts


class _Catalog:
    """The records by the names that the files give them, in the order in which they need each other."""

    def __init__(self) -> None:
        self.rows = Rows()

    def load(self) -> dict[str, int]:
        self.sources = Named("source", self.add_sources())
        self.fields = Named("field of study", self.add_fields())
        self.occupations = Named("occupation", self.add_occupations())
        self.add_code_links()
        self.organizations = Named("organization", self.add_organizations(read_json("organizations.json")))
        self.certifications = Named[Certification]("certification")
        self.add_certifications()
        self.job_titles = Named("job title", self.add_job_titles())
        self.add_occupations_of_titles()
        self.add_career_links()
        self.add_figures()
        self.add_schools()
        return dict(self.rows.counts)

    # Codes of public files

    def add_sources(self) -> dict[str, Source]:
        entries = read_json("sources.json")
        made, _ = self.rows.add([Source(**entry) for entry in entries.values()], "publisher", "title")
        return {name: made[entry["publisher"], entry["title"]] for name, entry in entries.items()}

    def add_fields(self) -> dict[str, FieldOfStudy]:
        lines = list(read_csv("fields.csv"))
        fields = Named[FieldOfStudy]("field of study")
        for digits, parent_digits in ((2, None), (5, 2), (7, 5)):
            level = [
                FieldOfStudy(
                    **line,
                    source=self.sources["cip"],
                    parent=fields[line["code"][:parent_digits]] if parent_digits else None,
                )
                for line in lines
                if len(line["code"]) == digits
            ]
            fields.update({code: field for (code,), field in self.rows.add(level, "code")[0].items()})
        return fields

    def add_occupations(self) -> dict[str, Occupation]:
        wanted = [Occupation(**{**line, "source": self.sources["soc"]}) for line in read_csv("occupations.csv")]
        known, _ = self.rows.add(wanted, "code")
        for occupation in wanted:
            held = known[occupation.code,]
            if held.import_key:
                # Facts that no public file has.
                self.rows.fill_blanks(held, occupation, "remote_work", "direct_patient_care")
            if held.typical_entry_education == occupation.typical_entry_education:
                self.rows.fill_blanks(held, occupation, "education_group_names")
        return {code: occupation for (code,), occupation in known.items()}

    def add_code_links(self) -> None:
        self.rows.add(
            (
                Crosswalk(field=self.fields[line["field"]], occupation=self.occupations[line["occupation"]])
                for line in read_csv("crosswalk.csv")
            ),
            "field_id",
            "occupation_id",
        )
        self.rows.add(
            (
                OccupationTitle(**{**line, "occupation": self.occupations[line["occupation"]]})
                for line in read_csv("occupation_titles.csv")
            ),
            "occupation_id",
            "title",
            "kind",
        )
        self.rows.add((ZipCentroid(**line) for line in read_csv("zips.csv")), "zip")

    # Certifications and job titles

    def add_organizations(self, entries: dict[str, Entry]) -> dict[str, Organization]:
        """``entries`` is {slug: columns}; what comes of them is published unless they say otherwise."""
        known, _ = self.rows.add(
            (Organization(**{"slug": slug, "status": Status.PUBLISHED, **entry}) for slug, entry in entries.items()),
            "slug",
        )
        return {slug: organization for (slug,), organization in known.items()}

    def add_certifications(self) -> None:
        """Those that are a stage or a specialization of another come after it, in a second round."""
        entries = read_json("certifications.json")
        parts = {slug for slug, entry in entries.items() if {"stage_of", "specialization_of"} & entry.keys()}
        for round_of in (entries.keys() - parts, parts):
            self.add_certification_round({slug: entry for slug, entry in entries.items() if slug in round_of})

    def add_certification_round(self, entries: dict[str, Entry]) -> None:
        wanted: list[Certification] = []
        requirements: dict[str, list[Entry]] = {}
        for slug, entry in entries.items():
            columns = {"slug": slug, "status": Status.PUBLISHED, **entry}
            requirements[slug] = columns.pop("requirements", [])
            columns["issuer"] = self.organizations[entry["issuer"]]
            columns["field"] = self.fields[entry["field"]]
            columns["source"] = self.sources[entry["source"]]
            for part in ("stage_of", "specialization_of"):
                if part in entry:
                    columns[part] = self.certifications[entry[part]]
            wanted.append(Certification(**columns))
        issuers = {certification.issuer for certification in wanted}
        # An import may hold one of these under another slug: the issuer and the name are its identity too.
        held = {(row.issuer_id, row.name): row for row in Certification.objects.filter(issuer__in=issuers)}
        known, made = self.rows.add((row for row in wanted if (row.issuer_id, row.name) not in held), "slug")
        for row in wanted:
            record = held.get((row.issuer_id, row.name)) or known[row.slug,]
            self.certifications[row.slug] = record
            if record.import_key:
                self.rows.fill_blanks(record, row, "acronym", "aliases", "summary", "field_id")
        self.rows.add_owned(
            CertificationRequirement(certification=certification, order=order, **requirement)
            for certification in made
            for order, requirement in enumerate(requirements[certification.slug], start=1)
        )

    def add_job_titles(self) -> dict[str, JobTitle]:
        self.job_title_entries = read_json("job_titles.json")
        links = ("occupations", "reason", "advances_to", "certifications")
        wanted = [
            JobTitle(
                slug=slug,
                status=Status.PUBLISHED,
                is_curated=True,
                source=self.sources["editors"],
                **{column: value for column, value in entry.items() if column not in links},
            )
            for slug, entry in self.job_title_entries.items()
        ]
        known, _ = self.rows.add(wanted, "slug")
        for job_title in wanted:
            if known[job_title.slug,].import_key:
                # O*NET reports the same title: it becomes the curated one, with what O*NET does not say.
                self.rows.fill_blanks(
                    known[job_title.slug,], job_title, "summary", "aliases", "seniority", "is_curated"
                )
        return {slug: job_title for (slug,), job_title in known.items()}

    def add_occupations_of_titles(self) -> None:
        """The first occupation of an entry is the main one of its title, whatever an import took for it.

        A title whose occupations a person chose keeps that choice.
        """
        links = JobTitleOccupation.objects.filter(job_title__in=self.job_titles.values())
        by_hand = set(links.filter(chosen_by=ChosenBy.EDITOR).values_list("job_title_id", flat=True))
        wanted = [
            JobTitleOccupation(
                job_title=self.job_titles[slug], occupation=self.occupations[code], chosen_by=ChosenBy.CATALOG
            )
            for slug, entry in self.job_title_entries.items()
            for code in entry["occupations"]
        ]
        self.rows.add(wanted, "job_title_id", "occupation_id")
        main = {
            self.job_titles[slug].pk: self.occupations[entry["occupations"][0]].pk
            for slug, entry in self.job_title_entries.items()
        }
        differing = [
            link
            for link in links.exclude(job_title__in=by_hand)
            if link.is_primary != (main[link.job_title_id] == link.occupation_id)
        ]
        # The former main ones first: a title has one at any moment.
        for link in sorted(differing, key=lambda link: not link.is_primary):
            link.is_primary = not link.is_primary
            link.chosen_by = ChosenBy.CATALOG if link.is_primary else link.chosen_by
            link.save(update_fields=["is_primary", "chosen_by"])
            self.rows.counts[link._meta.db_table] += 1

    def add_career_links(self) -> None:
        advances, career_links = [], []
        advance = JobTitle.advances_to.through
        for slug, entry in self.job_title_entries.items():
            job_title = self.job_titles[slug]
            advances += [
                advance(from_jobtitle=job_title, to_jobtitle=self.job_titles[higher])
                for higher in entry.get("advances_to", [])
            ]
            career_links += [
                CareerLink(
                    job_title=job_title,
                    certification=self.certifications[certification],
                    relation=relation,
                    basis=LinkBasis.CURATED,
                    source=self.certifications[certification].source,
                )
                for certification, relation in entry.get("certifications", {}).items()
            ]
        self.rows.add(advances, "from_jobtitle_id", "to_jobtitle_id")
        self.rows.add(career_links, "job_title_id", "certification_id")

    def add_figures(self) -> None:
        published = occupation_figures(self.occupations, self.sources)
        key = ("occupation_id", *STATISTIC_KEY)
        known, _ = self.rows.add(published, *key)
        for figure in published:
            # One that an older release recorded did not say for whom else it holds.
            self.rows.fill_blanks(known[attrgetter(*key)(figure)], figure, "group_code", "group_names")
        quoted = quoted_figures(self.occupations, self.job_titles, self.sources)
        for subject in ("occupation_id", "job_title_id"):
            about = [figure for figure in quoted if getattr(figure, subject)]
            self.rows.add(about, subject, *STATISTIC_KEY)

    # Schools and their programs

    def add_schools(self) -> None:
        schools = {path.stem: read_json(f"schools/{path.name}") for path in files() if path.parent.name == "schools"}
        programs = {slug: school.pop("programs") for slug, school in schools.items()}
        sample = {"is_fictional": True, "source": self.sources["sample"]}
        organizations = self.add_organizations({slug: {**sample, **school} for slug, school in schools.items()})
        wanted, entries = [], {}
        for slug, organization in organizations.items():
            for entry in programs[slug]:
                program = self.program(organization, entry)
                wanted.append(program)
                entries[slug, program.slug] = entry
        _, made = self.rows.add(wanted, "organization_id", "slug")
        self.add_program_parts([(program, entries[program.organization.slug, program.slug]) for program in made])

    def program(self, organization: Organization, entry: Entry) -> Program:
        parts = ("certifications", "careers", "offerings")
        columns = {
            "slug": slugify(entry["name"]),
            "status": Status.PUBLISHED,
            "language": "en",
            "last_verified_on": organization.last_verified_on,
            **{column: value for column, value in entry.items() if column not in parts},
            "field": self.fields[entry["field"]],
        }
        return Program(organization=organization, source=self.sources["sample"], **columns)

    def add_program_parts(self, made: list[tuple[Program, Entry]]) -> None:
        """Offerings with their dates and costs, and the links to certifications and job titles."""
        offerings = [(self.offering(program, part), part) for program, entry in made for part in entry["offerings"]]
        self.rows.add_owned(offering for offering, _ in offerings)
        self.rows.add_owned(
            StartDate(offering=offering, **start) for offering, part in offerings for start in part.get("starts", [])
        )
        self.rows.add_owned(
            Cost(offering=offering, as_of=offering.program.last_verified_on, **cost)
            for offering, part in offerings
            for cost in part.get("costs", [])
        )
        stated = {"basis": LinkBasis.PROVIDER, "source": self.sources["sample"]}
        self.rows.add_owned(
            ProgramCertification(
                program=program,
                verified_on=program.last_verified_on,
                **{**stated, **link, "certification": self.certifications[link["certification"]]},
            )
            for program, entry in made
            for link in entry.get("certifications", [])
        )
        self.rows.add_owned(
            CareerLink(
                program=program,
                job_title=self.job_titles[job_title],
                relation=relation,
                verified_on=program.last_verified_on,
                **stated,
            )
            for program, entry in made
            for job_title, relation in entry.get("careers", {}).items()
        )

    def offering(self, program: Program, part: Entry) -> Offering:
        """``weeks`` is a length, or [shortest, longest]; without it the length is not reported."""
        columns = {column: value for column, value in part.items() if column not in ("weeks", "starts", "costs")}
        if "weeks" in part:
            weeks = part["weeks"]
            shortest, longest = weeks if isinstance(weeks, list) else (weeks, weeks)
            columns |= {"duration_min_weeks": shortest, "duration_max_weeks": longest}
            columns.setdefault("duration_basis", DurationBasis.REPORTED)
        if "modality" in part:
            columns.setdefault("modality_basis", ModalityBasis.REPORTED)
        return Offering(program=program, source=self.sources["sample"], **columns)
