"""Measures the search by a file of judged queries."""

import json
import urllib.request
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import yaml
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from evidence.models import Edition
from evidence.search import evaluation as judging
from evidence.search import ranking as search
from evidence.search.evaluation import Answer, Judged

PLAIN = """
    SELECT edition_id FROM evidence_searchdocument, websearch_to_tsquery('portal', %s) AS query
    WHERE words @@ query ORDER BY ts_rank(words, query) DESC, edition_id
"""


class Command(BaseCommand):
    help = (
        "Measure the search by judged queries (a YAML list of q, persona, kind, relevant): nDCG@10, success@3, share without "
        "results; and of those that nothing answers, the share where the search says so."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the judged queries")
        parser.add_argument(
            "--url",
            help="ask a running portal through its /evidence.json, such as http://localhost:8000",
        )
        parser.add_argument(
            "--plain",
            action="store_true",
            help="PostgreSQL's own full-text search, to compare with",
        )
        parser.add_argument("--save", type=Path, help="write the run down, for --diff later")
        parser.add_argument("--diff", type=Path, help="show what moved since a run that was saved")
        parser.add_argument("--failing", action="store_true", help="show the queries that fail")

    def handle(self, *args: Any, **options: Any) -> None:
        queries = _read(options["file"])
        judged = judging.run(queries, _asker(options["url"], options["plain"]))
        self.stdout.write("\n".join(table(judged)))
        if options["failing"]:
            self.stdout.write("\n".join(failing(judged)))
        if options["diff"]:
            self.stdout.write("\n".join(moved(json.loads(options["diff"].read_text()), judged)))
        if options["save"]:
            run = {
                one.words: {"ids": list(one.answer.ids[:10]), "ndcg": one.ndcg} for one in judged
            }
            options["save"].write_text(json.dumps(run, indent=1, ensure_ascii=False))


def table(judged: Sequence[Judged]) -> list[str]:
    """Return the measures over all, by kind and by persona, as lines of a Markdown table."""
    answerable = [one for one in judged if one.answerable]
    lines = ["| | queries | nDCG@10 | success@3 | no results |", "|---|---|---|---|---|"]
    lines.append(_line("**all that have an answer**", answerable))
    for name in ("kind", "persona"):
        values = sorted({getattr(one, name) for one in answerable})
        lines += [
            _line(f"{name}: {value}", [one for one in answerable if getattr(one, name) == value])
            for value in values
        ]
    unanswerable = [one for one in judged if not one.answerable]
    if unanswerable:
        honest = sum(one.honest for one in unanswerable)
        lines += [
            "",
            f"No answer: {honest} of {len(unanswerable)} found nothing or were said to be only loosely related.",
        ]
    loose = sum(one.answer.loose for one in answerable)
    lines.append(
        f"Said to be only loosely related, of those that have an answer: {loose} of {len(answerable)}."
    )
    return lines


def failing(judged: Sequence[Judged]) -> list[str]:
    lines = [""]
    for one in judged:
        if (one.answerable and not one.success) or (not one.answerable and not one.honest):
            first = ", ".join(f"{slug} ({one.grades.get(slug, 0)})" for slug in one.answer.ids[:3])
            lines.append(f"{one.words}: {one.ndcg:.2f}; first: {first or 'nothing'}")
    return lines


def moved(before: dict[str, Any], judged: Sequence[Judged]) -> list[str]:
    """Return the queries whose first ten changed, the greatest gain or loss first."""
    lines = ["", "What moved:"]
    changed = [
        (one.ndcg - before[one.words]["ndcg"], one)
        for one in judged
        if one.words in before and list(one.answer.ids[:10]) != before[one.words]["ids"]
    ]
    for gain, one in sorted(changed, key=lambda pair: -abs(pair[0])):
        old, new = before[one.words]["ids"], list(one.answer.ids[:10])
        came = [slug for slug in new if slug not in old][:3]
        went = [slug for slug in old if slug not in new][:3]
        lines.append(
            f"{gain:+.3f} {one.words}; new: {', '.join(came) or '-'}; gone: {', '.join(went) or '-'}"
        )
    return lines if changed else ["", "Nothing moved."]


def _line(name: str, judged: Sequence[Judged]) -> str:
    row = judging.measures(judged)
    return f"| {name} | {len(judged)} | {row.ndcg:.3f} | {row.success:.3f} | {row.empty:.3f} |"


def _read(path: Path) -> list[dict[str, Any]]:
    try:
        queries: list[dict[str, Any]] = yaml.safe_load(path.read_text())
    except (OSError, yaml.YAMLError) as error:
        raise CommandError(f"The queries cannot be read: {error}") from None
    return queries


def _asker(url: str | None, plain: bool) -> Callable[[str], Answer]:
    if url:
        return lambda words: _ask_url(url.rstrip("/"), words)
    slugs = dict(Edition.objects.published().values_list("pk", "summary__slug"))
    if plain:
        return lambda words: Answer([slugs[pk] for pk in _plain(words)])

    def ask(words: str) -> Answer:
        matches = search.search(words)
        return Answer([slugs[pk] for pk in matches.ranks], matches.loose)

    return ask


def _plain(words: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(PLAIN, [search.clean(words)])
        return [edition for (edition,) in cursor.fetchall()]


def _ask_url(url: str, words: str) -> Answer:
    address = f"{url}/evidence.json?q={quote(words)}"
    try:
        with urllib.request.urlopen(address, timeout=30) as response:  # noqa: S310 - the operator's
            found = json.load(response)
    except OSError as error:
        raise CommandError(f"{address} does not answer: {error}") from None
    return Answer([result["id"] for result in found["results"]], found.get("loose", False))
