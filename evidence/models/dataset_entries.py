"""What the files of data/ said when they were last loaded."""

from django.db import models


class DatasetEntry(models.Model):
    """What an entry of the files in data/ said when it was last loaded.

    An entry that says the same today is not loaded again, so that what editors have changed since stays.
    """

    table = models.CharField(max_length=100)
    key = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["table", "key"], name="dataset_entry_once")]

    def __str__(self) -> str:
        return f"{self.table}: {self.key}"
