"""What an edition says, field by field, declared once for every form, page and file.

The label and the help of a field are those of the model: `verbose_name` and `help_text` of Edition. FIELDS adds what a
model field cannot say. To add a field, add it to Edition and add a line to FIELDS; admin, the lists of changes, the
data set, spreadsheets, /evidence.csv, the checklist and the page of the summary then have it.
"""

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.text import capfirst

from portal.models import PartialDateField
from portal.templatetags.portal_tags import day, partial_date

from .editions import Edition
from .list_rows import present_rows
from .products import HELD_IN

NOT_STATED = "not stated"
NONE = "none"  # of what this portal remarks: an empty field says that there is no such remark


class Section(StrEnum):
    """The parts of an edition, in the order of its page and of its form in admin."""

    WHAT = "What it is"
    EFFECT = "Effect"
    STRENGTH = "Strength of evidence"
    COST = "Cost"
    FINDINGS = "What the evidence says"
    PRACTICE = "Putting it into practice"
    TRIED = "Who and where it was tried"
    ABOUT = "What it is about"
    SOURCE = "Where it comes from"


class Wording(Enum):
    """Who wrote the text of a field, which decides how it is checked."""

    FIXED = "a figure, a rating, a list, or the words of the centre"
    OURS = "words of our own, whose spelling may be corrected without a change note"
    SENTENCES = "sentences of our own, which the checklist reads as well"


@dataclass(frozen=True)
class ContentField:
    """One field of Edition, or the rows that belong to an edition, such as its findings."""

    name: str
    section: Section
    wording: Wording = Wording.FIXED
    # Its key in data/summaries: "impact.native" is `native` in the mapping `impact`. Empty: its name.
    file_key: str = ""
    # Whether an entry of data/summaries leaves the key out where it would be empty. Then the key is the name.
    optional_in_files: bool = False
    # Its column in /evidence.csv. Empty: the words of its label. None: it has no column there.
    csv_column: str | None = ""
    # What stands in that column where the field is empty: nothing where it holds what this portal remarks.
    if_empty: str = NOT_STATED
    # Of rows, because a relation from their side has no help of its own.
    rows_help: str = ""
    # Whether it is among the figures that a centre confirms (Confirmation): each rated value with its scale and the centre's
    # words, the findings by outcome, and why a value is missing or in doubt.
    is_figure: bool = False

    @property
    def model_field(self) -> Any:
        """The field of the model; for rows, the relation to them."""
        return Edition._meta.get_field(self.name)

    @property
    def is_rows(self) -> bool:
        """Whether it is rows that belong to an edition."""
        return bool(self.model_field.one_to_many)

    @property
    def is_links(self) -> bool:
        """Whether it links to several rows that other editions link to as well, such as its topics."""
        return bool(self.model_field.many_to_many)

    @property
    def is_list(self) -> bool:
        """Whether it holds several entries."""
        return self.is_rows or self.is_links or isinstance(self.model_field, ArrayField)

    @property
    def label(self) -> str:
        """The one name that people see for it."""
        return label_of(self.name)

    @property
    def help(self) -> str:
        """The help text, in a sentence or two."""
        return help_of(self.name)

    @property
    def key(self) -> str:
        """Its key in the files of the data set, dotted where it is in a group."""
        return self.file_key or self.name

    @property
    def column(self) -> str:
        """The name of its column in /evidence.csv; empty where it has none."""
        return "" if self.csv_column is None else self.csv_column or name_in_files(self.label)


# In the order of the files of the data set and of spreadsheets.
FIELDS = (
    ContentField("title", Section.WHAT, Wording.OURS),
    ContentField("code", Section.WHAT, csv_column=None),
    ContentField("product", Section.WHAT, Wording.OURS, csv_column=None),
    ContentField("kind", Section.WHAT),
    ContentField("policy_areas", Section.ABOUT),
    ContentField("topics", Section.ABOUT),
    ContentField("audiences", Section.ABOUT, csv_column=None),
    ContentField("settings", Section.TRIED, csv_column=None),
    ContentField("age_groups", Section.TRIED, csv_column=None),
    ContentField("bottom_line", Section.WHAT, Wording.SENTENCES, file_key="summary"),
    ContentField(
        "key_findings", Section.FINDINGS, Wording.SENTENCES, file_key="findings", csv_column=None
    ),
    ContentField("implementation", Section.PRACTICE, Wording.SENTENCES, csv_column=None),
    ContentField("caveats", Section.PRACTICE, Wording.SENTENCES, csv_column=None),
    ContentField(
        "findings",
        Section.FINDINGS,
        file_key="outcomes",
        csv_column=None,
        rows_help=(
            "Each outcome, what exactly was measured, which way it went, the effect as stated, and the centre’s rating "
            "of this outcome. Leave a part empty that the centre does not state."
        ),
        is_figure=True,
    ),
    ContentField("direction", Section.EFFECT, file_key="impact.direction", is_figure=True),
    ContentField("impact_native", Section.EFFECT, file_key="impact.native", is_figure=True),
    ContentField("strength", Section.STRENGTH, file_key="strength.level", csv_column="strength", is_figure=True),
    ContentField("strength_native", Section.STRENGTH, file_key="strength.native", is_figure=True),
    ContentField(
        "strength_scale", Section.STRENGTH, file_key="strength.scale", csv_column=None, is_figure=True
    ),
    ContentField("strength_step", Section.STRENGTH, file_key="strength.step", csv_column=None, is_figure=True),
    ContentField("cost", Section.COST, file_key="cost.level", is_figure=True),
    ContentField("cost_native", Section.COST, file_key="cost.native", is_figure=True),
    ContentField("cost_scale", Section.COST, file_key="cost.scale", csv_column=None, is_figure=True),
    ContentField("cost_step", Section.COST, file_key="cost.step", csv_column=None, is_figure=True),
    ContentField("studies", Section.TRIED, is_figure=True),
    ContentField("countries", Section.TRIED, Wording.OURS, csv_column="countries", is_figure=True),
    ContentField("source_url", Section.SOURCE, csv_column="source"),
    ContentField(
        "sources",
        Section.SOURCE,
        csv_column=None,
        rows_help="Each page that was read: its address, and what kind of page it is.",
    ),
    ContentField("updated", Section.SOURCE, is_figure=True),
    ContentField("missing", Section.FINDINGS, optional_in_files=True, if_empty="", is_figure=True),
    ContentField("doubts", Section.FINDINGS, optional_in_files=True, if_empty="", is_figure=True),
    ContentField("data_note", Section.FINDINGS, Wording.SENTENCES, if_empty="", is_figure=True),
    ContentField(
        "search_words", Section.ABOUT, Wording.OURS, optional_in_files=True, csv_column=None, if_empty="",
    ),
)  # fmt: skip


@functools.cache
def in_page_order() -> Sequence[ContentField]:
    """Return the fields as people meet them: by section, and inside one in the order of FIELDS."""
    sections = list(Section)
    return tuple(sorted(FIELDS, key=lambda field: sections.index(field.section)))


@functools.cache  # a page asks for a hundred
def label_of(name: str) -> str:
    """Return the one name that people see for a field of Edition, or for the rows that belong to it.

    "findings.effect" is a field of such rows. Raise FieldDoesNotExist for any other name.
    """
    name, _, of_rows = name.partition(".")
    field: Any = Edition._meta.get_field(name)
    if of_rows:
        field = field.related_model._meta.get_field(of_rows)
    label = (
        field.related_model._meta.verbose_name_plural if field.one_to_many else field.verbose_name
    )
    return str(capfirst(label))


def help_of(name: str) -> str:
    """Return what goes into a field of Edition, or into the rows that belong to it, in a sentence or two."""
    declared = next((field for field in FIELDS if field.name == name), None)
    if declared and declared.is_rows:
        return declared.rows_help
    field: Any = Edition._meta.get_field(name)
    return str(field.help_text)


def name_in_files(label: str) -> str:
    """Write a label as the name of a column: "The centre’s page" as "the_centres_page"."""
    return re.sub(r"\W+", "_", re.sub("[’']", "", label.strip().lower())).strip("_")


def lines_of(edition: Edition, name: str) -> list[str]:
    """Return what an edition says in a field, as people read it: a line for each entry of a list, none if not stated."""
    field: Any = Edition._meta.get_field(name)
    value: Any = getattr(edition, name)
    return lines_of_value(name, value.all() if field.one_to_many or field.many_to_many else value)


def lines_of_value(name: str, value: Any) -> list[str]:
    """Return the same of a value that no edition has yet; of rows and links it is the rows."""
    return [line for line in _lines(Edition._meta.get_field(name), value) if line]


def lack_of(edition: Edition, name: str) -> str:
    """Return what to say in the place of an empty field: why its value is missing, where that is known, or as `lack_in`."""
    value = next((one for one, names in HELD_IN.items() if name in names), None)
    return (edition.lack_of(value) if value else "") or lack_in(name)


def lack_in(name: str) -> str:
    """Return "not stated", or "none" for what this portal remarks, such as a doubt: the word for a field that is empty."""
    declared = next((field for field in FIELDS if field.name == name), None)
    return NOT_STATED if declared is None or declared.if_empty else NONE


def _lines(field: Any, value: Any) -> Iterator[str]:
    if field.one_to_many:
        yield from (row.as_line() for row in value)
    elif field.many_to_many:
        yield from map(str, present_rows(value))
    elif isinstance(field, ArrayField):
        labels = _labels_of(field.base_field)
        yield from (labels.get(one, str(one)) for one in value)
    elif value is None or value == "":
        return
    elif isinstance(field, PartialDateField):
        yield partial_date(value)
    elif isinstance(field, models.DateField):
        yield day(value)
    elif field.choices:
        yield _labels_of(field).get(value, str(value))
    else:
        yield str(getattr(value, "present", value))


@functools.cache
def _labels_of(field: Any) -> dict[Any, str]:
    """Return the labels of the choices of a field; none if it has no choices."""
    return {value: str(label) for value, label in field.flatchoices}
