"""The directory's tables, one module a noun."""

from .addresses import FormerAddress
from .career import CareerLink, JobTitle, JobTitleOccupation, ProgramCertification
from .certification import Certification, CertificationRequirement
from .evidence import Accreditation, Source, Statistic
from .guide import Guide, GuideItem, PathwayStep
from .imports import ImportRun, UndoStep, ZipCentroid
from .organization import Organization
from .program import Cost, Offering, Program, StartDate
from .revision import CatalogChange, CatalogRevision
from .taxonomy import Crosswalk, FieldOfStudy, Occupation, OccupationDetail, OccupationTitle

__all__ = [
    "Accreditation",
    "CareerLink",
    "CatalogChange",
    "CatalogRevision",
    "Certification",
    "CertificationRequirement",
    "Cost",
    "Crosswalk",
    "FieldOfStudy",
    "FormerAddress",
    "Guide",
    "GuideItem",
    "ImportRun",
    "JobTitle",
    "JobTitleOccupation",
    "Occupation",
    "OccupationDetail",
    "OccupationTitle",
    "Offering",
    "Organization",
    "PathwayStep",
    "Program",
    "ProgramCertification",
    "Source",
    "StartDate",
    "Statistic",
    "UndoStep",
    "ZipCentroid",
]
