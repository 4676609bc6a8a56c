"""What published editions rest on: many studies, one programme or one study, as the list of kinds says."""

from collections.abc import Iterable, Mapping

from pyroaring import BitMap

from evidence.models import Kind

from .build import current_catalogue
from .vocabulary import current_vocabulary


def resting_on() -> Mapping[str, BitMap]:
    """Return the editions that rest on each of `Kind.RestsOn`, from the most studies to one."""
    catalogue = current_catalogue()
    found = {value: BitMap() for value in Kind.RestsOn.values}
    for kind in current_vocabulary().kinds.values():
        found[kind.rests_on] |= catalogue.having("kind", kind.slug)
    return found


def syntheses_first(keys: Iterable[int]) -> list[int]:
    """Return these editions with those of many studies first and single studies last, otherwise in their order."""
    keys = list(keys)
    return [key for bits in resting_on().values() for key in keys if key in bits]
