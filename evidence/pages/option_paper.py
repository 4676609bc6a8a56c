"""What an option paper says: the question, the options side by side, their evidence and its doubts, and what is not known.

Nothing in it is judged or added up here. Each rating stands beside its centre's own wording, and each option has its source.
"""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

from evidence.compare.fit import Fit, Verdict
from evidence.compare.here import Here
from evidence.compare.local_questions import QUESTIONS, READ, Reference
from evidence.compare.paper import (
    Block,
    Bullets,
    Heading,
    Lines,
    Paper,
    Paragraph,
    Part,
    Source,
    Sources,
    Table,
)
from evidence.models import Edition
from portal import published
from portal.templatetags.portal_tags import day, partial_date

from .citation import PORTAL, Citation
from .option import Option

MOST_COLUMNS = 4  # options that fit beside each other; more have a row each
MOST_IN_DETAIL = 6  # options whose findings and advice are printed in full


@dataclass(frozen=True)
class OptionPaper:
    """A paper about published editions, for somebody who has to choose between them."""

    editions: Sequence[Edition]
    question: Sequence[str]  # what was asked, in sentences
    here: Here
    site: str  # the portal's address, without a slash at its end
    address: str  # of the page that the paper was made from

    @cached_property
    def options(self) -> list[Option]:
        """The options with their numbers, which are those of their sources too."""
        return [Option(number, edition) for number, edition in enumerate(self.editions, start=1)]

    def paper(self) -> Paper:
        """Return the whole paper."""
        title = f"Option paper: {len(self.options)} options from the What Works Network"
        subtitle = f"{PORTAL}, content of {day(self._dated)}"
        return Paper(title, subtitle, PORTAL, self._dated, tuple(self._parts()))

    @property
    def _dated(self) -> datetime.datetime:
        moved_at = published.current().moved_at
        return moved_at or max(one.published_at for one in self.editions if one.published_at)

    def _parts(self) -> Iterator[Part]:
        yield Part(self._before_the_options)
        in_full = len(self.options) <= MOST_IN_DETAIL
        for option in self.options:
            key = ("option", option.edition.pk, option.number, in_full)
            yield Part(partial(option.blocks, in_full=in_full), key)
        yield Part(self._after_the_options)
        yield Part(self._local_questions, ("local questions", len(self.options)))
        yield Part(self._end)

    def _before_the_options(self) -> Iterator[Block]:
        yield from self._asked()
        yield from self._side_by_side()
        yield Heading("The evidence and its doubts")

    def _after_the_options(self) -> Iterator[Block]:
        yield from self._not_known()
        if self.here.choices:
            yield from self._fit()

    def _end(self) -> Iterator[Block]:
        yield Heading("Sources")
        yield Sources(tuple(self._sources()))
        yield from self._how_it_was_made()

    def _asked(self) -> Iterator[Block]:
        yield Heading("The question")
        for sentence in self.question:
            yield Paragraph(sentence)
        if self.here.choices:
            chosen = "; ".join(choice.label for choice in self.here.choices)
            yield Paragraph(chosen, label="Our place")

    def _side_by_side(self) -> Iterator[Block]:
        yield Heading("Options side by side")
        options, rows = self.options, [option.ratings for option in self.options]
        labels = list(rows[0])
        caption = "What decides between the options"
        if len(options) <= MOST_COLUMNS:
            cells = [((label,), *(row[label] for row in rows)) for label in labels]
            warnings = [option.warnings or ("None recorded",) for option in options]
            cells.append((("Harms and doubts",), *warnings))
            head = ("What is stated", *(option.name for option in options))
            yield Table(caption, head, tuple(cells), (3, *[4] * len(options)))
        else:
            cells = [
                ((option.name, *option.warnings), *row.values())
                for option, row in zip(options, rows, strict=True)
            ]
            yield Table(caption, ("Option", *labels), tuple(cells), (6, 5, 4, 3, 3, 3))
        yield Paragraph(
            "The words in quotation marks are the source’s own. Those before them are the portal’s common levels, which are a "
            "reading aid. The order of the options is no judgement.",
            is_quiet=True,
        )

    def _not_known(self) -> Iterator[Block]:
        yield Heading("What is not known")
        yield Paragraph(
            "The following was not found on the pages that were read for each option. Where a doubt says that a part could not "
            "be read, it may stand there all the same."
        )
        yield Bullets(tuple(f"{option.name}: {option.not_stated}." for option in self.options))

    def _fit(self) -> Iterator[Block]:
        yield Heading("How each option fits here")
        yield Paragraph(
            "“Not stated” means that the pages read do not say, and not that it would fail. Whether a place is rural or urban "
            "is read from the title, the bottom line and the place of the studies."
        )
        fits = [Fit(edition, self.here) for edition in self.editions]
        caption = "Our place beside what is stated of the evidence"
        names = [option.name for option in self.options]
        answers = [[_answer(verdict) for verdict in fit.verdicts] for fit in fits]
        labels = [choice.label for choice in self.here.choices]
        if len(fits) <= MOST_COLUMNS:
            rows = [((label,), *of_all) for label, *of_all in zip(labels, *answers, strict=True)]
            yield Table(caption, ("Our place", *names), tuple(rows), (3, *[4] * len(fits)))
        elif len(labels) <= MOST_COLUMNS:
            rows = [((name,), *of_one) for name, of_one in zip(names, answers, strict=True)]
            yield Table(caption, ("Option", *labels), tuple(rows), (4, *[4] * len(labels)))
        else:
            rows = [
                ((name,), (label,), answer)
                for name, of_one in zip(names, answers, strict=True)
                for label, answer in zip(labels, of_one, strict=True)
            ]
            head = ("Option", "Our place", "The evidence")
            yield Table(caption, head, tuple(rows), (5, 3, 8))

    def _local_questions(self) -> Iterator[Block]:
        numbers = [str(len(self.options) + number) for number, _ in enumerate(READ, start=1)]
        yield Heading("Six questions to answer here")
        yield Paragraph(
            "The evidence cannot answer these. They are the six indicators of the Hexagon Tool, with questions in our own "
            f"words [{', '.join(numbers)}]."
        )
        rows = [((one.indicator, one.question, one.hint), ("",)) for one in QUESTIONS]
        head = ("Question", "Our answer")
        yield Table("Questions of local fit", head, tuple(rows), (1, 1), is_form=True)

    def _sources(self) -> Iterator[Source]:
        for edition in self.editions:
            url = self.site + edition.get_absolute_url()
            read = day(edition.published_at) if edition.published_at else "a day not stated"
            yield Source(
                Citation(edition, url).of_source,
                edition.source_url,
                f"Read for edition {edition.number} of the portal’s summary, published on {read}: {url}",
            )
        yield from map(_reference, READ)

    def _how_it_was_made(self) -> Iterator[Block]:
        snapshot = published.current()
        yield Heading("How this paper was made")
        version = f"version {snapshot.version} of {day(self._dated)}"
        yield Paragraph(
            f"{PORTAL} put it together from its published summaries, {version}. The sentences of the summaries are the "
            "portal’s own. Ratings, effects and figures are those of the centres named, except where a doubt says so. Nothing "
            "was averaged or scored, and no text was generated. Where a centre’s page says something else, it is the authority."
        )
        yield Paragraph(self.address, label="The same list today")


def _answer(verdict: Verdict) -> Lines:
    return (str(verdict.answer), verdict.basis)


def _reference(one: Reference) -> Source:
    return Source(one.text, one.url, f"Read on {partial_date(one.read_on)}.")
