"""Builds the template context of the page of a summary, from what is in memory."""

import functools
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pyroaring import BitMap

from centres.models import RatingScale
from centres.vocabulary import Direction, Rated
from evidence.catalogue.build import current_catalogue
from evidence.catalogue.documents import Documents
from evidence.catalogue.reading import editions, members_of, published_edition
from evidence.catalogue.studies import resting_on, syntheses_first
from evidence.catalogue.vocabulary import current_vocabulary
from evidence.compare.selection import Choice
from evidence.models import Approach, Edition, Kind, Summary
from evidence.models.content_fields import Section, Wording, in_page_order, label_of, lines_of
from evidence.models.products import HELD_IN
from portal import published

from .nearest import nearest
from .source_page import other_host
from .unstated import (
    RATINGS,
    has_only_parts,
    is_assessed,
    is_rated,
    missing,
    states_no_effect,
    unstated,
)

RELATED = 6  # related summaries that the page links
SYNTHESES = 3  # what sums up many studies, named on the page of a single one
COMPARED = 8  # summaries of the same approach that the page compares; its own page has them all

# The fields that the templates of the page show in places of their own. It lists any other one beside its like.
IN_TEMPLATE = {
    "title", "code", "product", "kind", "policy_areas", "topics", "audiences", "bottom_line",
    "key_findings", "implementation", "caveats", "findings", "direction", "impact_native",
    "strength", "strength_native", "strength_scale", "strength_step", "cost", "cost_native",
    "cost_scale", "cost_step", "source_url", "sources", "updated", "missing", "doubts", "data_note",
}  # fmt: skip
# Neither the page nor its history shows these: no centre says so, and nobody has checked them as statements.
NOT_SHOWN = {"search_words"}

# Which scales of a centre explain a rating.
RATES = {
    Rated.EFFECT: RatingScale.Rates.IMPACT,
    Rated.STRENGTH: RatingScale.Rates.STRENGTH,
    Rated.COST: RatingScale.Rates.COST,
}

# What a direction means, where the word alone could be misread.
MEANING = {
    Direction.MIXED: "Results differ between outcomes, groups or studies.",
    Direction.NO_EFFECT: "It was measured, and it made no difference.",
    Direction.INSUFFICIENT: "The evidence is too thin to say whether it works.",
}


def summary_context(edition: Edition) -> dict[str, Any]:
    """Return what the page of a summary shows of one edition, published or previewed.

    The edition must come from `catalogue.reading` or, with `for_reading()`, from the database.
    """
    summary = edition.summary
    approaches = current_vocabulary().approaches_of.get(summary.slug, ())
    own = published.current()[Documents].published.get(summary.slug, 0)
    # Most is used only inside pieces of the page that are kept, so it is worked out when a template asks for it, once.
    asked_for = {
        "ratings": lambda: _ratings(edition),
        "harms": lambda: edition.harmful_findings,
        "other_fields": lambda: _other_fields(edition),
        "syntheses": lambda: _syntheses(edition, own, approaches),
        "comparisons": lambda: list(_comparisons(own, summary, approaches)),
        "related": lambda: _related(edition, own, approaches),
        "findings": lambda: _findings(edition),
        "is_rated": lambda: is_rated(edition),
        "no_effect": lambda: states_no_effect(edition) and edition.lack_of(Rated.EFFECT),
        "unstated": lambda: unstated(edition),
        "missing": lambda: missing(edition),
        "has_only_parts": lambda: has_only_parts(edition),
    }
    return {
        "summary": summary,
        "edition": edition,
        "centre": summary.centre,
        "is_harmful": edition.direction == Direction.HARMFUL,
        "other_host": other_host(edition),
        **{name: functools.cache(make) for name, make in asked_for.items()},
    }


def withdrawn_context(last: Edition) -> dict[str, Any]:
    """Return what is shown in place of a summary that was withdrawn, given its last public edition."""
    withdrawal = published.current()[Documents].withdrawn[last.summary.slug]
    return {
        "summary": last.summary,
        "last": last,
        "replacement": published_edition(withdrawal.replaced_by),
    }


def _ratings(edition: Edition) -> list[dict[str, Any]]:
    """Return effect, strength and cost as partials/rating.html takes them."""
    scales = current_vocabulary().network.scales
    tied = (edition.strength_scale_id, edition.cost_scale_id)
    own = [
        scale
        for key, scale in scales.items()
        if scale.centre_id == edition.summary.centre_id or key in tied
    ]
    # Where no scale is tied to the rating, the first that the centre has for it explains most.
    usual = {scale.rates: scale for scale in reversed(own)}
    return [_rating(edition, field, usual.get(RATES[field])) for field in RATINGS]


def _rating(edition: Edition, field: Rated, usual: RatingScale | None) -> dict[str, Any]:
    name, in_words = HELD_IN[field]
    native = getattr(edition, in_words)
    # A direction is tied to no scale.
    key = getattr(edition, f"{name}_scale_id", None)
    tied = current_vocabulary().network.scales.get(key or 0)
    # Words beside a scale of the centre are not on it: what they mean, it does not say.
    scale = tied or (None if edition.lack_of(field) else usual)
    return {
        "kind": field.value,
        "heading": label_of(name),
        "level": getattr(edition, name),
        "label": getattr(edition, f"get_{name}_display")() or "",
        "native": native,
        "stated": edition.states(field),
        "scale": tied.name if tied and native else "",
        "scale_url": scale.get_absolute_url() if scale else "",
        "meaning": MEANING.get(Direction(edition.direction), "") if field == Rated.EFFECT else "",
        "our_reading": edition.our_reading if field == Rated.EFFECT else "",
        "since": edition.level_since if field == Rated.STRENGTH else "",
        **(_step(tied, getattr(edition, f"{name}_step_id")) if tied else {}),
    }


def _findings(edition: Edition) -> dict[str, Any]:
    """Return the outcomes, and what of them there is: any assessment, any effect in figures or words, any strength."""
    rows = edition.findings.all()
    return {
        "rows": rows,
        "assessed": any(map(is_assessed, rows)),
        "effects": any(row.effect for row in rows),
        "strengths": any(row.strength_native for row in rows),
    }


def _other_fields(edition: Edition) -> dict[str, list[dict[str, Any]]]:
    """Return every stated field without a place of its own on the page, by where the page lists it."""
    listed: dict[str, list[dict[str, Any]]] = {"texts": [], "tried": [], "source": []}
    for field in in_page_order():
        if field.name in IN_TEMPLATE | NOT_SHOWN:
            continue
        if field.wording is Wording.SENTENCES:
            where = "texts"
        else:
            where = "source" if field.section in {Section.WHAT, Section.SOURCE} else "tried"
        if lines := lines_of(edition, field.name):
            listed[where].append({"name": field.name, "label": field.label, "lines": lines})
    return listed


def _step(scale: RatingScale, pk: int | None) -> dict[str, str]:
    """Say what a step means, and from where to where its scale runs, if all its steps are known."""
    levels = list(scale.levels.all())
    step = next((level for level in levels if level.pk == pk), None)
    if step is None:
        return {}
    ladder = scale.complete and scale.form == RatingScale.Form.LADDER
    return {
        "means": step.meaning,
        "lowest": levels[0].label if ladder else "",
        "highest": levels[-1].label if ladder else "",
    }


def _related(edition: Edition, own: int, approaches: Sequence[Approach]) -> list[int]:
    """Return the keys of related editions, without that of the published edition of the same summary."""
    return [key for key in nearest(edition, approaches) if key != own][:RELATED]


def _syntheses(edition: Edition, own: int, approaches: Iterable[Approach]) -> list[Edition]:
    """Return what sums up many studies of the same approaches, for an edition that is about one study or programme."""
    if edition.kind.rests_on == Kind.RestsOn.MANY:
        return []
    many = resting_on()[Kind.RestsOn.MANY] - BitMap([own])
    keys = (key for approach in approaches for key in members_of(approach) if key in many)
    return editions(list(dict.fromkeys(keys))[:SYNTHESES])


def _comparisons(
    own: int, summary: Summary, approaches: Iterable[Approach]
) -> Iterator[dict[str, Any]]:
    """Yield what others say of each approach of a summary, as keys of editions: those of many studies first.

    `own` is the key of its published edition, if there is one.
    """
    slug, centre = summary.slug, summary.centre.slug
    centres = current_catalogue().facets["centre"].bits
    groups = [*(bits for one, bits in centres.items() if one != centre), centres[centre]]
    for approach in approaches:
        members = [key for key in members_of(approach) if key != own]
        # Other centres go before its own; those of one centre stay in the order of the approach.
        others = syntheses_first(key for bits in groups for key in members if key in bits)
        if others:
            yield {
                "approach": approach,
                "others": others[:COMPARED],
                "count": len(others) + 1,
                "choice": Choice.of([slug, *_slugs_of(approach, others)]),
            }


def _slugs_of(approach: Approach, keys: Iterable[int]) -> list[str]:
    """Return the summaries of an approach that some editions belong to, in the order of the editions."""
    published_keys = published.current()[Documents].published
    members = current_vocabulary().members[approach.pk]
    slugs = {published_keys[slug]: slug for slug in members if slug in published_keys}
    return [slugs[key] for key in keys]
