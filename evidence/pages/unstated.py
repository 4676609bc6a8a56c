"""What the pages that were read do not state: one sentence of the page, in place of empty tiles, tables and sections."""

from itertools import chain, starmap

from django.utils.text import get_text_list

from centres.vocabulary import Direction, Rated
from evidence.models import Edition, Finding
from evidence.models.content_fields import in_page_order, label_of, lines_of
from evidence.models.products import HELD_IN, NOTHING
from portal.templatetags.portal_tags import in_sentence

RATINGS = (Rated.EFFECT, Rated.STRENGTH, Rated.COST)
# Fields of which the sentence does not speak, although they may be empty: `missing` says why, they belong to a rating, few
# sources have them, or they say what we think of what we read, or what readers may call it.
UNSAID = {
    *chain.from_iterable(HELD_IN.values()), "strength_scale", "strength_step", "cost_scale", "cost_step", "code",
    "policy_areas", "topics", "audiences", "data_note", "doubts", "missing", "search_words",
}  # fmt: skip


def is_assessed(finding: Finding) -> bool:
    """Say whether an outcome has a direction, an effect or a strength."""
    return bool(finding.effect or finding.strength_native) or finding.direction not in NOTHING


def is_rated(edition: Edition) -> bool:
    """Say whether an edition has any rating: of effect, strength or cost."""
    return any(map(edition.states, RATINGS))


def states_no_effect(edition: Edition) -> bool:
    """Say whether an edition only tells what there is or what to do: it has no rating and assesses no outcome."""
    return not is_rated(edition) and not any(map(is_assessed, edition.findings.all()))


def has_only_parts(edition: Edition) -> bool:
    """Say whether an edition has no direction overall, while one of its outcomes has."""
    directions = {row.direction for row in edition.findings.all()} - {Direction.NOT_ASSESSED}
    return edition.direction == Direction.NOT_ASSESSED and bool(directions)


def unstated(edition: Edition) -> list[str]:
    """Return the labels of what an edition does not state and for which no reason is known, in the order of the page."""
    return [
        field.label
        for field in in_page_order()
        if field.name not in UNSAID and not lines_of(edition, field.name)
    ]


def missing(edition: Edition) -> list[dict[str, str]]:
    """Return each reason why values are missing with these values, in a few words: ratings first."""
    reasons: dict[str, dict[str, list[str]]] = {}
    for field, names in HELD_IN.items():
        if why := edition.why_missing(field):
            noted = reasons.setdefault(why.label, {}).setdefault(why.note, [])
            noted.append(in_sentence(label_of(names[0])))
    return [
        {"reason": reason, "values": "; ".join(starmap(_with_note, noted.items()))}
        for reason, noted in reasons.items()
    ]


def _with_note(note: str, values: list[str]) -> str:
    named = get_text_list(values, "and")
    return f"{named} ({note})" if note else named
