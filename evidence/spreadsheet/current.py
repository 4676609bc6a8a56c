"""What the portal has now, fetched once for all rows of a sheet, and which summary the id of a row means."""

import datetime
import re
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from evidence.dataset.primary_keys import PrimaryKeys
from evidence.dataset.retired import RetiredNames
from evidence.dataset.tables import RATING_SCALES, REFERENCE_SCALES
from evidence.editorial.actions import WHO_HAS_IT
from evidence.editorial.twins import Twins
from evidence.models import AuditEntry, Edition, Product, Summary, centres_of
from portal.database import lift_statement_limit
from portal.pasted_text import cleaned

from .codes import Code, Codes
from .export import newest_editions
from .reading import Reader
from .sheet import Sheet, UnusableCell

IMPORTED = "Imported from "  # begins the comment of an imported edition in the audit log
ADDRESS = re.compile(r"(?<!/admin)(?:^|/)evidence/([^/?#\s]+)", re.IGNORECASE)
# Likeness, from 0 to 100, of an id to one that may be meant; how many are named.
LIKE, MOST_LIKE = 80, 3


class CurrentContent:
    """What the rows of a sheet are compared with, fetched once for all of them.

    `lock` holds the summaries until the end of the transaction, so that nobody else opens an edition of one.
    """

    def __init__(self, sheet: Sheet, user: Any, *, lock: bool = False) -> None:
        self.person = user
        lift_statement_limit()  # a large file may take longer than a page may
        self.headings = sheet.headings
        self.reader = Reader()
        self.centres = set(centres_of(user).values_list("slug", flat=True))
        self.sees_all_centres = user.has_perm("evidence.all_centres")
        forms = {form for row in sheet.rows for form in forms_of_id(row.cells["id"])}
        named = Summary.objects.filter(slug__in=forms).select_related("centre")
        if lock:
            named = named.select_for_update(of=("self",)).order_by("pk")
        self.summaries = {one.slug: one for one in named}
        self.ids = {row.number: self._meant_id(row.cells["id"]) for row in sheet.rows}
        self.rows_of: dict[str, list[int]] = {slug: [] for slug in self.ids.values()}
        for number, slug in self.ids.items():
            self.rows_of[slug].append(number)
        own = [one.pk for one in self.summaries.values() if one.centre.slug in self.centres]
        if lock:  # so that nobody saves one after it is read here
            list(Edition.objects.open().filter(summary__in=own).select_for_update().order_by("pk"))
        newest = newest_editions(Summary.objects.filter(pk__in=own))
        self.newest = {
            one.summary.slug: one for one in newest.select_related("summary__centre", *WHO_HAS_IT)
        }
        self.imported = _untouched(self.newest.values(), user)
        self.keys = PrimaryKeys()
        self.retired = RetiredNames()
        self.scales = {
            table: [table.record_of(scale) for scale in table.queryset()]
            for table in (RATING_SCALES, REFERENCE_SCALES)
        }

    def _meant_id(self, typed: str) -> str:
        """Return the id of the summary that is meant, or, if there is none, the id as it is typed."""
        if isinstance(typed, UnusableCell):
            return typed
        forms = forms_of_id(typed)
        return next((form for form in forms if form in self.summaries), forms[0])

    @cached_property
    def own_ids(self) -> list[str]:
        """The ids of all summaries of the person's centres."""
        own = Summary.objects.filter(centre__slug__in=self.centres)
        return list(own.values_list("slug", flat=True))

    @cached_property
    def lines(self) -> dict[str, Codes]:
        """The names of the product lines of each centre that has any, by its slug."""
        names: dict[str, list[Code]] = {}
        for centre, of_line in Product.objects.values_list("centre__slug", "names"):
            names.setdefault(centre, []).extend(Code(name, name) for name in of_line)
        return {centre: Codes("product line of the centre", its) for centre, its in names.items()}

    @cached_property
    def twins(self) -> Twins:
        """What a new summary of the person's centres may be the same as."""
        return Twins.of(self.centres)

    def nearest_id(self, slug: str) -> str:
        """Return the id that is so near that it may be meant, of those that the person may see, or an empty text."""
        most = max(2, len(slug) // 8)
        found = process.extractOne(slug, self.own_ids, scorer=OSA.distance, score_cutoff=most)
        return found[0] if found else ""

    def likely_ids(self, typed: str) -> list[str]:
        """Return the ids that may be meant by what no summary is called, the likeliest first.

        These are the ones with all its words, such as "eef-phonics" for "Phonics"; or the nearest one; or what looks like it.
        """
        slug = forms_of_id(typed)[-1].replace("_", "-")
        words = set(slug.split("-"))
        with_all = [one for one in self.own_ids if words <= set(one.split("-"))]
        if with_all:
            return sorted(with_all, key=lambda one: (len(one), one))[:MOST_LIKE]
        if near := self.nearest_id(slug):
            return [near]
        like = process.extract(
            slug, self.own_ids, scorer=fuzz.ratio, score_cutoff=LIKE, limit=MOST_LIKE
        )
        return [one for one, _, _ in like]


def _untouched(editions: Iterable[Edition], user: Any) -> dict[int, datetime.datetime]:
    """Return when each draft was last imported, by its key: those that only imports of this person have written."""
    drafts = {
        (one.summary_id, one.number): one.pk
        for one in editions
        if one.state == Edition.State.DRAFT and one.made_by_id == user.pk
    }
    entries = AuditEntry.objects.filter(summary__in={summary for summary, _ in drafts})
    imported: dict[int, datetime.datetime] = {}
    touched = set()
    for entry in entries.order_by("pk"):
        if key := drafts.get((entry.summary_id, entry.edition_number)):
            imported[key] = entry.at
            if entry.by_id != user.pk or not entry.comment.startswith(IMPORTED):
                touched.add(key)
    return {key: at for key, at in imported.items() if key not in touched}


def forms_of_id(typed: str) -> list[str]:
    """Return what may be meant by an id: as it is typed, of an address, in lower case, with hyphens for spaces."""
    text = cleaned(typed, "line").text
    if found := ADDRESS.search(text):
        text = found[1]
    text = text.strip("/ ")
    return list(dict.fromkeys([text, text.lower(), "-".join(re.findall(r"\w+", text.lower()))]))
