"""Loading the data set: all or nothing, and nothing that has not changed.

What was loaded from each entry is remembered (DatasetEntry). An entry that is the same as then is left alone, so that loading
the shipped files again, which every start does, never undoes what editors have done since.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError, models, transaction
from django.db.models import ProtectedError

from centres.models import Centre, RatingLevel
from evidence import actions
from evidence.models import DatasetEntry, Edition, Summary

from .files import DatasetError, Fault
from .read import Key, Record, Row
from .schema import Rows, Table
from .shape import name_of
from .tables import SUMMARIES, TABLES

Keys = dict[type[models.Model], dict[Key, int]]
Watch = Callable[[list[Record], str], Iterable[Record]]


@dataclass
class Report:
    """What a load did, and what people should look at."""

    counts: Counter[str] = field(default_factory=Counter)
    remarks: list[str] = field(default_factory=list)


def load(
    records: dict[Table, list[Record]], watch: Watch = lambda records, label: records
) -> Report:
    """Write what is new or changed in the files. Raise DatasetError, with nothing written, if it does not fit.

    `watch` is given the records of each table and a label, and passes them on: room for a progress bar.
    """
    loading = _Loading()
    with transaction.atomic():
        for table in TABLES:
            loading.table(table, watch(records[table], str(table.model._meta.verbose_name_plural)))
        for table in reversed(TABLES):
            loading.remove_vanished(table, records[table])
    return loading.report


class _Loading:
    def __init__(self) -> None:
        self.report = Report()
        self.keys: Keys = {}
        self.digests = {
            (entry.table, entry.key): entry.digest for entry in DatasetEntry.objects.all()
        }

    def table(self, table: Table, records: Iterable[Record]) -> None:
        changed: list[tuple[Record, int]] = []
        model = Summary if table is SUMMARIES else table.model
        key_attribute = "slug" if table is SUMMARIES else table.key_attribute
        self.keys[model] = dict(model._default_manager.values_list(key_attribute, "pk"))
        for position, record in enumerate(records, start=1):
            if self.digests.get((name_of(table), str(record.key))) == record.digest:
                self.report.counts["unchanged"] += 1
                continue
            try:
                with transaction.atomic():
                    if table is SUMMARIES:
                        kept = self._summary(record)
                    else:
                        kept = self._reference_row(table, record, position)
                        changed.append((record, position))
            except (DatabaseError, ValidationError, actions.ActionError) as error:
                raise _refused(record, error) from error
            if kept:
                self._remember(table, record)
        # A row may be linked to a later one of its own table.
        for record, _ in changed:
            self._links(table, record)
        if model is not Summary and any(part.model is RatingLevel for part in table.rows):
            self.keys[RatingLevel] = {
                f"{scale}/{label}": pk
                for scale, label, pk in RatingLevel.objects.values_list(
                    "scale__slug", "label", "pk"
                )
            }

    def _reference_row(self, table: Table, record: Record, position: int) -> bool:
        manager = table.model._default_manager
        instance: Any = manager.filter(**{table.key_attribute: record.key}).first()
        self.report.counts["changed" if instance else "new"] += 1
        if instance is None:
            instance = table.model(**{table.key_attribute: record.key})
        own_order = "order" in record.values or table.key_attribute == "order"
        if table.ordered and not own_order:
            instance.order = position
        self._fill(instance, record)
        instance.full_clean(validate_unique=False)
        instance.save()
        self.keys[table.model][record.key] = instance.pk
        for part in table.rows:
            self._rows(instance, part, record.rows[part.attribute])
        return True

    def _fill(self, instance: models.Model, row: Row) -> None:
        for attribute, value in row.values.items():
            setattr(instance, attribute, value)
        for attribute, key in row.references.items():
            setattr(instance, f"{attribute}_id", self._key(instance, attribute, key))

    def _key(self, instance: models.Model, attribute: str, key: Key | None) -> int | None:
        related: Any = instance._meta.get_field(attribute).related_model
        return None if key is None else self.keys[related][key]

    def _rows(self, instance: models.Model, part: Rows, rows: list[Row]) -> None:
        """Bring the rows that belong to an instance into line, by their order, so that they keep their identity."""
        manager = getattr(instance, part.attribute)
        existing = {row.order: row for row in manager.all()}
        manager.exclude(order__in=[row.values["order"] for row in rows]).delete()
        for row in rows:
            target = existing.get(row.values["order"]) or part.model(**{part.parent: instance})
            self._fill(target, row)
            target.save()

    def _links(self, table: Table, record: Record) -> None:
        if not table.links:
            return
        instance = table.model._default_manager.get(pk=self.keys[table.model][record.key])
        for link in table.links:
            wanted = [self.keys[link.model][key] for key in record.links[link.attribute]]
            getattr(instance, link.attribute).set(wanted)

    def _summary(self, record: Record) -> bool:
        """Publish a new edition from a changed entry; say whether the entry was taken over."""
        content = self._content(record)
        summary = Summary.objects.filter(slug=record.key).first()
        if summary is None:
            centre = Centre.objects.get(pk=self.keys[Centre][record.references["centre"] or ""])
            edition = actions.create_summary(slug=str(record.key), centre=centre, content=content)
            note = "First edition."
            self.report.counts["new"] += 1
        elif summary.editions.open().exists():
            self.report.remarks.append(
                f"{record.key}: its entry has changed, but an editor has an open edition; it was left alone."
            )
            return False
        elif summary.withdrawn_at:
            self.report.remarks.append(f"{record.key}: its entry has changed, but it is withdrawn.")
            return False
        else:
            edition = actions.open_edition(summary=summary)
            changed = self._changed_labels(edition, content)
            if not changed:
                actions.discard(edition=edition)
                return True
            actions.write(edition=edition, content=content)
            note = f"Changed with the data set: {', '.join(changed)}."
            self.report.counts["changed"] += 1
        self.keys[Summary][record.key] = edition.summary_id
        actions.submit(edition=edition, change_note=note)
        actions.publish(edition=edition)
        return True

    def _content(self, record: Record) -> actions.Content:
        blank_edition = Edition()
        fields = dict(record.values)
        for attribute, key in record.references.items():
            if attribute != "centre":
                fields[f"{attribute}_id"] = self._key(blank_edition, attribute, key)
        parts = {}
        for part in SUMMARIES.rows:
            parts[part.attribute] = [
                row.values
                | {
                    f"{name}_id": self.keys[reference.model][row.references[name] or ""]
                    for reference in part.references
                    for name in [reference.attribute]
                }
                for row in record.rows[part.attribute]
            ]
        return actions.Content(
            fields=fields,
            classification={
                link.attribute: [self.keys[link.model][key] for key in record.links[link.attribute]]
                for link in SUMMARIES.links
            },
            findings=parts["findings"],
            sources=parts["sources"],
        )

    def _changed_labels(self, edition: Edition, content: actions.Content) -> list[str]:
        """Name, for people, what differs between an edition and the content that would replace it."""
        labels = []
        for attribute, value in content.fields.items():
            if getattr(edition, attribute) != value:
                labels.append(str(edition._meta.get_field(attribute).verbose_name))
        for attribute, keys in content.classification.items():
            if {row.pk for row in getattr(edition, attribute).all()} != set(keys):
                labels.append(attribute.replace("_", " "))
        now = actions.content_of(edition)
        for attribute, before, after in (
            ("findings", now.findings, content.findings),
            ("sources", now.sources, content.sources),
        ):
            if [dict(row) for row in before] != [dict(row) for row in after]:
                labels.append(attribute)
        return list(dict.fromkeys(labels))

    def _remember(self, table: Table, record: Record) -> None:
        DatasetEntry.objects.update_or_create(
            table=name_of(table), key=str(record.key), defaults={"digest": record.digest}
        )

    def remove_vanished(self, table: Table, records: list[Record]) -> None:
        present = {str(record.key) for record in records}
        for (name, key), _ in self.digests.items():
            if name != name_of(table) or key in present:
                continue
            if table is SUMMARIES:
                self.report.remarks.append(
                    f"{key}: it is no longer in the files. Withdraw it in admin if it should go."
                )
                continue
            try:
                table.model._default_manager.filter(**{table.key_attribute: key}).delete()
            except ProtectedError as error:
                users = ", ".join(sorted(str(row) for row in error.protected_objects)[:5])
                fault = Fault(
                    table.file, key, "", f"is gone from the file but still used by {users}"
                )
                raise DatasetError([fault]) from error
            DatasetEntry.objects.filter(table=name, key=key).delete()
            self.report.counts["removed"] += 1


def _refused(record: Record, error: Exception) -> DatasetError:
    message = "; ".join(error.messages) if isinstance(error, ValidationError) else str(error)
    return DatasetError([Fault(record.file, str(record.key), "", message.splitlines()[0])])
