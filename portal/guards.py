"""Triggers that a session cannot switch off.

Any session can switch off the triggers of django-pgtrigger (`pgtrigger.ignore`). That is right for one that only counts or
records. A rule must not be so easy to break: the triggers of this module cannot be switched off by a session, and they find
their tables in the public schema only, so that a temporary table of the same name changes nothing.
"""

from typing import Any

import pgtrigger
from django.db import models
from pgtrigger import compiler


class GuardSql(compiler.UpsertTriggerSql):
    """The SQL that installs a guard. Migrations refer to it, so to change it make a new class."""

    def get_template(self) -> str:
        """Return the SQL with gaps, as the library's own but without the call that asks whether to ignore the trigger."""
        return """
            CREATE OR REPLACE FUNCTION {pgid}()
            RETURNS TRIGGER AS $$
                {declare}
                BEGIN
                    {func}
                END;
            $$ LANGUAGE plpgsql SET search_path = public, pg_temp;

            DROP TRIGGER IF EXISTS {pgid} ON {table};
            CREATE TRIGGER {pgid}
                {when} {operation} ON {table}
                FOR EACH {level} {condition}
                EXECUTE PROCEDURE {execute};

            COMMENT ON TRIGGER {pgid} ON {table} IS '{hash}';
        """


# In a trigger: whether the session has no rights of whoever owns its table (portal/sql/owner.sql).
NOT_OWNER = "NOT portal_is_owner(TG_RELID)"


class Guard(pgtrigger.Trigger):
    """A trigger that no session can switch off."""

    def compile(self, model: models.Model) -> compiler.Trigger:
        """Return the trigger for migrations, with the SQL of a guard in place of the library's."""
        parts: dict[str, Any] = super().compile(model).sql.kwargs
        return compiler.Trigger(name=self.name, sql=GuardSql(**parts))


class Protect(Guard, pgtrigger.Protect):
    """Refuses an operation, or only where its condition holds."""


class ReadOnly(Guard, pgtrigger.ReadOnly):
    """Refuses to change the fields that it names."""


class FSM(Guard, pgtrigger.FSM):
    """Refuses to change a state, but for the transitions that it lists."""


class OwnerOnly(Guard):
    """Refuses to add or change a row, or only where its condition holds, but to whoever owns the table. `refusal` says why."""

    when = pgtrigger.Before

    def __init__(self, *, refusal: str, **kwargs: Any) -> None:
        func = f"IF {NOT_OWNER} THEN RAISE EXCEPTION '{refusal}'; END IF; RETURN NEW;"
        super().__init__(func=func, **kwargs)


class NeverEmptied(Guard):
    """Refuses TRUNCATE, which would pass by every trigger on rows."""

    level = pgtrigger.Statement
    when = pgtrigger.Before
    operation = pgtrigger.Truncate
    func = "RAISE EXCEPTION 'the table % is never emptied', TG_TABLE_NAME;"
