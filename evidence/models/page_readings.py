"""What a program read on the pages that editions rest on: whether they have changed since, without the text of any."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from portal.models import LISTED
from portal.templatetags.portal_tags import day

from .editions import Edition

ALL = 100  # per cent


class PageReadingQuerySet(models.QuerySet["PageReading"]):
    """Readings by what was found."""

    def changed(self) -> "PageReadingQuerySet":
        """Return those that ask for an editor: two readings agree that the page is not what it was."""
        return self.filter(change__in=PageReading.CHANGED)

    def unread(self) -> "PageReadingQuerySet":
        """Return those of published summaries that could not be read at the last try, so that no change of them is seen.

        While a page cannot be read, its reading stays that of the edition which was published before.
        """
        return self.exclude(problem="").filter(Edition.published_q("edition__summary__editions"))

    def to_look_at(self) -> "PageReadingQuerySet":
        """Return those of published editions, what disagrees with an edition first, and then what changed first."""
        changed = self.changed().filter(Edition.published_q("edition"))
        # As the index has them: "figure" comes before "text".
        return changed.order_by("change", "changed_at", "pk")


class PageReading(models.Model):
    """A page that a published edition rests on: as it was when the edition was read, and as it was read last.

    `manage.py check_links` writes it. Once another edition is published, it is of that one and begins anew.
    """

    class Change(models.TextChoices):
        """What the last readings found, beside the page as it was."""

        UNREAD = "unread", "Could not be read"
        SAME = "same", "As before"
        ONCE = "once", "Differs at one reading"
        TEXT = "text", "Its text has changed"
        FIGURE = "figure", "A figure is no longer on it"

    CHANGED = [Change.TEXT, Change.FIGURE]

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="page_readings")
    url = models.TextField("address")
    tried_at = models.DateTimeField("last tried")
    problem = models.TextField(
        blank=True, help_text="Why it could not be read at the last try. Empty if it was."
    )
    change = models.CharField(max_length=6, choices=Change, default=Change.UNREAD)
    changed_at = models.DateTimeField(
        "changed", null=True, blank=True, help_text="When two readings first agreed that it has."
    )
    share = models.PositiveSmallIntegerField(
        "part that changed", default=0, help_text="In per cent of its words, from a sample of them."
    )
    lost = ArrayField(
        models.TextField(), default=list, blank=True,
        help_text="Figures that were on it and are not any more, each after its label.",
    )  # fmt: skip

    # The page as it was when the edition was read
    read_at = models.DateTimeField("first read", null=True, blank=True)
    fingerprint = models.BinaryField(default=b"")
    figures = ArrayField(
        models.TextField(), default=list, blank=True,
        help_text="The figures of the edition that stood on it.",
    )  # fmt: skip
    dated = models.DateField("its own date", null=True, blank=True)

    # The page as it was read last
    now_at = models.DateTimeField("last read", null=True, blank=True)
    now_fingerprint = models.BinaryField(default=b"")
    now_figures = ArrayField(models.TextField(), default=list, blank=True)
    now_dated = models.DateField("its own date, at the last reading", null=True, blank=True)

    objects = PageReadingQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(
                fields=["change", "changed_at", "id"], include=["edition"], name="page_that_changed",
                condition=Q(change__in=["text", "figure"]),
            ),
            models.Index(fields=["edition"], name="page_not_read", condition=~Q(problem="")),
        ]  # fmt: skip
        constraints = [
            models.UniqueConstraint(fields=["edition", "url"], name="page_once_an_edition"),
            models.CheckConstraint(
                condition=Q(change__in=["unread", "same", "once", "text", "figure"]),
                name="page_change_is_listed",
                violation_error_message=LISTED,
            ),
            models.CheckConstraint(
                condition=Q(change__in=["text", "figure"], changed_at__isnull=False)
                | ~Q(change__in=["text", "figure"]) & Q(changed_at=None),
                name="changed_page_says_since_when",
                violation_error_message="A page that has changed says since when, and no other one does.",
            ),
            models.CheckConstraint(
                condition=Q(change="figure") & ~Q(lost=[]) | ~Q(change="figure") & Q(lost=[]),
                name="page_names_the_figures_it_lost",
                violation_error_message="A page that has lost figures names them, and no other one does.",
            ),
        ]

    def __str__(self) -> str:
        return self.url

    def begin_again(self) -> None:
        """Take the page as it was read last for what it was when the edition was read, without saving it."""
        self.read_at, self.fingerprint = self.now_at, self.now_fingerprint
        self.figures, self.dated = self.now_figures, self.now_dated
        self.change = self.Change.SAME if self.now_at else self.Change.UNREAD
        self.changed_at, self.share, self.lost = None, 0, []

    @property
    def what_changed(self) -> list[str]:
        """What is different, in sentences for an editor."""
        said = [f"No longer found on the page: {line}." for line in self.lost]
        if self.share == ALL:
            said.append("All of it is different.")
        elif self.share:
            said.append(f"About {self.share}% of its text is different.")
        said.append(f"Read on {day(self.now_at)}, and compared with {day(self.read_at)}.")
        if self.now_dated and self.now_dated != self.dated:
            said.append(f"The page says that it was changed on {day(self.now_dated)}.")
        return said
