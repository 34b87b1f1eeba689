"""The closed vocabularies of the directory. Codes are stored as their publishers write them."""

from decimal import Decimal
from typing import NamedTuple

from django.db.models import IntegerChoices, TextChoices


class Status(TextChoices):
    DRAFT = "draft", "Draft"
    IN_REVIEW = "in_review", "In review"
    PUBLISHED = "published", "Published"
    RETIRED = "retired", "Retired"


class Control(TextChoices):
    PUBLIC = "public", "Public"
    NONPROFIT = "nonprofit", "Private, nonprofit"
    FOR_PROFIT = "for_profit", "Private, for-profit"
    UNKNOWN = "unknown", "Not reported"


class AwardLevel(IntegerChoices):
    """IPEDS AWLEVEL (NCES, Completions 2024)."""

    CERTIFICATE_UNDER_12_WEEKS = 20, "Certificate, under 12 weeks"
    CERTIFICATE_12_WEEKS_TO_1_YEAR = 21, "Certificate, 12 weeks to 1 year"
    CERTIFICATE_1_TO_2_YEARS = 2, "Certificate, 1 to 2 years"
    CERTIFICATE_2_TO_4_YEARS = 4, "Certificate, 2 to 4 years"
    ASSOCIATE = 3, "Associate degree"
    BACHELOR = 5, "Bachelor’s degree"
    POSTBACCALAUREATE = 6, "Postbaccalaureate certificate"
    MASTER = 7, "Master’s degree"
    POST_MASTERS = 8, "Post-master’s certificate"
    DOCTORATE_RESEARCH = 17, "Doctorate, research"
    DOCTORATE_PROFESSIONAL = 18, "Doctorate, professional practice"
    DOCTORATE_OTHER = 19, "Doctorate, other"


class LevelGroup(TextChoices):
    """What a student filters by; the page still shows the fine level."""

    CERTIFICATE = "certificate", "Certificate"
    ASSOCIATE = "associate", "Associate degree"
    BACHELOR = "bachelor", "Bachelor’s degree"
    POSTBACCALAUREATE = "postbaccalaureate", "Graduate certificate"
    MASTER = "master", "Master’s degree"
    DOCTORATE = "doctorate", "Doctorate"
    NONCREDIT = "noncredit", "Non-credit"


LEVELS_OF_GROUP = {
    LevelGroup.CERTIFICATE: (20, 21, 2, 4),
    LevelGroup.ASSOCIATE: (3,),
    LevelGroup.BACHELOR: (5,),
    LevelGroup.POSTBACCALAUREATE: (6, 8),
    LevelGroup.MASTER: (7,),
    LevelGroup.DOCTORATE: (17, 18, 19),
    LevelGroup.NONCREDIT: (None,),
}
GROUP_OF_LEVEL = {level: group for group, levels in LEVELS_OF_GROUP.items() for level in levels}


class Modality(TextChoices):
    ONLINE = "online", "Online"
    HYBRID = "hybrid", "Hybrid"
    IN_PERSON = "in_person", "In person"
    UNKNOWN = "unknown", "Not reported"


class Interaction(TextChoices):
    SYNCHRONOUS = "synchronous", "Live, at set hours"
    ASYNCHRONOUS = "asynchronous", "Any time of day"
    MIXED = "mixed", "Some live hours"
    UNKNOWN = "unknown", "Not reported"


class Pacing(TextChoices):
    SELF_PACED = "self_paced", "Self-paced"
    INSTRUCTOR_PACED = "instructor_paced", "Set schedule"
    COHORT = "cohort", "With a cohort"
    UNKNOWN = "unknown", "Not reported"


class OnsiteRequirement(TextChoices):
    """IPEDS: distance education may still ask for orientation or testing on site (non-instructional)."""

    NONE = "none", "Nothing on site"
    NON_INSTRUCTIONAL = "non_instructional", "Orientation or testing on site"
    INSTRUCTIONAL = "instructional", "Classes or practice on site"
    UNKNOWN = "unknown", "Not reported"


class Schedule(TextChoices):
    DAYTIME = "daytime", "Daytime"
    EVENING = "evening", "Evening"
    WEEKEND = "weekend", "Weekend"
    UNKNOWN = "unknown", "Not reported"


class ModalityBasis(TextChoices):
    """How we know the way an offering is delivered."""

    REPORTED = "reported", "Reported by the school"
    FAMILY_FLAG = "family_flag", "College Scorecard flag for the field family and level"
    """At least one program of the family is online: which one is not said, so the modality stays unknown."""
    ONLY_PROGRAM = "only_program", "College Scorecard flag for the field family and level, which has only this program"
    ALL_DISTANCE = "all_distance", "College Scorecard: the school teaches only at a distance"
    UNKNOWN = "unknown", "Not reported"


class DurationBasis(TextChoices):
    REPORTED = "reported", "Reported by the school"
    AWARD_LEVEL = "award_level", "Range of the award level (IPEDS)"
    UNKNOWN = "unknown", "Not reported"


class StartType(TextChoices):
    FIXED = "fixed", "Fixed start dates"
    ROLLING = "rolling", "Starts often"
    ON_DEMAND = "on_demand", "Start any time"
    UNKNOWN = "unknown", "Not reported"


class CostKind(TextChoices):
    TOTAL = "total", "Tuition, fees, books and supplies"
    TUITION = "tuition", "Tuition"
    FEES = "fees", "Fees"
    BOOKS = "books", "Books and supplies"
    EXAM = "exam", "Exam fee"
    OTHER = "other", "Other"


class Residency(TextChoices):
    ANY = "any", "Everyone"
    IN_DISTRICT = "in_district", "In district"
    IN_STATE = "in_state", "In state"
    OUT_OF_STATE = "out_of_state", "Out of state"


class CostBasis(TextChoices):
    TOTAL = "total", "Whole program"
    PER_YEAR = "per_year", "Per year"


class RemoteWork(TextChoices):
    COMMON = "common", "Common"
    POSSIBLE = "possible", "Possible"
    RARE = "rare", "Rare"
    UNKNOWN = "unknown", "Not reported"


class TitleKind(TextChoices):
    REPORTED = "reported", "Reported by people in the job"
    ALTERNATE = "alternate", "Alternate title"


class DetailKind(TextChoices):
    TASK = "task", "Task"
    TECHNOLOGY = "technology", "Technology"
    SKILL = "skill", "Skill"


class ChosenBy(TextChoices):
    """Who linked a job title to an occupation; on its main occupation a later one overrules the earlier."""

    IMPORT = "import", "Imported"
    CATALOG = "catalog", "Shipped catalog"
    EDITOR = "editor", "Editor"


class Seniority(TextChoices):
    ENTRY = "entry", "Entry level"
    EXPERIENCED = "experienced", "Experienced"
    SUPERVISOR = "supervisor", "Supervisor"
    MANAGER = "manager", "Manager"
    UNKNOWN = "unknown", "Not reported"


class RequirementKind(TextChoices):
    EDUCATION = "education", "Education"
    PROGRAM = "program", "Program or course"
    EXPERIENCE = "experience", "Experience"
    CERTIFICATION = "certification", "Other certification"
    MEMBERSHIP = "membership", "Membership"
    EXAM = "exam", "Exam"
    OTHER = "other", "Other"


class CertificationRelation(TextChoices):
    """From a program to a certification, the surest way first. "Prepares for" is not "awards"."""

    AWARDS = "awards", "Awards"
    MEETS_ELIGIBILITY = "meets_eligibility", "Meets eligibility for"
    PREPARES_FOR = "prepares_for", "Prepares for"

    @property
    def rank(self) -> int:
        """0 for the relation that leads there most surely."""
        return list(type(self)).index(self)


class CareerRelation(TextChoices):
    """From a program or certification to a job title."""

    PREPARES_FOR = "prepares_for", "Prepares for"
    PREFERRED = "preferred", "Preferred by employers"
    REQUIRED = "required", "Required"
    ADVANCES = "advances", "Helps to advance to"

    @property
    def rank(self) -> int:
        """0 for the relation that binds most."""
        return (type(self).REQUIRED, type(self).PREFERRED, type(self).PREPARES_FOR, type(self).ADVANCES).index(self)


class LinkBasis(TextChoices):
    CURATED = "curated", "Checked by our editors"
    PROVIDER = "provider", "Stated by the provider"


class Measure(TextChoices):
    ANNUAL_WAGE = "annual_wage", "Annual wage"
    HOURLY_WAGE = "hourly_wage", "Hourly wage"
    EMPLOYMENT = "employment", "Employment"
    EMPLOYMENT_GROWTH = "employment_growth", "Employment growth"
    ANNUAL_OPENINGS = "annual_openings", "Openings a year"
    COMPLETION_RATE = "completion_rate", "Completion rate"
    PLACEMENT_RATE = "placement_rate", "Job placement rate"
    EXAM_PASS_RATE = "exam_pass_rate", "Exam pass rate"
    EARNINGS = "earnings", "Earnings after completion"


class StatisticKind(TextChoices):
    MEAN = "mean", "Mean"
    MEDIAN = "median", "Median"
    P10 = "p10", "10th percentile"
    P25 = "p25", "25th percentile"
    P75 = "p75", "75th percentile"
    P90 = "p90", "90th percentile"
    COUNT = "count", "Count"
    PERCENT = "percent", "Percent"


class Unit(TextChoices):
    USD_PER_YEAR = "usd_per_year", "US dollars a year"
    USD_PER_HOUR = "usd_per_hour", "US dollars an hour"
    PEOPLE = "people", "People"
    OPENINGS = "openings", "Openings"
    PERCENT = "percent", "Percent"


class MeasureRule(NamedTuple):
    """What a figure of one measure may be: its unit, its kinds, and the lowest and highest value that can be.

    ``is_projection``: its period may end in years to come.
    """

    unit: Unit
    kinds: frozenset[StatisticKind]
    lowest: Decimal
    highest: Decimal
    is_projection: bool = False


_SPREAD = frozenset(StatisticKind) - {StatisticKind.COUNT, StatisticKind.PERCENT}
_COUNT, _PERCENT = frozenset({StatisticKind.COUNT}), frozenset({StatisticKind.PERCENT})
_CENT, _MANY = Decimal("0.01"), Decimal(500_000_000)  # more people than the country has
_YEARLY = MeasureRule(Unit.USD_PER_YEAR, _SPREAD, _CENT, Decimal(10_000_000))
_RATE = MeasureRule(Unit.PERCENT, _PERCENT, Decimal(0), Decimal(100))

MEASURE_RULES: dict[str, MeasureRule] = {
    Measure.ANNUAL_WAGE: _YEARLY,
    Measure.HOURLY_WAGE: MeasureRule(Unit.USD_PER_HOUR, _SPREAD, _CENT, Decimal(5_000)),
    Measure.EMPLOYMENT: MeasureRule(Unit.PEOPLE, _COUNT, Decimal(0), _MANY),
    Measure.EMPLOYMENT_GROWTH: MeasureRule(Unit.PERCENT, _PERCENT, Decimal(-100), Decimal(1_000), is_projection=True),
    Measure.ANNUAL_OPENINGS: MeasureRule(Unit.OPENINGS, _COUNT, Decimal(0), _MANY, is_projection=True),
    Measure.COMPLETION_RATE: _RATE,
    Measure.PLACEMENT_RATE: _RATE,
    Measure.EXAM_PASS_RATE: _RATE,
    Measure.EARNINGS: _YEARLY,
}
"""The one table of what goes together in a ``Statistic``: the form, the importers and the database ask it."""

PROJECTION_YEARS = 15
"""How far ahead a projection may reach (those of BLS: ten years)."""


class Qualifier(TextChoices):
    EXACTLY = "exactly", "Exactly"
    OVER = "over", "Over"
    ABOUT = "about", "About"


class SuppressedReason(TextChoices):
    NOT_AVAILABLE = "not_available", "The publisher has no estimate"
    PRIVACY = "privacy", "Withheld by the publisher to protect privacy"


class AccreditationStatus(TextChoices):
    ACCREDITED = "accredited", "Accredited"
    CANDIDATE = "candidate", "Candidate"
    PROBATION = "probation", "On probation"
    WITHDRAWN = "withdrawn", "Withdrawn"


class GuideItemKind(TextChoices):
    INTRO = "intro", "Introduction"
    DUTY = "duty", "Duty"
    SKILL = "skill", "Skill"
    TOOL = "tool", "Tool"
    SETTING = "setting", "Setting"
    REMOTE_CONDITION = "remote_condition", "Condition of remote work"
    DECISION = "decision", "Decision"
    FAQ = "faq", "Question"
    RESOURCE = "resource", "Resource"
    DISCLAIMER = "disclaimer", "Disclaimer"


class StepKind(TextChoices):
    EDUCATION = "education", "Education"
    PROGRAM = "program", "Program"
    CERTIFICATION = "certification", "Certification"
    EXPERIENCE = "experience", "Experience"
    JOB = "job", "Job"


class StepNeed(TextChoices):
    """How binding a step is. Required: by law, or nobody gets in without it. Usual: most employers ask for it."""

    REQUIRED = "required", "Required"
    USUAL = "usual", "Usual"
    OPTIONAL = "optional", "Optional"


class ImportOutcome(TextChoices):
    RUNNING = "running", "Not finished"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"


class ChangeScope(TextChoices):
    """What a change of the catalog makes stale in the search snapshot."""

    PROGRAM = "program", "One program"
    ORGANIZATION = "organization", "Every program of one school"
    CERTIFICATION = "certification", "Every program linked to one certification"
    CATALOG = "catalog", "The whole catalog"


POSTSECONDARY_TEACHERS = "25-1"
"""SOC 2018 minor group: the crosswalk leads there from almost every field of study."""

US_STATES = {
    "AL": "Alabama", "AK": "Alaska", "AZ": "Arizona", "AR": "Arkansas", "CA": "California", "CO": "Colorado",
    "CT": "Connecticut", "DE": "Delaware", "DC": "District of Columbia", "FL": "Florida", "GA": "Georgia",
    "HI": "Hawaii", "ID": "Idaho", "IL": "Illinois", "IN": "Indiana", "IA": "Iowa", "KS": "Kansas", "KY": "Kentucky",
    "LA": "Louisiana", "ME": "Maine", "MD": "Maryland", "MA": "Massachusetts", "MI": "Michigan", "MN": "Minnesota",
    "MS": "Mississippi", "MO": "Missouri", "MT": "Montana", "NE": "Nebraska", "NV": "Nevada", "NH": "New Hampshire",
    "NJ": "New Jersey", "NM": "New Mexico", "NY": "New York", "NC": "North Carolina", "ND": "North Dakota",
    "OH": "Ohio", "OK": "Oklahoma", "OR": "Oregon", "PA": "Pennsylvania", "RI": "Rhode Island",
    "SC": "South Carolina", "SD": "South Dakota", "TN": "Tennessee", "TX": "Texas", "UT": "Utah", "VT": "Vermont",
    "VA": "Virginia", "WA": "Washington", "WV": "West Virginia", "WI": "Wisconsin", "WY": "Wyoming",
    "AS": "American Samoa", "FM": "Micronesia", "GU": "Guam", "MH": "Marshall Islands",
    "MP": "Northern Mariana Islands", "PR": "Puerto Rico", "PW": "Palau", "VI": "U.S. Virgin Islands",
}  # fmt: skip
"""USPS codes of the states, the district and the places whose schools report to IPEDS."""

COUNTRY = "US"
AREAS = {COUNTRY: "United States", **US_STATES}
"""Where a figure may hold, by code. A metropolitan area would stand here by its CBSA code."""
