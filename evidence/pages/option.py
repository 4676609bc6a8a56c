"""What an option paper says of one option, which is a published edition."""

from collections.abc import Iterator
from dataclasses import dataclass

from centres.models import RatingLevel, RatingScale
from centres.vocabulary import Direction, Doubt, Strength
from evidence.compare.paper import Block, Bullets, Cell, Heading, Paragraph, Table
from evidence.models import Edition, Finding
from evidence.models.content_fields import NOT_STATED, label_of, lines_of

# What a reader would look for, and is told of by name where a centre does not state it.
LOOKED_FOR = (
    "impact_native", "strength_native", "cost", "findings", "studies", "countries", "settings", "age_groups",
    "implementation", "caveats", "updated",
)  # fmt: skip


@dataclass(frozen=True)
class Option:
    """An edition as one of the options of a paper."""

    number: int  # from 1; also that of its source
    edition: Edition

    @property
    def name(self) -> str:
        """Its number, title and centre, in one line."""
        return f"{self.number}. {self.edition.title} ({self.edition.summary.centre.short_name})"

    @property
    def ratings(self) -> dict[str, Cell]:
        """What decides, by label: the lines of a cell for each."""
        edition = self.edition
        cost = edition.get_cost_display() or ""
        return {
            label_of("direction"): self._effect(),
            label_of("strength"): self._rated(
                edition.get_strength_display(),
                edition.strength_native,
                is_rated=edition.strength != Strength.NOT_RATED,
            ),
            label_of("cost"): self._rated(
                cost or NOT_STATED, edition.cost_native, is_rated=bool(cost)
            ),
            label_of("studies"): _stated(edition, "studies"),
            label_of("updated"): _stated(edition, "updated"),
        }

    def _effect(self) -> Cell:
        """Return which way the effect goes; a direction that no centre gave says so."""
        edition = self.edition
        label = edition.get_direction_display()
        if Doubt.OUR_READING in edition.doubts:
            centre = edition.summary.centre.short_name
            reading = f"our reading: the pages read give no verdict in {centre}’s own words"
            return (*_quoted(label, edition.impact_native), reading)
        is_rated = edition.direction != Direction.NOT_ASSESSED
        return self._rated(label, edition.impact_native, is_rated=is_rated)

    def _rated(self, label: str, native: str, *, is_rated: bool) -> Cell:
        """Return a common level with the centre's own wording, without which there is no rating."""
        if is_rated and not native:
            return (label, f"{self.edition.summary.centre.short_name}’s own wording: {NOT_STATED}")
        return _quoted(label, native)

    @property
    def warnings(self) -> Cell:
        """What must not be missed beside the ratings: harms, and doubts about figures. Empty if there is nothing."""
        harms = tuple(f"Harm: {row.outcome.label}" for row in self._harmful())
        doubt = self.edition.doubts_in_words or "noted below"
        return (*harms, f"Doubt: {doubt}") if self.edition.data_note else harms

    @property
    def not_stated(self) -> str:
        """The names of what is not stated, in one line."""
        missing = [label_of(name) for name in LOOKED_FOR if not lines_of(self.edition, name)]
        named = [label[:1].lower() + label[1:] for label in missing]
        return "; ".join(named) or "all that this paper asks for is stated"

    def blocks(self, *, in_full: bool) -> Iterator[Block]:
        """Yield what the paper says of it: the bottom line, ratings, findings, cautions and doubts; in full, advice too."""
        edition = self.edition
        yield Heading(self.name, 2)
        yield Paragraph(f"{edition.bottom_line} [{self.number}]")
        yield from self._rating_paragraphs()
        if edition.data_note:
            kinds = edition.doubts_in_words
            kinds = f"{kinds[:1].upper()}{kinds[1:]}. " if kinds else ""
            yield Paragraph(f"{kinds}{edition.data_note}", label=label_of("data_note"))
        if in_full and edition.key_findings:
            yield Heading(label_of("key_findings"), 3)
            yield Bullets(tuple(edition.key_findings))
        if edition.findings.all():
            yield self._findings()
        if in_full and edition.implementation:
            yield Heading(label_of("implementation"), 3)
            yield Bullets(tuple(edition.implementation))
        cautions = (*self._harms(), *edition.caveats)
        if cautions:
            yield Heading(label_of("caveats"), 3)
            yield Bullets(cautions)

    def _rating_paragraphs(self) -> Iterator[Block]:
        edition = self.edition
        scales = {
            label_of("strength"): (edition.strength_scale, edition.strength_step),
            label_of("cost"): (edition.cost_scale, edition.cost_step),
        }
        for label, lines in list(self.ratings.items())[:3]:
            meaning = _meaning(*scales.get(label, (None, None)))
            yield Paragraph(f"{', '.join(lines)}.{meaning}", label=label)

    def _findings(self) -> Table:
        centre = self.edition.summary.centre.short_name
        head = (
            label_of("findings.outcome"),
            label_of("findings.direction"),
            label_of("findings.effect"),
            f"Strength, by {centre}",
        )
        rows = tuple(
            (
                (row.outcome.label, *_measured(row.measured, row.outcome.label)),
                (row.get_direction_display(),),
                (row.effect or NOT_STATED,),
                (row.strength_native or NOT_STATED,),
            )
            for row in self.edition.findings.all()
        )
        return Table(f"{label_of('findings')}: {self.name}", head, rows, (5, 3, 4, 4))

    def _harms(self) -> tuple[str, ...]:
        return tuple(
            f"{row.outcome.label} went the wrong way: {row.effect or 'by how much is not stated'}."
            for row in self._harmful()
        )

    def _harmful(self) -> list[Finding]:
        return [row for row in self.edition.findings.all() if row.direction == Direction.HARMFUL]


def _quoted(label: str, native: str) -> Cell:
    return (label, f"“{native}”") if native else (label,)


def _stated(edition: Edition, name: str) -> Cell:
    return tuple(lines_of(edition, name)) or (NOT_STATED,)


def _measured(measured: str, outcome: str) -> Cell:
    return () if measured.lower() in outcome.lower() else (f"Measured: {measured}",)


def _meaning(scale: RatingScale | None, step: RatingLevel | None) -> str:
    """Say which scale of the centre a rating is on, and what its step means there."""
    if scale is None:
        return ""
    means = f" There this means: {step.meaning}" if step and step.meaning else ""
    return f" It is on the scale {scale.name}.{means}"
