"""What the database can be asked about texts, beside what Django knows."""

from typing import Any

from django.db.models import CharField, TextField
from django.db.models.lookups import IContains


class Says(IContains):
    """`title__says="word"`: the text has the word, in small or capital letters, as `icontains` but in half the time.

    Without letters beyond A to Z in the word, the rules of all languages for small and capital letters find no more than those
    of English, and they take most of the time of a search in 20,000 texts.
    """

    lookup_name = "says"

    def process_lhs(self, compiler: Any, connection: Any, lhs: Any = None) -> Any:
        """Return the text in capital letters."""
        text, params = compiler.compile(lhs or self.lhs)
        rules = ' COLLATE "C"' if str(self.rhs).isascii() else ""
        return f"UPPER(({text})::text{rules})", params

    def get_rhs_op(self, connection: Any, rhs: str) -> str:
        """Return the comparison, as for `icontains`."""
        return str(connection.operators["icontains"] % rhs)


for kind in (CharField, TextField):
    kind.register_lookup(Says)
