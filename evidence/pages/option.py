"""What an option paper says of one option, which is a published edition."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.text import capfirst

from centres.vocabulary import Rated
from evidence.compare.comparison import on_scale
from evidence.compare.paper import Block, Bullets, Heading, Lines, Paragraph, Table
from evidence.models import Edition, Finding
from evidence.models.content_fields import NOT_STATED, label_of, lack_of, lines_of
from evidence.models.products import HELD_IN
from portal.templatetags.portal_tags import in_sentence, possessive

from .unstated import RATINGS, unstated


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
    def ratings(self) -> dict[str, Lines]:
        """What decides, by label: the lines of a cell for each."""
        edition = self.edition
        return {
            **{label_of(HELD_IN[field][0]): self._rated(field) for field in RATINGS},
            label_of("studies"): _stated(edition, "studies"),
            label_of("updated"): _stated(edition, "updated"),
        }

    def _rated(self, field: Rated) -> Lines:
        """Return a common level with the centre's own wording, and whether a direction is our reading; or why there is none."""
        edition, (name, in_words) = self.edition, HELD_IN[field]
        lack, native = edition.lack_of(field), getattr(edition, in_words)
        reading = edition.our_reading if field == Rated.EFFECT else ""
        lines = [lack or getattr(edition, f"get_{name}_display")()]
        if native:
            lines.append(f"“{native}”")
        elif not lack and not reading:
            lines.append(
                f"{possessive(edition.summary.centre.short_name)} own wording: {NOT_STATED}"
            )
        if reading:
            lines.append(in_sentence(reading).removesuffix("."))
        return tuple(lines)

    @property
    def warnings(self) -> Lines:
        """What must not be missed beside the ratings: harms, and doubts about figures. Empty if there is nothing."""
        harms = tuple(f"Harm: {row.outcome.label}" for row in self.edition.harmful_findings)
        doubts = lines_of(self.edition, "doubts")
        if self.edition.data_note and not doubts:
            doubts = ["noted below"]
        return (*harms, *(f"Doubt: {doubt}" for doubt in doubts))

    @property
    def not_stated(self) -> str:
        """The names of what is not stated, with the reason where one is known, in one line."""
        edition = self.edition
        reasoned = [
            f"{label_of(names[0])} ({in_sentence(edition.lack_of(field))})"
            for field, names in HELD_IN.items()
            if not edition.states(field)
        ]
        names = map(in_sentence, [*reasoned, *unstated(edition)])
        return "; ".join(names) or "all that this paper asks for is stated"

    def blocks(self, *, in_full: bool) -> Iterator[Block]:
        """Yield what the paper says of it: the bottom line, ratings, findings, cautions and doubts; in full, advice too."""
        edition = self.edition
        yield Heading(self.name, 2)
        yield Paragraph(f"{edition.bottom_line} [{self.number}]")
        yield from self._rating_paragraphs()
        if edition.data_note:
            kinds = f"{capfirst(edition.doubts_in_words)}. " if edition.doubts else ""
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
            sentences = [f"{', '.join(lines)}.", *on_scale(*scales.get(label, (None, None)))]
            if label == label_of("strength") and edition.level_since:
                sentences.append(edition.level_since)
            yield Paragraph(" ".join(sentences), label=label)

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
                _outcome(row),
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
            for row in self.edition.harmful_findings
        )


def _outcome(row: Finding) -> Lines:
    return (row.outcome.label, *((f"Measured: {row.exact_measure}",) if row.exact_measure else ()))


def _stated(edition: Edition, name: str) -> Lines:
    return tuple(lines_of(edition, name)) or (lack_of(edition, name),)
