"""What became of the rows of a list: on the page of a row that is retired, and of one that others were merged into."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from evidence.catalogue.list_history import KeptState, ListHistory
from evidence.catalogue.vocabulary import Vocabulary
from evidence.models import Approach, Audience, ListChange, ListRow, Topic
from portal import published
from portal.rows import ListRows

# The lists whose rows have pages.
NAMES: Mapping[type[ListRow], ListChange.List] = {
    Topic: ListChange.List.TOPIC,
    Audience: ListChange.List.AUDIENCE,
    Approach: ListChange.List.APPROACH,
}


@dataclass(frozen=True)
class Ending:
    """That a row was retired or merged. What is kept of it is None if it is not known when and why."""

    row: ListRow
    kept: KeptState | None


def endings_of(row: ListRow) -> Iterator[Ending]:
    """Yield that a row is retired, if it is, and then what was merged into it."""
    snapshot = published.current()
    vocabulary, kept = snapshot[Vocabulary], snapshot[ListHistory].endings
    lists: Mapping[type[ListRow], ListRows[Any]] = {
        Topic: vocabulary.topics,
        Audience: vocabulary.audiences,
        Approach: vocabulary.approaches,
    }
    model = type(row)
    merged = [one for one in lists[model].merged if lists[model][one.pk] is row]
    for one in [row, *merged] if row.ended else merged:
        yield Ending(one, kept.get((NAMES[model], one.pk)))
