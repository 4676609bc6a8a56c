"""What published editions rest on: many studies, one programme or one study, as the list of kinds says."""

from collections.abc import Iterable, Mapping

from pyroaring import BitMap

from evidence.models import Kind
from portal import published

from .build import PublishedCatalogue
from .vocabulary import Vocabulary


def resting_on(snapshot: published.Snapshot | None = None) -> Mapping[str, BitMap]:
    """Return the editions that rest on each of `Kind.RestsOn`, from the most studies to one; the present ones by default."""
    of = snapshot or published.current()
    return of.get_or_make(resting_on, lambda: _resting_on(of))


def _resting_on(snapshot: published.Snapshot) -> Mapping[str, BitMap]:
    catalogue = snapshot[PublishedCatalogue].catalogue
    found = {value: BitMap() for value in Kind.RestsOn.values}
    for kind in snapshot[Vocabulary].kinds.values():
        found[kind.rests_on] |= catalogue.having("kind", kind.slug)
    return found


def syntheses_first(keys: Iterable[int]) -> list[int]:
    """Return these editions with those of many studies first and single studies last, otherwise in their order."""
    keys = list(keys)
    return [key for bits in resting_on().values() for key in keys if key in bits]
