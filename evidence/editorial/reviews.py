"""When a summary is due for review, if nobody has set a day: by the rule of its product line or, without one, of its kind."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self
from zlib import crc32

from django.utils import timezone

from evidence.models import Edition, Kind, Product

# The most months until a review where it is in doubt whether the portal says what the centre says.
MONTHS_IN_DOUBT = 6
DAYS_A_MONTH = 30
DUE_SOON = datetime.timedelta(days=30)
# Days are spread over the last quarter of the time, so that what was published together is not due together.
SPREAD = 4


@dataclass(frozen=True)
class ReviewRules:
    """The months until a review, by the key of a kind, and by centre and name of a product line where these have a rule."""

    of_kinds: Mapping[int, int]
    of_lines: Mapping[tuple[int, str], int]

    @classmethod
    def load(cls) -> Self:
        """Read the rules, in two queries."""
        lines = Product.objects.exclude(review_months=None)
        return cls(
            {
                kind.pk: kind.present.review_months
                for kind in Kind.objects.select_related("instead")
            },
            {
                (centre, name): months or 0
                for centre, names, months in lines.values_list("centre", "names", "review_months")
                for name in names
            },
        )

    def day(self, edition: Edition, today: datetime.date) -> datetime.date:
        """Return the day by which an edition that is published today should be looked at again."""
        line = (edition.summary.centre_id, edition.product)
        months = self.of_lines.get(line) or self.of_kinds[edition.kind_id]
        if edition.doubts:
            months = min(months, MONTHS_IN_DOUBT)
        days = months * DAYS_A_MONTH
        # The same for every edition of a summary, on every machine.
        earlier = crc32(edition.summary.slug.encode()) % (days // SPREAD + 1)
        return today + datetime.timedelta(days=days - earlier)


def day_to_fill_in(edition: Edition) -> datetime.date:
    """Return the day that is filled in for a new edition: by the rule, and none before the one that readers see now."""
    by_rule = ReviewRules.load().day(edition, timezone.localdate())
    published = Edition.objects.published().filter(summary=edition.summary_id)
    seen = published.values_list("review_due", flat=True).first()
    return max(by_rule, seen or by_rule)
