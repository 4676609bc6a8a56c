"""Evidence summaries, their editions and findings, and the words used to search for them.

A Summary is an identity that never goes away; an Edition is one version of what it says. A published edition is never
edited: a change is a new edition, so the public history, the diff and the audit trail are the data itself. The database
holds these rules (constraints and triggers); `evidence.editorial.actions` alone moves an edition between states.
"""

from .access import (
    centres_of,
    editors_of,
    of_centres_of,
    people_of,
    people_with,
    secretariat,
    works_for,
)
from .approaches import Approach, ApproachMember
from .audit import AuditEntry, AuditLink
from .comments import Comment, FactCheck, FactCheckAnswer
from .confirmations import Confirmation, ConfirmationQuerySet
from .dataset_entries import DatasetEntry
from .editions import Edition, EditionPart, EditionQuerySet, Finding, Source
from .import_files import ImportFile, ImportFileQuerySet
from .link_checks import LinkCheck, LinkCheckQuerySet
from .list_changes import ListChange
from .list_rows import ListRow, present_rows
from .list_uses import editions_with, newly_retired, with_row
from .open_forms import OpenForm
from .page_readings import PageReading, PageReadingQuerySet
from .planned_withdrawals import PlannedWithdrawal
from .products import Product, ProductLines, ProductRule, Why, why_missing
from .public_changes import PublicChange
from .search import SynonymGroup
from .summaries import Summary
from .through_tables import (
    EditionAudience,
    EditionPolicyArea,
    EditionSetting,
    EditionTopic,
    TopicPolicyArea,
)
from .vocabulary import Audience, Kind, Outcome, Setting, Term, Topic

__all__ = [
    "Approach",
    "ApproachMember",
    "Audience",
    "AuditEntry",
    "AuditLink",
    "Comment",
    "Confirmation",
    "ConfirmationQuerySet",
    "DatasetEntry",
    "Edition",
    "EditionAudience",
    "EditionPart",
    "EditionPolicyArea",
    "EditionQuerySet",
    "EditionSetting",
    "EditionTopic",
    "FactCheck",
    "FactCheckAnswer",
    "Finding",
    "ImportFile",
    "ImportFileQuerySet",
    "Kind",
    "LinkCheck",
    "LinkCheckQuerySet",
    "ListChange",
    "ListRow",
    "OpenForm",
    "Outcome",
    "PageReading",
    "PageReadingQuerySet",
    "PlannedWithdrawal",
    "Product",
    "ProductLines",
    "ProductRule",
    "PublicChange",
    "Setting",
    "Source",
    "Summary",
    "SynonymGroup",
    "Term",
    "Topic",
    "TopicPolicyArea",
    "Why",
    "centres_of",
    "editions_with",
    "editors_of",
    "newly_retired",
    "of_centres_of",
    "people_of",
    "people_with",
    "present_rows",
    "secretariat",
    "why_missing",
    "with_row",
    "works_for",
]
