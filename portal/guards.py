"""Triggers that hold a rule whoever writes, and however.

The functions that django-pgtrigger makes begin by asking whether the session has switched them off (`pgtrigger.ignore`).
That is right for a trigger that keeps a count. A rule that any session can switch off is only a custom, so the triggers of
this module never ask, and they look tables up where no session can put another in their place.
"""

from typing import Any

import pgtrigger
from django.db import models
from pgtrigger import compiler


class GuardSql(compiler.UpsertTriggerSql):
    """The SQL that installs a guard. Migrations refer to it: a change of it needs a class of its own."""

    def get_template(self) -> str:
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


class Guard(pgtrigger.Trigger):
    """Any trigger, without the way to switch it off."""

    def compile(self, model: models.Model) -> compiler.Trigger:
        said: dict[str, Any] = super().compile(model).sql.kwargs
        return compiler.Trigger(name=self.name, sql=GuardSql(**said))


class Protect(Guard, pgtrigger.Protect):
    """Refuses an operation."""


class ReadOnly(Guard, pgtrigger.ReadOnly):
    """Refuses a change of some fields."""


class FSM(Guard, pgtrigger.FSM):
    """Refuses a change of a state that is not listed."""


class NeverEmptied(Guard):
    """Refuses TRUNCATE, which fires no trigger of rows."""

    level = pgtrigger.Statement
    when = pgtrigger.Before
    operation = pgtrigger.Truncate
    func = "RAISE EXCEPTION 'the table % is never emptied', TG_TABLE_NAME;"
