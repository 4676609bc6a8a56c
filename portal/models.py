"""What models of every room share (pages with a slug, partial dates), and the portal's own tables."""

from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models

from . import guards
from .content_version import ContentModel
from .mail.outbox import MailChoice, Notice  # noqa: F401  # Django finds them here
from .role_proposals import Account, PersonRole, RoleProposal  # noqa: F401  # Django finds them here
from .written_dates import WrittenDateField

# "2013", "2013-03" or "2013-03-04": sources often give no more than a month or a year.
PARTIAL_DATE = r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$"
SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
# What a constraint says of a value, or one of several, that is not among the choices.
LISTED = "Choose one of the values that the list offers."
ALL_LISTED = "Choose from the values that the list offers."


class FormerAddress(models.Model):
    """A slug that a row had before, so that links to it still lead to the row (see portal.former_addresses).

    It does not move the content version, because the change of the slug that it records does.
    """

    table_name = models.CharField(max_length=63)
    slug = models.CharField(max_length=100)
    row_id = models.BigIntegerField()
    until = models.DateTimeField()

    class Meta:
        verbose_name_plural = "former addresses"
        constraints = [
            models.UniqueConstraint(
                fields=["table_name", "slug"], name="former_address_leads_to_one"
            )
        ]

    def __str__(self) -> str:
        return f"{self.table_name}: {self.slug}"


class RecordsFormerAddress(pgtrigger.Trigger):
    """Records the old slug of a row whose slug changes."""

    level = pgtrigger.Row
    when = pgtrigger.After
    operation = pgtrigger.Update
    condition = pgtrigger.Q(old__slug__df=pgtrigger.F("new__slug"))
    func = """
        INSERT INTO portal_formeraddress (table_name, slug, row_id, until)
        VALUES (TG_TABLE_NAME, OLD.slug, NEW.id, now())
        ON CONFLICT (table_name, slug) DO UPDATE
        SET row_id = EXCLUDED.row_id, until = EXCLUDED.until;
        RETURN NULL;
    """


class PageModel(ContentModel):
    """A table whose rows have a page each, at an address with their slug, or are named by it in addresses of lists."""

    class Meta:
        abstract = True
        triggers: list[pgtrigger.Trigger] = [
            *ContentModel.Meta.triggers,
            RecordsFormerAddress(name="records_former_address"),
        ]


class AdminChange(LogEntry):
    """An entry of admin's own log: who did what. The database refuses to change or remove it."""

    class Meta:
        proxy = True
        verbose_name = "change in admin"
        verbose_name_plural = "changes in admin"
        triggers = [
            guards.Protect(
                name="admin_change_is_kept", operation=pgtrigger.Update | pgtrigger.Delete
            ),
            guards.NeverEmptied(name="changes_in_admin_are_never_emptied"),
        ]


class PartialDateField(models.CharField):
    """A date known to the day, the month or the year, as ISO text ("2013-03"); empty where it is not stated.

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

    def formfield(self, **kwargs: Any) -> Any:
        """Return a form field that reads a date as people write it, which may be longer than what is kept."""
        return super().formfield(**(kwargs | {"form_class": WrittenDateField, "max_length": 40}))


def partial_date_constraint(field: str, *, name: str) -> models.CheckConstraint:
    """Return the rule that a partial date is empty or looks like 2013, 2013-03 or 2013-03-04."""
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


def also_known_as() -> ArrayField:
    """Return the field for other words by which search finds a row."""
    return ArrayField(
        models.CharField(max_length=100),
        blank=True,
        default=list,
        help_text="Other words that people use for it; search finds it by them. One a line.",
    )


class TemporaryPassword(models.Model):
    """Marks a person whose password was set by somebody else: they must choose their own when they sign in."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="temporary_password"
    )

    def __str__(self) -> str:
        return str(self.user)
