"""A checklist for editions: what a careful editor would point out. It stops nobody from submitting."""

import re
from collections.abc import Iterable, Iterator

from django.urls import reverse
from django.utils.html import format_html

from centres.vocabulary import Rated
from evidence.models import Edition, LinkCheck
from evidence.models.content_fields import Wording, in_page_order, label_of, lines_of
from portal.templatetags.portal_tags import day, in_sentence

from .twins import Twin, Twins

LONG_SENTENCE = 25  # words, as in GOV.UK's style guide
RATINGS = ("strength", "cost")
# Figures that other texts of a summary repeat, and the texts that do.
REPEATED = ("studies", "impact_native", "strength_native", "cost_native")
REPEATING = {"title", "findings", *REPEATED}
STUDIES = "stud(?:y|ies)|trials?|evaluations?|reviews?|experiments?|papers?|reports?|rcts?"
QUOTED = 80  # characters of a sentence
HARD_TO_READ = 14  # Flesch-Kincaid grade; plain English for professionals stays below


def advice(edition: Edition) -> list[str]:
    """Return sentences about what may be unclear or missing for readers, some as HTML with a link to another summary."""
    return list(_advice(edition))


def grade(text: str) -> float:
    """Return the Flesch-Kincaid grade of a text: about the years of school needed to read it. 0 for a text without words."""
    sentences, words = _sentences(text), re.findall(r"[A-Za-z]+", text)
    if not words:
        return 0
    syllables = sum(max(1, len(re.findall(r"[aeiouy]+", word.lower()))) for word in words)
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59


def _advice(edition: Edition) -> Iterator[str]:
    yield from same_as_others([edition]).get(edition.pk, [])
    for field in in_page_order():
        if field.wording is not Wording.SENTENCES:
            continue
        label, entries = field.label, lines_of(edition, field.name)
        for sentence in (part for entry in entries for part in _sentences(entry)):
            if (length := len(sentence.split())) > LONG_SENTENCE:
                yield f"{label}: a sentence has {length} words. It begins “{sentence[:60]}…”."
        level = grade(". ".join(entries))
        if level > HARD_TO_READ:
            yield f"{label}: the words are hard to read (school grade {level:.0f})."
    yield from _said_as_before(edition)
    for value in (Rated.STRENGTH, Rated.STUDIES):
        if why := edition.why_missing(value):
            yield f"{value.label}: {in_sentence(why.words)}."
    for rating in RATINGS:
        scale = getattr(edition, f"{rating}_scale")
        if scale and not getattr(edition, f"{rating}_step_id") and scale.levels.exists():
            yield f"{label_of(f'{rating}_step')}: none is chosen, although the scale “{scale}” is."
    if not edition.sources.exists():
        yield f"{label_of('sources')}: none is listed."
    if not edition.updated and any(re.search(r"\d", f.effect) for f in edition.findings.all()):
        yield f"{label_of('updated')} is not stated, although a figure is given."
    if edition.data_note and not edition.doubts:
        yield f"{label_of('doubts')}: none is chosen, so lists and cards do not show that there is one."
    links = [edition.source_url, *edition.sources.values_list("url", flat=True)]
    for check in LinkCheck.objects.filter(url__in=links, outcome__in=LinkCheck.BROKEN):
        checked = day(check.checked_at)
        yield f"The link {check.url} failed when it was last checked on {checked}: {check.reason}"


def _said_as_before(edition: Edition) -> Iterator[str]:
    """Yield sentences about texts of an open edition that still have a figure which it changes."""
    public = edition.summary.editions.history().filter(number__lt=edition.number)
    before = public.first() if edition.is_open else None
    for name in REPEATED if before else ():
        old, new = getattr(before, name), getattr(edition, name)
        if old == new or not (pattern := _pattern_of(name, old)) or pattern.search(str(new)):
            continue
        for field in in_page_order():
            if field.name != name and (
                field.wording is Wording.SENTENCES or field.name in REPEATING
            ):
                entries = lines_of(edition, field.name)
                parts = (part for entry in entries for part in _sentences(entry))
                if part := next(filter(pattern.search, parts), ""):
                    part = part if len(part) <= QUOTED else f"{part[:QUOTED]}…"
                    yield f"{label_of(name)}: before it was “{old}”, and “{field.label}” still says so: “{part}”"


def _pattern_of(name: str, figure: object) -> re.Pattern[str] | None:
    """Return what finds a figure in a text; None for words without a digit, which mean other things elsewhere."""
    if name == "studies" and isinstance(figure, int):
        return re.compile(
            rf"(?<![\w.,])(?:{figure}|{figure:,})\s+(?:[\w-]+\s+){{0,2}}(?:{STUDIES})\b",
            re.IGNORECASE,
        )
    words = str(figure or "")
    has_digit = any(letter.isdigit() for letter in words)
    return re.compile(rf"(?<!\w){re.escape(words)}(?!\w)", re.IGNORECASE) if has_digit else None


def same_as_others(editions: Iterable[Edition]) -> dict[int, list[str]]:
    """Return, by key, sentences about other summaries for which open editions may be mistaken: one query for all of them."""
    being_written = [edition for edition in editions if edition.is_open]
    if not being_written:
        return {}
    twins = Twins.of({edition.summary.centre.slug for edition in being_written})
    return {edition.pk: list(_same_as_another(edition, twins)) for edition in being_written}


def _same_as_another(edition: Edition, twins: Twins) -> Iterator[str]:
    centre, summary = edition.summary.centre.slug, edition.summary_id
    alike = twins.same_title(centre, edition.title, summary)
    for twin in alike:
        yield _said_of(twin, f"{label_of('title')}: another summary of this centre has it too")
    for twin in twins.same_page(centre, edition.product, edition.source_url, summary):
        if twin not in alike:
            label = label_of("source_url")
            yield _said_of(twin, f"{label}: another summary of this product line has it too")


def _said_of(twin: Twin, what: str) -> str:
    address = reverse("admin:evidence_edition_review", args=[twin.key])
    return format_html(
        '{}: <a href="{}">{}</a> ({}, {}). If they are the same, change that one in place of this.',
        what, address, twin.title, twin.slug, twin.state_in_sentence,
    )  # fmt: skip


def _sentences(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=[.!?])\s+", text.strip()) if part]
