"""What every room shares: the version of the public content, and partial dates."""

import pgtrigger
from django.core.validators import RegexValidator
from django.db import models

# "2013", "2013-03" or "2013-03-04": sources often give no more than a month or a year.
PARTIAL_DATE = r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$"
SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"


class ContentVersion(models.Model):
    """One row that counts every change to what the public can see.

    The database itself keeps it (see ContentModel), so that no way of writing can miss it. A worker that has seen version
    N may serve what it made for N until the number moves.
    """

    version = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="content_version_is_one_row")
        ]

    def __str__(self) -> str:
        return str(self.version)

    @classmethod
    def current(cls) -> int:
        """Return the version of the public content; 0 in an empty database."""
        return cls.objects.values_list("version", flat=True).first() or 0


class CountsChanges(pgtrigger.Trigger):
    """Moves the content version once for each statement that writes to a table."""

    level = pgtrigger.Statement
    when = pgtrigger.After
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete
    func = """
        INSERT INTO portal_contentversion (id, version) VALUES (1, 1)
        ON CONFLICT (id) DO UPDATE SET version = portal_contentversion.version + 1;
        RETURN NULL;
    """


class ContentModel(models.Model):
    """A table whose rows the public pages show: any change to it moves the content version."""

    class Meta:
        abstract = True
        triggers: list[pgtrigger.Trigger] = [CountsChanges(name="counts_changes")]


class PartialDateField(models.CharField):
    """A date known to the day, the month or the year, as ISO text; empty where it is not stated.

    Text order is date order, with a year before its months: a partial date sorts as its first day.
    """

    def __init__(self, *args: object, **kwargs: object) -> None:
        kwargs.setdefault("max_length", 10)
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed through unread
        self.validators = [
            *self.validators,
            RegexValidator(PARTIAL_DATE, "Write a date as 2013, 2013-03 or 2013-03-04."),
        ]


def partial_date_constraint(field: str, *, name: str) -> models.CheckConstraint:
    """Return the rule that a partial date is empty or in its one form."""
    return models.CheckConstraint(
        condition=models.Q(**{field: ""}) | models.Q(**{f"{field}__regex": PARTIAL_DATE}),
        name=name,
        violation_error_message="Write a date as 2013, 2013-03 or 2013-03-04.",
    )


def slug_constraint(name: str) -> models.CheckConstraint:
    """Return the rule that a slug is lower case words joined by hyphens, and never empty."""
    return models.CheckConstraint(
        condition=models.Q(slug__regex=SLUG),
        name=name,
        violation_error_message="Use lower case letters, digits and single hyphens.",
    )
