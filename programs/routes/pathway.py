"""The ways to a job title: programs, certifications, the title, and the titles it advances to.

``pathway_to`` says which nodes there are and how they are joined. The page shows the drawing twice (wide, and narrow
for a phone) and the same nodes as an ordered list.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.urls import reverse

from programs.models import CareerLink, Certification, FieldOfStudy, JobTitle, Program, ProgramCertification

from .drawing import Drawing, Joins, Layer, Node, draw

MOST_NODES = 4
"""Nodes in one layer; more would not be readable on a phone."""


@dataclass(frozen=True)
class Pathway:
    """``layers`` in order, none of them empty; ``joins`` are pairs of node keys, each from an earlier layer.

    A program is joined to the goal itself only where it is joined to no certification.
    """

    goal: JobTitle
    layers: tuple[Layer, ...]
    joins: Joins

    @property
    def wide(self) -> Drawing:
        return draw(self.layers, self.joins, narrow=False)

    @property
    def narrow(self) -> Drawing:
        return draw(self.layers, self.joins, narrow=True)

    def __bool__(self) -> bool:
        return len(self.layers) > 1


def pathway_to(
    goal: JobTitle,
    *,
    certification_links: Iterable[CareerLink],
    program_links: Iterable[ProgramCertification],
    programs: Iterable[Program],
    fields: Iterable[FieldOfStudy],
    advances_to: Iterable[JobTitle],
    samples_last: bool = False,
) -> Pathway:
    """The pathway to ``goal`` from rows that the page has read already.

    ``certification_links`` are its CareerLinks from certifications; ``program_links`` lead to those certifications;
    ``programs`` are linked to the title itself; ``fields`` are those that the crosswalk leads here from, shown (as
    links to the search) only in the places that checked programs leave free. ``samples_last``: sample programs take
    what the fields leave, because there are real ones in these.
    """
    pairs = [(link.certification, link) for link in certification_links if link.certification]
    links = sorted(pairs, key=lambda pair: (pair[1].rank, pair[0].name))[:MOST_NODES]
    certifications = [certification for certification, _ in links]
    drawn = _Drawn()
    shown = {certification.pk: certification for certification in certifications}
    title = drawn.goal(goal)

    checked = [(program, title) for program in programs]
    checked += [
        (link.program, _key(shown[link.certification_id])) for link in program_links if link.certification_id in shown
    ]
    after_fields = [pair for pair in checked if samples_last and pair[0].organization.is_fictional]
    for program, target in checked:
        if (program, target) not in after_fields:
            drawn.join(drawn.program(program), target)
    for study in fields:
        taught = [certification for certification in certifications if certification.field_id == study.pk]
        node = drawn.study(study)
        for target in [_key(certification) for certification in taught] or [title]:
            drawn.join(node, target)
    for program, target in after_fields:
        drawn.join(drawn.program(program), target)
    for certification, link in links:
        drawn.join(drawn.certification(certification, link), title)
    for higher in list(advances_to)[:MOST_NODES]:
        drawn.join(title, drawn.higher(higher))
    return drawn.pathway(goal)


@dataclass
class _Drawn:
    """Gathers the nodes of each layer; those that no longer find room take their joins with them."""

    layers: dict[str, dict[str, Node]] = field(
        default_factory=lambda: {"program": {}, "certification": {}, "title": {}, "higher": {}}
    )
    joins: list[tuple[str, str]] = field(default_factory=list)

    def _add(self, layer: str, node: Node) -> str:
        if node.key in self.layers[layer] or len(self.layers[layer]) < MOST_NODES:
            self.layers[layer].setdefault(node.key, node)
        return node.key

    def program(self, program: Program) -> str:
        school = program.organization
        note = f"Sample: {school.name}" if school.is_fictional else school.name  # the end of a long note is cut off
        node = Node(_key(program), program.name, program.get_absolute_url(), note)
        return self._add("program", node)

    def study(self, study: FieldOfStudy) -> str:
        url = f"{reverse('programs:search')}?{urlencode({'field': study.code})}"
        return self._add("program", Node(_key(study), study.title, url, f"all of field {study.code}"))

    def certification(self, certification: Certification, link: CareerLink) -> str:
        note = link.get_relation_display()
        return self._add(
            "certification",
            Node(_key(certification), certification.short_name, certification.get_absolute_url(), note),
        )

    def goal(self, goal: JobTitle) -> str:
        return self._add("title", Node(_key(goal), goal.name, goal.get_absolute_url(), "the goal"))

    def higher(self, higher: JobTitle) -> str:
        return self._add("higher", Node(_key(higher), higher.name, higher.get_absolute_url(), ""))

    def join(self, start: str, end: str) -> None:
        if (start, end) not in self.joins:
            self.joins.append((start, end))

    def pathway(self, goal: JobTitle) -> Pathway:
        headings = {
            "program": "Programs",
            "certification": "Certifications",
            "title": "Job title",
            "higher": "Advances to",
        }
        layers = tuple(
            Layer(kind, headings[kind], tuple(nodes.values())) for kind, nodes in self.layers.items() if nodes
        )
        known = {node.key for layer in layers for node in layer.nodes}
        joins = [join for join in self.joins if known.issuperset(join)]
        # Where a program leads through a certification, a line past it would say nothing more and hide behind it.
        through = {start for start, end in joins if end in self.layers["certification"]}
        kept = (join for join in joins if join[0] not in through or join[1] in self.layers["certification"])
        return Pathway(goal, layers, tuple(kept))


def _key(record: Program | FieldOfStudy | Certification | JobTitle) -> str:
    return f"{record._meta.model_name}-{record.pk}"
