"""Measures the search with a file of judged queries. See docs/search.md."""

import json
import urllib.request
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import yaml
from django.core.management.base import BaseCommand, CommandError

from evidence.catalogue.documents import Documents
from evidence.search.evaluation import Answer, JudgedQuery, evaluate, measure, plain_search
from evidence.search.results import search
from portal import published


class Command(BaseCommand):
    """Prints how good the search is."""

    help = (
        "Measure the search with judged queries (a YAML list of q, persona, kind and relevant): nDCG@10, success@3 and the "
        "share without results. For queries that nothing answers: the share where the search says so."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, which search to measure, and what to print or save."""
        parser.add_argument("file", type=Path, help="the judged queries")
        parser.add_argument(
            "--url",
            help="measure a running portal through its /evidence.json, such as http://localhost:8000",
        )
        parser.add_argument(
            "--plain",
            action="store_true",
            help="measure a plain search for the same words, to compare with",
        )
        parser.add_argument("--save", type=Path, help="save this run, to compare with later")
        parser.add_argument("--diff", type=Path, help="show what changed since a saved run")
        parser.add_argument("--failing", action="store_true", help="show the queries that fail")

    def handle(self, *args: Any, **options: Any) -> None:
        """Search for every query and print the measures. CommandError if the file or the portal cannot be read."""
        queries = _load_queries(options["file"])
        judged = evaluate(queries, _search_function(options["url"], options["plain"]))
        self.stdout.write("\n".join(table(judged)))
        if options["failing"]:
            self.stdout.write("\n".join(failing(judged)))
        if options["diff"]:
            self.stdout.write("\n".join(changes(json.loads(options["diff"].read_text()), judged)))
        if options["save"]:
            run = {
                one.words: {"ids": list(one.answer.ids[:10]), "ndcg": one.ndcg} for one in judged
            }
            options["save"].write_text(json.dumps(run, indent=1, ensure_ascii=False))


def table(judged: Sequence[JudgedQuery]) -> list[str]:
    """Return the measures of all queries, of each kind and of each persona, as lines of a Markdown table."""
    answerable = [one for one in judged if one.is_answerable]
    lines = ["| | queries | nDCG@10 | success@3 | no results |", "|---|---|---|---|---|"]
    lines.append(_line("**all that have an answer**", answerable))
    for name in ("kind", "persona"):
        values = sorted({getattr(one, name) for one in answerable})
        lines += [
            _line(f"{name}: {value}", [one for one in answerable if getattr(one, name) == value])
            for value in values
        ]
    unanswerable = [one for one in judged if not one.is_answerable]
    if unanswerable:
        admitted = sum(one.admits_no_answer for one in unanswerable)
        lines += [
            "",
            f"No answer: {admitted} of {len(unanswerable)} found nothing or were said to be only loosely related.",
        ]
    loosely_related = sum(one.answer.is_loosely_related for one in answerable)
    lines.append(
        f"Said to be only loosely related, of those that have an answer: {loosely_related} of {len(answerable)}."
    )
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


def _line(name: str, judged: Sequence[JudgedQuery]) -> str:
    row = measure(judged)
    return f"| {name} | {len(judged)} | {row.ndcg:.3f} | {row.success:.3f} | {row.no_results:.3f} |"


def _load_queries(path: Path) -> list[dict[str, Any]]:
    try:
        queries: list[dict[str, Any]] = yaml.safe_load(path.read_text())
    except (OSError, yaml.YAMLError) as error:
        raise CommandError(f"The queries cannot be read: {error}") from None
    return queries


def _search_function(url: str | None, plain: bool) -> Callable[[str], Answer]:
    if url:
        return lambda words: _search_portal(url.rstrip("/"), words)
    slugs = {key: slug for slug, key in published.current()[Documents].published.items()}
    if plain:
        return lambda words: Answer([slugs[key] for key in plain_search(words)])

    def search_here(words: str) -> Answer:
        results = search(words)
        found = results.best_first(results.bits, 0, len(results.bits))
        return Answer([slugs[key] for key in found], results.is_loosely_related)

    return search_here


def _search_portal(url: str, words: str) -> Answer:
    address = f"{url}/evidence.json?q={quote(words)}"
    try:
        with urllib.request.urlopen(address, timeout=30) as response:  # noqa: S310 - the address is given by whoever runs this
            found = json.load(response)
    except OSError as error:
        raise CommandError(f"{address} does not answer: {error}") from None
    return Answer([result["id"] for result in found["results"]], found.get("loose", False))
