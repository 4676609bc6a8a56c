"""What was said about the fields of an edition, in conversations: a comment and the replies to it."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery

from evidence.models import Comment, Edition, FactCheck, FactCheckAnswer
from evidence.models.content_fields import FIELDS, in_page_order, label_of, lines_of

from .merging import fingerprint

WHOLE = ""  # in the place of a field: what is about all of the edition
WHOLE_LABEL = "The edition as a whole"
NAMES = {one.name for one in FIELDS}


@dataclass(frozen=True)
class Conversation:
    """A comment with the replies to it. `about_earlier_text` says whether the field has changed since."""

    first: Comment
    about_earlier_text: bool
    replies: list[Comment] = field(default_factory=list)


class Conversations:
    """All conversations about an edition, by field, the oldest first. It takes one query.

    The edition must come with what `for_reading()` adds.
    """

    def __init__(self, edition: Edition) -> None:
        self._by_field: dict[str, list[Conversation]] = defaultdict(list)
        begun: dict[int, Conversation] = {}
        for comment in _comments_on(edition):
            if comment.reply_to_id:
                begun[comment.reply_to_id].replies.append(comment)
                continue
            earlier = comment.seen != seen_of(edition, comment.field)
            begun[comment.pk] = Conversation(comment, earlier)
            self._by_field[comment.field].append(begun[comment.pk])

    def on(self, name: str) -> list[Conversation]:
        """Return those about one field."""
        return self._by_field.get(name, [])

    def open_by_field(self) -> list[tuple[str, str, int]]:
        """Return the name, the label and the number of open comments of each field that has any, in the order of the page."""
        names = [WHOLE, *(one.name for one in in_page_order())]
        numbers = {name: sum(one.first.is_open for one in self.on(name)) for name in names}
        return [(name, field_label(name), number) for name, number in numbers.items() if number]


def field_label(name: str) -> str:
    """Return the label of a field that can be commented on."""
    return label_of(name) if name in NAMES else WHOLE_LABEL


def anchor_of(name: str) -> str:
    """Return the id of the place of a field on the review page."""
    return f"on-{name or 'all'}"


def seen_of(edition: Edition, name: str) -> str:
    """Return the fingerprint of what an edition says in a field, or in all fields if it is WHOLE."""
    names = [name] if name in NAMES else [one.name for one in in_page_order()]
    return fingerprint([lines_of(edition, one) for one in names])


def fact_checks_of(edition: Edition) -> QuerySet[FactCheck]:
    """Return the fact checks of an edition, the newest first, each with its number of answers in `answered`."""
    rows = FactCheck.objects.filter(summary=edition.summary_id, edition_number=edition.number)
    return rows.select_related("asked_by").annotate(answered=Count("answers")).order_by("-pk")


def with_comment_counts(editions: Any) -> Any:
    """Add to each edition of a queryset how many comments are open, and how many fact checks have an answer."""
    of_edition = {"summary": OuterRef("summary"), "edition_number": OuterRef("number")}
    opened = Comment.objects.open().filter(**of_edition).order_by().values("summary")
    answers = FactCheckAnswer.objects.filter(
        **{f"fact_check__{name}": value for name, value in of_edition.items()}
    )
    answered = answers.order_by().values("fact_check__summary")
    return editions.annotate(
        open_comments=Subquery(opened.annotate(number=Count("pk")).values("number")),
        fact_checks_answered=Subquery(
            answered.annotate(number=Count("fact_check", distinct=True)).values("number")
        ),
    )


def _comments_on(edition: Edition) -> Iterator[Comment]:
    rows = Comment.objects.filter(summary=edition.summary_id, edition_number=edition.number)
    yield from rows.select_related("by", "dealt_with_by", "answer__fact_check").order_by("pk")
