"""The words that search uses: those that editors group, and those that the database collects."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

from portal.content_version import ContentModel

from .editions import Edition


class SynonymGroup(ContentModel):
    """Words that mean the same to people who search; one way, the first also find the second."""

    order = models.PositiveSmallIntegerField()
    one_way = models.BooleanField(default=False)
    terms = ArrayField(
        models.CharField(max_length=100),
        help_text="Words that mean the same. One way: the words that people type. One a line.",
    )
    finds = ArrayField(
        models.CharField(max_length=100),
        blank=True,
        default=list,
        help_text="One way only: the words that these also find. One a line.",
    )

    class Meta(ContentModel.Meta):
        ordering = ["order"]
        constraints = [
            models.CheckConstraint(
                condition=Q(one_way=True, finds__len__gt=0, terms__len__gt=0)
                | Q(one_way=False, finds__len=0, terms__len__gt=1),
                name="synonym_group_has_two_sides",
                violation_error_message=(
                    "Give two or more words that mean the same; or, one way, words on both sides."
                ),
            )
        ]

    def __str__(self) -> str:
        words = ", ".join(self.terms)
        return f"{words} → {', '.join(self.finds)}" if self.one_way else words


class SearchDocument(models.Model):
    """The words of a published edition, weighted for ranking.

    Triggers write it (evidence/sql/search_documents.sql), so that no way of changing content can miss it.
    """

    edition = models.OneToOneField(
        Edition, models.CASCADE, primary_key=True, related_name="search_document"
    )
    centre_id = models.BigIntegerField()
    title = SearchVectorField()
    words = SearchVectorField()
    written = SearchVectorField()  # every word once, as it is written

    class Meta:
        indexes = [GinIndex(fields=["words"], name="search_document_words")]

    def __str__(self) -> str:
        return f"Words of {self.edition_id}"


class SearchWord(models.Model):
    """A word of the published text, its stem (empty for a stop word), and how many editions have it.

    Triggers count it (evidence/sql/search_words.sql).
    """

    word = models.TextField(primary_key=True)
    stem = models.TextField()
    documents = models.IntegerField()

    def __str__(self) -> str:
        return self.word
