"""Measures the search with a file of judged queries, beside a baseline. See docs/search.md."""

import json
import urllib.request
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import yaml
from django.core.management.base import BaseCommand, CommandError
from django.http import QueryDict

from evidence.catalogue.documents import Documents
from evidence.find.results import results_for
from evidence.search.evaluation import (
    Answer,
    Baseline,
    JudgedQuery,
    below_floor,
    evaluate,
    measure,
)
from portal import published


class Command(BaseCommand):
    """Prints how good the search is, beside a baseline: BM25 over titles, bottom lines and findings."""

    help = (
        "Measure what a visitor finds with judged queries (a YAML list of q, kind and relevant): nDCG@10, success@3 and the "
        "share without results, each beside the figure of BM25, and how often the results are rightly and wrongly called "
        "only loosely related."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, which search to measure, and what to print or save."""
        parser.add_argument("file", type=Path, help="the judged queries")
        parser.add_argument(
            "--url",
            help="measure a running portal through its /evidence.json, such as http://localhost:8000; BM25 searches "
            "the database here",
        )
        parser.add_argument("--save", type=Path, help="save this run, to compare with later")
        parser.add_argument("--diff", type=Path, help="show what changed since a saved run")
        parser.add_argument(
            "--failing",
            action="store_true",
            help="show the queries that fail, and those for which BM25 is better",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Search for every query and print the measures. CommandError if the file or the portal cannot be read."""
        queries = _load_queries(options["file"])
        judged = evaluate(queries, _search_function(options["url"]))
        plain = evaluate(queries, Baseline(published.current()[Documents]).search)
        self.stdout.write("\n".join([*table(judged, plain), *called_loose(judged)]))
        if options["failing"]:
            self.stdout.write("\n".join([*failing(judged), *falling_below(judged, plain)]))
        if options["diff"]:
            self.stdout.write("\n".join(changes(json.loads(options["diff"].read_text()), judged)))
        if options["save"]:
            run = {
                one.words: {"ids": list(one.answer.ids[:10]), "ndcg": one.ndcg} for one in judged
            }
            options["save"].write_text(json.dumps(run, indent=1, ensure_ascii=False))


def what_a_visitor_gets(words: str) -> Answer:
    """Return the first page of results that the find page shows for these words."""
    query = QueryDict(mutable=True)
    query["q"] = words
    results = results_for(query)
    slugs = {key: slug for slug, key in published.current()[Documents].published.items()}
    is_loosely_related = results.matches is not None and results.matches.is_loosely_related
    return Answer([slugs[key] for key in results.editions()], is_loosely_related)


def table(judged: Sequence[JudgedQuery], plain: Sequence[JudgedQuery]) -> list[str]:
    """Return the measures of two searches for the same queries, as lines of a Markdown table.

    There is a line for all queries that have an answer, for those with a good one, which alone can succeed, for those with an
    exact one and those without, and for each kind.
    """
    pairs = [(one, other) for one, other in zip(judged, plain, strict=True) if one.is_answerable]
    lines = [
        "| | queries | nDCG@10 | BM25 | success@3 | BM25 | no results | BM25 |",
        "|---|---|---|---|---|---|---|---|",
        *_line("**all that have an answer**", pairs),
        *_line("a good answer exists", [pair for pair in pairs if pair[0].has_good_answer]),
        *_line("an exact answer exists", [pair for pair in pairs if pair[0].has_exact_answer]),
        *_line("no exact answer exists", [pair for pair in pairs if not pair[0].has_exact_answer]),
    ]
    for kind in sorted({one.kind for one, _ in pairs}):
        lines += _line(f"kind: {kind}", [pair for pair in pairs if pair[0].kind == kind])
    return lines


def called_loose(judged: Sequence[JudgedQuery]) -> list[str]:
    """Say how often the search rightly said that it has no answer, and how often it called an answer loosely related."""
    unanswerable = [one for one in judged if not one.is_answerable]
    answered = [one for one in judged if one.is_answerable and one.success]
    lines = [""]
    for name, among, number in (
        (
            "Nothing answers them; found nothing or called only loosely related",
            unanswerable,
            sum(one.admits_no_answer for one in unanswerable),
        ),
        (
            "A best answer is among the first three; called only loosely related",
            answered,
            sum(one.answer.is_loosely_related for one in answered),
        ),
    ):
        share = f" ({number / len(among):.3f})" if among else ""
        lines.append(f"{name}: {number} of {len(among)}{share}.")
    return lines


def failing(judged: Sequence[JudgedQuery]) -> list[str]:
    """Return the queries without a best answer among the first three, and those with results that answer nothing."""
    lines = [""]
    for one in judged:
        if (one.is_answerable and not one.success) or (
            not one.is_answerable and not one.admits_no_answer
        ):
            first = ", ".join(f"{slug} ({one.grades.get(slug, 0)})" for slug in one.answer.ids[:3])
            lines.append(f"{one.words}: {one.ndcg:.2f}; first: {first or 'nothing'}")
    return lines


def falling_below(judged: Sequence[JudgedQuery], plain: Sequence[JudgedQuery]) -> list[str]:
    """Return the queries for which BM25 is better, with both figures."""
    return ["", "Below the literal floor:"] + [
        f"{one.words}: {one.ndcg:.3f}; BM25: {other.ndcg:.3f}"
        for one, other in below_floor(judged, plain)
    ]


def changes(before: dict[str, Any], judged: Sequence[JudgedQuery]) -> list[str]:
    """Return the queries whose first ten results differ from a saved run, the greatest change of nDCG first."""
    lines = ["", "What changed:"]
    changed = [
        (one.ndcg - before[one.words]["ndcg"], one)
        for one in judged
        if one.words in before and list(one.answer.ids[:10]) != before[one.words]["ids"]
    ]
    for gain, one in sorted(changed, key=lambda pair: -abs(pair[0])):
        old, new = before[one.words]["ids"], list(one.answer.ids[:10])
        added = [slug for slug in new if slug not in old][:3]
        removed = [slug for slug in old if slug not in new][:3]
        lines.append(
            f"{gain:+.3f} {one.words}; new: {', '.join(added) or '-'}; gone: {', '.join(removed) or '-'}"
        )
    return lines if changed else ["", "Nothing changed."]


def _line(name: str, pairs: Sequence[tuple[JudgedQuery, JudgedQuery]]) -> list[str]:
    """Return a line of the table: each measure of the search, and that of the baseline. None for no queries."""
    if not pairs:
        return []
    own, plain = (measure(side) for side in zip(*pairs, strict=True))
    figures = (
        *(own.ndcg, plain.ndcg),
        *(own.success, plain.success),
        *(own.no_results, plain.no_results),
    )
    return [f"| {name} | {len(pairs)} | {' | '.join(f'{one:.3f}' for one in figures)} |"]


def _load_queries(path: Path) -> list[dict[str, Any]]:
    try:
        queries: list[dict[str, Any]] = yaml.load(path.read_text(), yaml.CSafeLoader)
    except (OSError, yaml.YAMLError) as error:
        raise CommandError(f"The queries cannot be read: {error}") from None
    return queries


def _search_function(url: str | None) -> Callable[[str], Answer]:
    return partial(_search_portal, url.rstrip("/")) if url else what_a_visitor_gets


def _search_portal(url: str, words: str) -> Answer:
    address = f"{url}/evidence.json?q={quote(words)}"
    try:
        with urllib.request.urlopen(address, timeout=30) as response:  # noqa: S310 - the address is given by whoever runs this
            found = json.load(response)
    except OSError as error:
        raise CommandError(f"{address} does not answer: {error}") from None
    return Answer([result["id"] for result in found["results"]], found.get("loose", False))
