"""Names of retired rows, which nothing new may have: in a release of the data set, and in a spreadsheet."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from django.db import models

from evidence.models import Edition
from evidence.models.list_links import paths

from .faults import Fault
from .parts import Key
from .records import Record


class RetiredNames:
    """The rows that editors retired, by their names; `besides` are names that do not matter."""

    def __init__(self, besides: Iterable[Key] = ()) -> None:
        self._besides = set(besides)

    @cached_property
    def _retired(self) -> dict[tuple[type[models.Model], Key], str]:
        """What took the place of each retired row, if anything did, by the model and the name of the row."""
        found: dict[tuple[type[models.Model], Key], str] = {}
        for model in paths():
            rows = model.objects.retired().select_related("instead__instead")
            found |= {(model, row.slug): str(row.present.instead or "") for row in rows}
        return found

    def newly_named(self, record: Record, edition: Edition | None) -> Iterator[Fault]:
        """Yield the retired rows that the record of a summary names and its edition does not have."""
        if record.table.model is not Edition or not self._retired:
            return
        before = record.table.record_of(edition).mentions() if edition else ()
        had = {(one.model, one.name) for one in before}
        for field, model, name in record.mentions():
            row: Any = (model, name)
            if row in self._retired and row not in had and name not in self._besides:
                instead = self._retired[row]
                took_over = f"; “{instead}” took its place" if instead else ""
                yield record.fault(f"{name!r} is retired{took_over}", field)
