"""Which edition became public or stopped being so, and in which version of the content."""

import pgtrigger
from django.db import models


class PublicChange(models.Model):
    """An edition whose public state changed. A trigger on editions records it, so that no way of writing can miss it.

    Whoever holds a snapshot of what is published reads from here what has changed since (evidence.catalogue.documents).
    """

    version = models.BigIntegerField(db_index=True)  # of the content, with the change
    edition_id = models.BigIntegerField()

    def __str__(self) -> str:
        return f"Edition {self.edition_id} in version {self.version}"


class RecordsPublicChange(pgtrigger.Trigger):
    """Records the editions that an UPDATE makes public, supersedes or withdraws.

    Triggers of one kind run in the order of their names, and this one must run after that which moves the version.
    """

    level = pgtrigger.Statement
    when = pgtrigger.After
    operation = pgtrigger.Update
    referencing = pgtrigger.Referencing(old="old_rows", new="new_rows")  # type: ignore[no-untyped-call]  # the library has no types here
    func = """
        INSERT INTO evidence_publicchange (version, edition_id)
        SELECT (SELECT version FROM portal_contentversion), after.id
        FROM old_rows AS before JOIN new_rows AS after USING (id)
        WHERE before.state <> after.state AND after.published_at IS NOT NULL;
        RETURN NULL;
    """
