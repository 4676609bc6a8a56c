"""Published editions side by side: what decides between them, row by row. Nothing in it is averaged, counted or scored.

Pages and papers are made from a `Comparison`. Each cell has its plain text in `lines`; for a rating, it also has what the
partials of the portal’s symbols take.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from centres.models import RatingLevel, RatingScale
from centres.vocabulary import Rated
from evidence.catalogue.reading import editions
from evidence.catalogue.vocabulary import current_vocabulary
from evidence.models import Approach, Edition, Finding, Outcome
from evidence.models.content_fields import NOT_STATED, label_of, lack_of, lines_of
from evidence.models.products import HELD_IN
from portal.templatetags.portal_tags import day, in_sentence

from .selection import keys_of

# Of an outcome. That it was not measured would say more: it may have been, and nobody has read or entered it here.
NONE_HERE = "none stated here"
NO_DOUBT = "none noted"
# Rows of sentences or addresses. No two are alike, so that they differ says nothing.
OWN_TEXTS = {"bottom_line", "implementation", "caveats", "data_note", "source_url"}


@dataclass(frozen=True)
class Rating:
    """One rating in a cell: the portal's common level, and beside it the centre's own wording."""

    kind: str  # "effect", "strength" or "cost": the partial of this name draws it
    # A direction's or a common level's slug, or a band of cost from 1 to 5, which is None where there is none.
    level: str | int | None
    label: str  # the level in words, or why there is none
    native: str  # the centre's own wording; empty where it gives none
    wording: str  # how that is shown: whose it is, or that it is not stated
    lacks: bool = False  # whether there is no level
    details: tuple[str, ...] = ()  # such as which scale it is on and what that means, as sentences

    @property
    def lines(self) -> tuple[str, ...]:
        """All of it as plain text."""
        return (self.label, self.wording, *self.details)


@dataclass(frozen=True)
class Cell:
    """What one summary says in one row."""

    ratings: tuple[Rating, ...] = ()  # several where a summary measured one outcome in several ways
    texts: tuple[str, ...] = ()  # what it says besides
    url: str = ""  # where the only text links to
    missing: str = NOT_STATED  # what to say where it says nothing

    @property
    def is_empty(self) -> bool:
        """Whether the summary says nothing in this row."""
        return not (self.ratings or self.texts)

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """All that it says as plain text; where that is nothing, why."""
        rated = [line for rating in self.ratings for line in rating.lines]
        return (*rated, *self.texts) if not self.is_empty else (self.missing,)

    @property
    def levels(self) -> tuple[str | int | None, ...]:
        """The levels of its ratings."""
        return tuple(rating.level for rating in self.ratings)


@dataclass(frozen=True)
class Row:
    """One question, and what each summary says to it, in the order of the comparison."""

    name: str  # the field of an edition, or "outcome-" and the slug of an outcome
    label: str
    cells: tuple[Cell, ...]
    note: str = ""  # what a reader must know to read it

    @cached_property
    def differs(self) -> bool:
        """Whether the cells differ in any word."""
        return len({cell.lines for cell in self.cells}) > 1

    @cached_property
    def difference(self) -> str:
        """Say whether and how the cells differ; nothing where they do not."""
        if not self.differs:
            return ""
        stated = [cell.lines for cell in self.cells if not cell.is_empty]
        if len(set(stated)) == 1:
            return "Stated by one alone" if len(stated) == 1 else "Not stated by all"
        if self.name in OWN_TEXTS:
            return "" if len(stated) == len(self.cells) else "Not stated by all"
        rated = any(cell.ratings for cell in self.cells)
        same_level = rated and len({cell.levels for cell in self.cells}) == 1
        return "Same level, other wording or figures" if same_level else "Differs"

    @property
    def label_with_reasons(self) -> str:
        """What it asks, as in a sentence, and why those say nothing to it of which that is known: "cost (not yet read)"."""
        known = dict.fromkeys(cell.missing for cell in self.cells if cell.missing != NOT_STATED)
        reasons = f" ({' or '.join(map(in_sentence, known))})" if known else ""
        return f"{in_sentence(self.label)}{reasons}"

    @property
    def is_empty(self) -> bool:
        """Whether no summary says anything to it."""
        return all(cell.is_empty for cell in self.cells)


@dataclass(frozen=True)
class SharedApproach:
    """An approach that several of the summaries assess, so that their ratings can be set against each other."""

    approach: Approach
    editions: tuple[Edition, ...]


@dataclass(frozen=True)
class Comparison:
    """Up to six published editions in the order in which they were chosen."""

    editions: tuple[Edition, ...]

    @classmethod
    def of(cls, slugs: Iterable[str]) -> "Comparison":
        """Compare the published editions of these summaries. KeyError for a summary that is not published."""
        return cls(tuple(editions(keys_of(slugs))))

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """Every row to which any of the summaries says something, what decides most first."""
        return tuple(row for row in self._all_rows if not row.is_empty)

    @property
    def differing_rows(self) -> tuple[Row, ...]:
        """The rows in which the summaries differ."""
        return tuple(row for row in self.rows if row.differs)

    @cached_property
    def empty_rows(self) -> tuple[Row, ...]:
        """The rows to which none of the summaries says anything."""
        return tuple(row for row in self._all_rows if row.is_empty)

    @property
    def empty_text(self) -> str:
        """Name the empty rows in one sentence; nothing if there is none."""
        labels = [row.label_with_reasons for row in self.empty_rows if row.name != "data_note"]
        stated = f"None of these summaries states: {', '.join(labels)}." if labels else ""
        no_doubt = any(row.name == "data_note" for row in self.empty_rows)
        doubts = "No doubt about a figure is noted for any of them." if no_doubt else ""
        return " ".join(filter(None, (stated, doubts)))

    @cached_property
    def shared_approaches(self) -> tuple[SharedApproach, ...]:
        """The approaches that two or more of the summaries assess."""
        assessed: dict[Approach, list[Edition]] = {}
        for edition in self.editions:
            for approach in current_vocabulary().approaches_of.get(edition.summary.slug, ()):
                assessed.setdefault(approach, []).append(edition)
        return tuple(
            SharedApproach(approach, tuple(found))
            for approach, found in assessed.items()
            if len(found) > 1
        )

    @cached_property
    def _all_rows(self) -> tuple[Row, ...]:
        return tuple(self._make_rows())

    def _make_rows(self) -> Iterator[Row]:
        yield self._row("bottom_line", _texts_of("bottom_line"))
        yield self._row("direction", _effect)
        yield self._row("strength", _strength)
        yield self._row("cost", _cost)
        measured = [_by_outcome(edition) for edition in self.editions]
        # Those that most of them measured come first.
        for outcome, _ in Counter(chain.from_iterable(measured)).most_common():
            cells = tuple(_outcome_cell(findings, outcome) for findings in measured)
            note = f"Outcome. {outcome.get_better_when_display()}."
            yield Row(f"outcome-{outcome.slug}", outcome.label, cells, note)
        for name in ("studies", "age_groups", "audiences", "settings", "countries"):
            yield self._row(name, _fact_of(name))
        yield self._row("implementation", _texts_of("implementation"))
        yield self._row("caveats", _cautions)
        yield self._row("data_note", _doubts)
        for name in ("updated", "kind"):
            yield self._row(name, _fact_of(name))
        centres = tuple(Cell(texts=(one.summary.centre.name,)) for one in self.editions)
        yield Row("centre", "Centre", centres)
        if any(one.confirmed_on for one in self.editions):
            yield Row(
                "confirmed",
                "Figures confirmed by the centre",
                tuple(map(_confirmed, self.editions)),
            )
        yield self._row("source_url", _source)

    def _row(self, name: str, cell: Callable[[Edition], Cell]) -> Row:
        return Row(name, label_of(name), tuple(map(cell, self.editions)))


def _effect(edition: Edition) -> Cell:
    reading = edition.our_reading
    if reading and not edition.impact_native:
        return _headline(edition, Rated.EFFECT, unworded=reading)
    return _headline(edition, Rated.EFFECT, (reading,) if reading else ())


def _strength(edition: Edition) -> Cell:
    details = on_scale(edition.strength_scale, edition.strength_step)
    details += (edition.level_since,) if edition.level_since else ()
    return _headline(edition, Rated.STRENGTH, details)


def _cost(edition: Edition) -> Cell:
    return _headline(edition, Rated.COST, on_scale(edition.cost_scale, edition.cost_step))


def _headline(
    edition: Edition,
    field: Rated,
    details: tuple[str, ...] = (),
    unworded: str = f"The centre’s own wording: {NOT_STATED}",
) -> Cell:
    """Return an edition's effect, strength or cost beside the centre's own words, if it has any; or why it has none."""
    lack = edition.lack_of(field)
    if not edition.states(field):
        return Cell(missing=lack)
    level, native = (getattr(edition, name) for name in HELD_IN[field])
    label = lack or getattr(edition, f"get_{HELD_IN[field][0]}_display")()
    centre = edition.summary.centre.short_name
    wording = f"{centre}: “{native}”" if native else unworded
    return Cell((Rating(field.value, level, label, native, wording, bool(lack), details),))


def on_scale(scale: RatingScale | None, step: RatingLevel | None) -> tuple[str, ...]:
    """Say in sentences which scale of the centre a rating is on, and what its step means there."""
    if scale is None:
        return ()
    meaning = (f"There this means: {step.meaning}",) if step and step.meaning else ()
    return (f"Rated on the scale {scale.name}.", *meaning)


def _by_outcome(edition: Edition) -> dict[Outcome, list[Finding]]:
    findings: dict[Outcome, list[Finding]] = {}
    for row in edition.findings.all():
        findings.setdefault(row.outcome, []).append(row)
    return findings


def _outcome_cell(findings: Mapping[Outcome, Sequence[Finding]], outcome: Outcome) -> Cell:
    ratings = tuple(map(_finding, findings.get(outcome, ())))
    return Cell(ratings, missing=NONE_HERE)


def _finding(row: Finding) -> Rating:
    """Return which way an outcome went, by how much and how sure the centre is of it."""
    centre = row.edition.summary.centre.short_name
    measured = (f"Measured: {row.exact_measure}",) if row.exact_measure else ()
    native = row.strength_native
    strength = f"Strength, by {centre}: {native}" if native else f"Strength: {NOT_STATED}"
    return _of_finding(row, row.get_direction_display(), (*measured, strength))


def _cautions(edition: Edition) -> Cell:
    """Return the findings that went the wrong way, then the cautions."""
    harms = tuple(
        _of_finding(row, f"{row.get_direction_display()}: {row.outcome.label}")
        for row in edition.harmful_findings
    )
    return Cell(harms, tuple(edition.caveats))


def _of_finding(row: Finding, label: str, details: tuple[str, ...] = ()) -> Rating:
    wording = row.effect or f"Size of the effect: {NOT_STATED}"
    return Rating("effect", row.direction, label, row.effect, wording, details=details)


def _confirmed(edition: Edition) -> Cell:
    return Cell(
        texts=(f"On {day(edition.confirmed_on)}",) if edition.confirmed_on else (),
        missing="not confirmed",
    )


def _source(edition: Edition) -> Cell:
    return Cell(texts=(edition.source_url,), url=edition.source_url)


def _fact_of(name: str) -> Callable[[Edition], Cell]:
    """Return what makes the cells of a field whose entries fit in one line."""
    return lambda edition: Cell(
        texts=tuple(filter(None, [", ".join(lines_of(edition, name))])),
        missing=lack_of(edition, name),
    )


def _doubts(edition: Edition) -> Cell:
    """Return the kinds of doubt, then what explains them."""
    lines = (*lines_of(edition, "doubts"), *lines_of(edition, "data_note"))
    return Cell(texts=lines, missing=NO_DOUBT)


def _texts_of(name: str) -> Callable[[Edition], Cell]:
    """Return what makes the cells of a field that holds sentences."""
    return lambda edition: Cell(texts=tuple(lines_of(edition, name)))
