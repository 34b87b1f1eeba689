"""Every filter of the search, declared once: what it is called, what it asks, how it is shown.

The form with its validation and the ORM reference (``filterset``), the masks and counts of the snapshot
(``conditions``), labels, chips and the filters of the results page all come from here, in this order. To add one,
declare it here and, where the snapshot does not hold what it asks, a column in ``columns``.
"""

from operator import attrgetter

from django.conf.global_settings import LANGUAGES

from programs.choices import LEVELS_OF_GROUP, US_STATES, Control, Interaction, LevelGroup, Modality, Pacing
from programs.models import Certification, FieldOfStudy, JobTitle, Occupation, Organization

from .kinds import Choices, Facet, Filter, Group, Level, Place, Range, StartsBy, Within
from .records import Held, Linked, Prefix, Reached, of_jobs, of_occupations

MILES = (10, 25, 50, 100, 250)

FILTERS: tuple[Filter | Group, ...] = (
    Choices(
        name="modality",
        label="How it is taught",
        level=Level.OFFERING,
        column="modality",
        of="modality",
        choices=Modality.choices,
        said_before="How taught: ",
        is_open=True,
    ),
    Choices(
        name="pacing",
        label="Pace",
        level=Level.OFFERING,
        column="pacing",
        of="pacing",
        choices=Pacing.choices,
        said_before="Pace: ",
        is_open=True,
    ),
    Choices(
        name="level",
        label="Award",
        column="level_group",
        of="award_level",
        choices=LevelGroup.choices,
        groups=LEVELS_OF_GROUP,
        is_open=True,
    ),
    Range(
        name="weeks",
        label="How long",
        low=("weeks_min", "duration_min_weeks"),
        high=("weeks_max", "duration_max_weeks"),
        unit="weeks",
        most=1000,
        words=lambda weeks: f"{weeks} week{'' if weeks == 1 else 's'}",
        usual=((13, "Up to 3 months"), (26, "6 months"), (52, "1 year"), (104, "2 years")),
    ),
    Range(
        name="cost",
        label="Cost",
        help="Whole program, US dollars, lowest published price.",
        low=("price", "price"),
        high=("price", "price"),
        unit="$",
        most=10_000_000,
        words=lambda dollars: f"${dollars:,}",
        scale=100,
        prepare="with_price",
        also_unknown="Also those that do not report length, cost or credits",
    ),
    Range(
        name="credits",
        label="Credits",
        level=Level.PROGRAM,
        low=("credits", "credits"),
        high=("credits", "credits"),
        unit="credits",
        most=1000,
        words=lambda number: f"{number} credit{'' if number == 1 else 's'}",
        scale=100,
    ),
    Place(
        name="place",
        label="Where",
        near=Within(name="within", label="Within", miles=MILES),
        state=Choices(
            name="state",
            label="State",
            level=Level.SCHOOL,
            is_place=True,
            column="state",
            of="state",
            choices=tuple(US_STATES.items()),
            listed=8,
        ),
    ),
    StartsBy(name="starts_by", label="Starts by"),
    Reached(
        name="job",
        label="Job title",
        known=JobTitle.objects.published,
        edge="job",
        reach="jobs",
        jobs_of=of_jobs,
        listed=8,
        headings={0: "Described by our editors", 1: "Other titles that people use", 2: "General titles"},
    ),
    Linked(name="certification", label="Certification", known=Certification.objects.published, listed=8),
    Prefix(
        name="field",
        label="Field",
        known=FieldOfStudy.objects.all,
        key="code",
        text=attrgetter("title"),
        pattern=r"[\d.]{2,7}",
        listed=8,
    ),
    Choices(
        name="interaction",
        label="Live hours",
        level=Level.OFFERING,
        column="interaction",
        of="interaction",
        choices=Interaction.choices,
        said_before="Live hours: ",
    ),
    Reached(
        name="occupation",
        label="Occupation",
        known=Occupation.objects.all,
        key="code",
        text=attrgetter("title"),
        pattern=r"[\d-]{7}",
        edge="occupation",
        reach="occupations",
        jobs_of=of_occupations,
        listed=6,
        headings={1: "Teaching and general occupations"},
    ),
    Held(
        name="school",
        label="School",
        known=Organization.objects.published,
        text=str,
        column="school",
        of="organization__slug",
        listed=8,
    ),
    Choices(
        name="language",
        label="Language of teaching",
        column="language",
        of="language",
        choices=LANGUAGES,
        listed=8,
    ),
    Choices(
        name="control",
        label="Kind of school",
        level=Level.SCHOOL,
        column="control",
        of="control",
        choices=Control.choices,
        said_before="Kind: ",
    ),
)
"""What the results page shows, from top to bottom."""

CONDITIONS: dict[str, Filter] = {part.name: part for each in FILTERS for part in each.parts}
"""Every parameter that narrows the results, by its name."""

FACETS: dict[str, Facet] = {name: each for name, each in CONDITIONS.items() if isinstance(each, Facet)}
"""Those whose choices are counted."""

LISTED: dict[str, int] = {name: facet.listed for name, facet in FACETS.items() if facet.listed}
"""How many choices of a long list the results page shows; the chosen ones are shown always."""
