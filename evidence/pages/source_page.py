"""Whose website the page is on that a summary sums up."""

from collections import Counter

from evidence.catalogue.vocabulary import Vocabulary, current_vocabulary
from evidence.models import Edition
from portal.templatetags.portal_tags import host_name


def other_host(edition: Edition) -> str:
    """Return the host of the page that an edition sums up; empty if it is one of the centre's own."""
    host = host_name(edition.source_url)
    vocabulary, centre = current_vocabulary(), edition.summary.centre_id
    own = vocabulary.get_or_make(("own hosts", centre), lambda: _own_hosts(vocabulary, centre))
    return "" if any(host == one or host.endswith(f".{one}") for one in own) else host


def _own_hosts(vocabulary: Vocabulary, key: int) -> set[str]:
    """Return the hosts of a centre, by its key: its website, those that it took over, and where most of its lines are."""
    centre = vocabulary.network.centres[key]
    websites = [one.website for one in (centre, *centre.predecessors.all()) if one.website]
    lines = [host_name(one.address) for one in vocabulary.products.values() if one.centre_id == key]
    most = [host for host, number in Counter(lines).items() if number * 2 > len(lines)]
    return {*map(host_name, websites), *most} - {""}
