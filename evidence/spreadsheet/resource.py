"""Rows and editions compared, and what differs made into drafts: all or nothing, and never live.

`check` is the dry run. `confirm` does it all again under locks and writes only if it comes to the same plan. Both take a
fixed number of queries, however many rows there are.
"""

import dataclasses
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from django.db.models import QuerySet
from import_export import fields, instance_loaders, resources, results

from centres.models import Centre
from evidence.dataset.checks import (
    dates_out_of_order,
    given_twice,
    ratings_off_their_scale,
    unknown_names,
)
from evidence.dataset.faults import Fault, Location
from evidence.dataset.primary_keys import PrimaryKeys
from evidence.dataset.records import Record, Table
from evidence.dataset.tables import CENTRES, RATING_SCALES, REFERENCE_SCALES, SUMMARIES
from evidence.dataset.values import Wrong
from evidence.editorial import actions
from evidence.editorial.content import NewSummary
from evidence.editorial.diff import Change
from evidence.models import Edition, Summary, centres_of
from evidence.models.content_fields import NOT_STATED

from .columns import COLUMNS, OF_ONE_EDITION, TABLE, cells_of
from .files import Sheet, UnusableCell

NOT_YOURS = "is not one of your centres"
NEEDED = "must not be empty"
EMPTY = dict.fromkeys(COLUMNS, "")
ORDER = {name: place for place, name in enumerate(COLUMNS)}


@dataclass(frozen=True)
class RowFault:
    """One thing that is wrong in a row, by the number and the column that a spreadsheet shows."""

    row: int
    column: str
    message: str

    def __str__(self) -> str:
        return f"Row {self.row}, {self.column}: {self.message}"


@dataclass(frozen=True)
class Draft:
    """What a row would make: the first edition of a summary, or the next one."""

    row: int
    record: Record
    summary: Summary | None  # none if it is to be made too
    before: Edition | None  # none if it is the first edition
    changes: list[Change]

    @property
    def title(self) -> str:
        return str(self.record.values["title"])


@dataclass
class Plan:
    """What a file would do, or what is wrong with it."""

    file_name: str
    drafts: list[Draft] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)
    unchanged: int = 0
    made: int = 0  # how many drafts there are since it was confirmed

    @property
    def new(self) -> list[Draft]:
        return [draft for draft in self.drafts if not draft.before]

    @property
    def changed(self) -> list[Draft]:
        return [draft for draft in self.drafts if draft.before]

    @property
    def fingerprint(self) -> str:
        """Tell this plan from every other one, the editions included that it begins from."""
        parts = [
            [
                draft.row,
                draft.record.key,
                draft.before and draft.before.pk,
                [(one.field, one.before, one.after) for one in draft.changes],
            ]
            for draft in self.drafts
        ]
        text = json.dumps([parts, [str(fault) for fault in self.faults], self.unchanged])
        return hashlib.sha256(text.encode()).hexdigest()


class Moved(Exception):
    """What was checked is no longer what would happen. Nothing was changed."""


Progress = Callable[[int], Any]


def check(sheet: Sheet, *, user: Any, file_name: str, progress: Progress | None = None) -> Plan:
    """Return what the rows would do. Nothing is written."""
    return SummaryResource(user, file_name, progress=progress).run(sheet)


def confirm(
    sheet: Sheet, *, user: Any, checked: str, file_name: str, progress: Progress | None = None
) -> Plan:
    """Make the drafts of a plan with this fingerprint. Raise Moved, with nothing written, if it is another by now."""
    return SummaryResource(user, file_name, checked=checked, progress=progress).run(sheet)


def newest_editions(summaries: "QuerySet[Summary]") -> QuerySet[Edition]:
    """Return the newest edition of each summary: the open one, or else what the public sees or saw last."""
    newest = Edition.objects.filter(summary__in=summaries.order_by().values("pk"))
    newest = newest.order_by("summary_id", "-number").distinct("summary_id")
    rows: QuerySet[Edition] = TABLE.queryset().filter(pk__in=newest.values("pk"))
    return rows


class SummaryResource(resources.Resource):
    """Summaries as rows, for the library that reads and writes them."""

    class Meta:
        using_db = "default"
        import_id_fields = ["id"]
        instance_loader_class = instance_loaders.BaseInstanceLoader
        skip_diff = True  # it compares values; people are shown cells
        report_skipped = False
        use_bulk = True
        chunk_size = 1000

    def __init__(
        self,
        user: Any = None,
        file_name: str = "",
        *,
        checked: str = "",
        progress: Progress | None = None,
    ) -> None:
        super().__init__()
        self.user = user
        self.plan = Plan(file_name)
        self.checked = checked
        self.progress = progress or (lambda rows: None)

    @classmethod
    def get_display_name(cls) -> str:
        return "Summaries"

    def run(self, sheet: Sheet) -> Plan:
        """Check the rows and, if they are those that were checked before, make the drafts."""
        dry = not self.checked
        result = self.import_data(sheet, dry_run=dry, rollback_on_validation_errors=True)
        for error in [
            *result.base_errors,
            *(one for row in result.error_rows for one in row.errors),
        ]:
            if isinstance(error.error, IntegrityError | actions.AlreadyOpen):
                raise Moved from error.error  # somebody was quicker by less than a second
            raise error.error
        return self.plan

    # Export: every row is an edition

    def filter_export(self, queryset: QuerySet[Summary], **kwargs: Any) -> QuerySet[Edition]:
        return newest_editions(queryset)

    def export_resource(
        self, instance: Edition, selected_fields: Sequence[str] | None = None, **kwargs: Any
    ) -> list[str]:
        cells = cells_of(TABLE.record_of(instance), is_open=instance.is_open)
        return [cells[one.column_name] for one in self.get_export_fields(selected_fields)]

    # Import

    def before_import(self, dataset: Sheet, **kwargs: Any) -> None:
        """Ask once for all that rows are compared with. A large file may take longer than a page may."""
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
        self.columns = list(dataset.headers)
        self.numbers = dataset.numbers
        self.headings = dataset.headings
        slugs = dataset["id"]
        self.times = Counter(slugs)
        named = Summary.objects.filter(slug__in=set(slugs)).select_related("centre")
        if self.checked:
            named = named.select_for_update(of=("self",)).order_by("pk")
        self.summaries = {one.slug: one for one in named}
        self.centres = set(centres_of(self.user).values_list("slug", flat=True))
        reachable = [one.pk for one in self.summaries.values() if one.centre.slug in self.centres]
        newest = newest_editions(Summary.objects.filter(pk__in=reachable)).select_related(
            "summary__centre", "made_by", "edited_by"
        )
        self.newest = {one.summary.slug: one for one in newest}
        self.keys = PrimaryKeys()
        self.scales = {
            table: [table.record_of(row) for row in table.queryset()]
            for table in (RATING_SCALES, REFERENCE_SCALES)
        }

    def get_or_init_instance(self, instance_loader: Any, row: Any) -> tuple[Edition, bool]:
        known = self.newest.get(row["id"])
        return known or Edition(), known is None

    def import_instance(self, instance: Edition, row: Any, **kwargs: Any) -> None:
        """Find what the row changes, or all that is wrong with it."""
        number = self.numbers[kwargs["row_number"] - 1]
        self.draft: Draft | None = None
        faults = list(self._wrong_id(row["id"]))
        if NOT_YOURS not in dict(faults).values():
            faults += self._wrong_centre(row)
        if NOT_YOURS not in dict(faults).values():  # else not a word of what is there
            edition = instance if instance.pk else None
            self.draft = _Row(number, row, edition, self, faults).draft
        faults.sort(key=lambda fault: ORDER[fault[0]])
        self.plan.faults += [
            RowFault(number, self.headings.get(column) or COLUMNS[column].label, message)
            for column, message in faults
        ]
        if faults:
            raise ValidationError(dict(_by_column(faults)))

    def _wrong_id(self, slug: str) -> Iterator[tuple[str, str]]:
        if isinstance(slug, UnusableCell):
            yield "id", str(slug)
        elif not slug:
            yield "id", NEEDED
        elif slug in self.summaries and self.summaries[slug].centre.slug not in self.centres:
            yield "id", NOT_YOURS
        elif self.times[slug] > 1:
            yield "id", f"{slug!r} is given {self.times[slug]} times. One row is one summary"
        else:
            try:
                Summary._meta.get_field("slug").run_validators(slug)
            except ValidationError as error:
                yield "id", " ".join(error.messages)

    def _wrong_centre(self, row: Any) -> Iterator[tuple[str, str]]:
        """Find a centre that is not the summary's own, or none of the person's."""
        named = COLUMNS["centre"].tidy(row.get("centre", ""))
        summary = self.summaries.get(row["id"])
        if summary and named not in {"", summary.centre.slug}:
            yield (
                "centre",
                f"should be {summary.centre.slug!r}: a summary cannot move to another centre",
            )
        elif not summary and named and named not in self.centres:
            everywhere = self.user.has_perm("evidence.all_centres")
            yield "centre", f"there is no centre {named!r}" if everywhere else NOT_YOURS

    def skip_row(
        self, instance: Any, original: Any, row: Any, import_validation_errors: Any = None
    ) -> bool:
        return not import_validation_errors and self.draft is None

    def save_instance(self, instance: Any, is_create: bool, row: Any, **kwargs: Any) -> None:
        if self.draft:
            self.plan.drafts.append(self.draft)

    def save_m2m(self, instance: Any, row: Any, **kwargs: Any) -> None:
        """Nothing: a draft has all its parts, and drafts are made together."""

    def after_import_row(self, row: Any, row_result: results.RowResult, **kwargs: Any) -> None:
        self.plan.unchanged += row_result.import_type == results.RowResult.IMPORT_TYPE_SKIP
        self.progress(1)

    def after_import(self, dataset: Sheet, result: results.Result, **kwargs: Any) -> None:
        if not self.checked or result.base_errors or result.error_rows:
            return
        if self.plan.fingerprint != self.checked:
            raise Moved
        first, following = [], []
        for draft in self.plan.drafts:
            content = self.keys.content(draft.record)
            if draft.summary:
                following.append((draft.summary, content))
            else:
                centre = self.keys[Centre][draft.record.references["summary__centre"] or ""]
                first.append(NewSummary(str(draft.record.key), centre, content))
        comment = f"Imported from {self.plan.file_name}."
        made = actions.make_drafts(first=first, following=following, by=self.user, comment=comment)
        self.plan.made = len(made)


SummaryResource.fields = {name: fields.Field(name, name) for name in COLUMNS}


class _Row:
    """One row beside the edition that it is compared with."""

    def __init__(
        self,
        number: int,
        row: Any,
        edition: Edition | None,
        known: SummaryResource,
        faults: list[tuple[str, str]],
    ) -> None:
        self.number, self.slug, self.edition, self.known = number, row["id"], edition, known
        self.summary = known.summaries.get(self.slug)
        self.faults = faults  # what is wrong is added to them
        self.draft: Draft | None = None
        self.cells = {
            name: row[name]
            for name in known.columns
            if name != "id" and not self._is_unusable(name, row[name])
        }
        self.base = TABLE.record_of(edition) if edition else None
        self.before = (
            cells_of(self.base, is_open=edition.is_open) if edition and self.base else EMPTY
        )
        self.changed = {
            name: text
            for name, cell in self.cells.items()
            if cell != self.before[name]
            and (text := COLUMNS[name].tidy(cell)) != COLUMNS[name].tidy(self.before[name])
        }
        if self._makes_a_draft():
            self._read()

    def _is_unusable(self, name: str, cell: str) -> bool:
        if isinstance(cell, UnusableCell):
            self.faults.append((name, str(cell)))
        return isinstance(cell, UnusableCell)

    def _makes_a_draft(self) -> bool:
        if self.edition is None:
            return True
        if self.edition.is_open:
            if self.changed:
                self.faults.append(("id", _open_already(self.edition)))
            return False
        if not self.changed.keys() - OF_ONE_EDITION:
            return False
        if self.summary and self.summary.withdrawn_at:
            wrong = "is withdrawn. Open a new edition by hand if it is to come back"
            self.faults.append(("id", wrong))
            return False
        return True

    def _read(self) -> None:
        """Read what has changed into a record; with no fault, that is what the draft will say."""
        entry = self._entry()
        record, wrong = _table_of(frozenset(self.read)).parse(entry, Location(""), self.number)
        told = {name for name, _ in self.faults}
        self.faults += [said for fault in wrong if (said := _said(fault))[0] not in told]
        if self.base:
            record = self._over_base(record)
        self.faults += [
            said for fault in self._contradictions(record) if (said := _said(fault))[0] not in told
        ]
        if not self.faults:
            self.draft = Draft(self.number, record, self.summary, self.edition, self._changes())

    @cached_property
    def read(self) -> set[str]:
        """The columns to read: those that have changed, and all of a first edition."""
        if not self.edition:
            return COLUMNS.keys() - {"id"}
        pairs = [{f"{kind}_scale", f"{kind}_step"} for kind in ("strength", "cost")]
        # A step is one of its scale, so neither is read without the other.
        return self.changed.keys() | {
            name for pair in pairs if pair & self.changed.keys() for name in pair
        }

    def _entry(self) -> dict[str, Any]:
        """Return the entry of the data set that these columns of the row say."""
        entry: dict[str, Any] = {}
        told = {name for name, _ in self.faults}
        for name in COLUMNS:
            if name not in self.read:
                continue
            one = COLUMNS[name]
            cell = self.changed[name] if name in self.changed else one.tidy(self.before[name])
            if one.required and not cell and name not in told:
                self.faults.append((name, NEEDED))
            try:
                one.put(entry, one.read(cell))
            except Wrong as wrong:
                self.faults.append((name, str(wrong)))
                one.put(entry, one.read(""))
        entry["id"] = self.slug
        if self.summary and "centre" in self.read:
            entry["centre"] = self.summary.centre.slug
        return entry

    def _over_base(self, read: Record) -> Record:
        """Return what the edition says now with what has changed over it."""
        record = self.base
        assert record  # noqa: S101 - there is one, or this is not called
        for where in ("values", "references", "links", "rows"):
            getattr(record, where).update(getattr(read, where))
        for name, empty in (("change_note", ""), ("minor", False)):
            record.values[name] = read.values.get(name, empty)
        return record

    def _contradictions(self, record: Record) -> Iterator[Fault]:
        known = self.known
        yield from unknown_names(record, known.keys)
        around = {SUMMARIES: [record], CENTRES: [], **known.scales}
        yield from ratings_off_their_scale(around)
        yield from dates_out_of_order(around)
        yield from given_twice({TABLE: [record]})

    def _changes(self) -> list[Change]:
        return [
            Change(
                name,
                COLUMNS[name].label,
                self.before[name] or NOT_STATED,
                self.changed[name] or NOT_STATED,
            )
            for name in COLUMNS
            if name in self.changed and (self.changed[name] or self.edition)
        ]


@lru_cache(maxsize=500)
def _table_of(names: frozenset[str]) -> Table:
    """Return the table of just these columns."""
    kept = [COLUMNS[name].part for name in COLUMNS if name in names]
    return dataclasses.replace(TABLE, parts=tuple(part for part in kept if part))


def _open_already(edition: Edition) -> str:
    who = edition.edited_by or edition.made_by or "The system"
    state = edition.get_state_display().lower()
    return f"{who} has another text of it open ({state}). Finish or discard that first"


def _said(fault: Fault) -> tuple[str, str]:
    """Return the column of a fault, and what is wrong, for somebody who sees cells."""
    key, _, line = fault.field.partition(" ")
    key = key.removesuffix("_precision")
    message = fault.message.removesuffix(", not null").replace(" or null", "")
    for one in COLUMNS.values():
        message = message.replace(one.key, f"“{one.label}”") if "." in one.key else message
    return key.replace(".", "_"), f"line {line}: {message}" if line else message


def _by_column(faults: Sequence[tuple[str, str]]) -> Iterator[tuple[str, list[str]]]:
    for column in dict(faults):
        yield column, [message for name, message in faults if name == column]
