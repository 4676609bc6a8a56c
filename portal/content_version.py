"""The content version, and the triggers in the database that move it whenever something public changes.

Caches hold what they made for one version. A model whose rows the public pages show inherits ContentModel; a table with other
rows too gets MovesContentVersionOnUpdate.
"""

import datetime

import pgtrigger
from django.db import models

from . import guards


class ContentVersion(models.Model):
    """One row with a number that grows whenever something changes that the public can see.

    Triggers in the database move it, so that no way of writing can miss a change. A worker may serve what it made for
    version N until the number moves.
    """

    version = models.BigIntegerField(default=0)
    # When it moved last. After a backup was restored the same number may stand for other content, but not at the same time.
    moved_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(pk=1),
                name="content_version_is_one_row",
                violation_error_message="There is one content version only.",
            )
        ]
        triggers = [
            guards.Guard(
                name="says_when_it_moved",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="NEW.moved_at = clock_timestamp(); RETURN NEW;",
            ),
            # Set back, it would let workers go on serving what is no longer published.
            guards.Protect(
                name="content_version_only_grows",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(new__version__lt=pgtrigger.F("old__version")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.version)

    @classmethod
    def present(cls) -> tuple[int, datetime.datetime | None]:
        """Return the version and when it became this one; 0 and None in an empty database."""
        return cls.objects.values_list("version", "moved_at").first() or (0, None)


MOVE_CONTENT_VERSION = """
        INSERT INTO portal_contentversion (id, version) VALUES (1, 1)
        ON CONFLICT (id) DO UPDATE SET version = portal_contentversion.version + 1;
"""


class MovesContentVersion(pgtrigger.Trigger):
    """Moves the content version once for each statement that writes to a table, however many rows it writes."""

    level = pgtrigger.Statement
    when = pgtrigger.After
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete
    func = f"{MOVE_CONTENT_VERSION} RETURN NULL;"


class MovesContentVersionOnUpdate(pgtrigger.Trigger):
    """Moves the content version once for each UPDATE that changes something public, for a table with other rows too.

    `when_some_row` is the SQL that tells such a change, on `before` and `after`: one row as it was and as it is now.
    """

    level = pgtrigger.Statement
    when = pgtrigger.After
    operation = pgtrigger.Update
    referencing = pgtrigger.Referencing(old="old_rows", new="new_rows")  # type: ignore[no-untyped-call]  # the library has no types here

    def __init__(self, *, name: str, when_some_row: str) -> None:
        super().__init__(
            name=name,
            func=f"""
        IF EXISTS (
            SELECT FROM old_rows AS before JOIN new_rows AS after USING (id)
            WHERE {when_some_row}
        ) THEN {MOVE_CONTENT_VERSION} END IF;
        RETURN NULL;
    """,
        )


class ContentModel(models.Model):
    """A table whose rows the public pages show: every change of it moves the content version."""

    class Meta:
        abstract = True
        triggers: list[pgtrigger.Trigger] = [MovesContentVersion(name="moves_content_version")]
