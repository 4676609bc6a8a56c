"""What is related to a published edition, found once for each snapshot: a summary and every comparison with it ask for it."""

from collections.abc import Sequence

from evidence.models import Approach, Edition
from evidence.search.related import related
from portal import published
from portal.kept import Recent

NEAREST = 12  # that are found for each edition
MAX_KEPT = 2000  # editions of which a worker remembers them


def nearest(edition: Edition, approaches: Sequence[Approach]) -> Sequence[int]:
    """Return the keys of up to NEAREST related published editions, best first, without those of the same approaches."""
    snapshot = published.pinned()
    # A draft may change while nothing is published.
    if snapshot is None or not edition.is_published:
        return related(edition, approaches, NEAREST)
    found: Recent[Sequence[int]] = snapshot.get_or_make(
        "nearest", lambda: Recent(MAX_KEPT, MAX_KEPT, lambda _: 1)
    )
    keys = found.get(edition.pk)
    if keys is None:
        keys = tuple(related(edition, approaches, NEAREST))
        found.put(edition.pk, keys)
    return keys
