"""The migrations of each room before they were squashed into 0001_models (see docs/decisions/0010-migrations-and-sql.md)."""

from typing import Any

from django.core.management import CommandError
from django.db.migrations.recorder import MigrationRecorder

REPLACED = {
    "portal": [
        "0001_initial",
        "0002_former_addresses",
        "0003_temporary_passwords",
        "0004_kept_log_of_admin",
    ],
    "centres": [
        "0001_initial",
        "0002_rating_reference",
        "0003_membership",
        "0004_lists_and_links",
        "0005_former_addresses",
        "0006_other_names",
    ],
    "evidence": [
        "0001_initial",
        "0002_rating_step_of_its_scale",
        "0003_dataset_entry",
        "0004_search_documents",
        "0005_people_and_audit",
        "0006_roles",
        "0007_search_vocabulary",
        "0008_lists_and_first_drafts",
        "0009_search_storage",
        "0010_rules_that_no_session_can_switch_off",
        "0011_former_addresses",
        "0012_other_names",
        "0013_link_checks",
        "0014_import_and_export",
        "0015_lists_and_words_of_admin",
        "0016_changes_in_admin_are_read",
        "0017_refresh_only_what_changed",
        "0018_words_of_the_public_page",
        "0019_closer_guards",
    ],
}


def replaced(app: str) -> list[tuple[str, str]]:
    """Return what the 0001_models of an app replaces: a database that has all of them is as it would make it."""
    return [(app, name) for name in REPLACED[app]]


def made_before(connection: Any) -> bool:
    """Return whether a database was made by those migrations; raise CommandError if it has only some of them."""
    applied = MigrationRecorder(connection).applied_migrations()
    missing = {old for app in REPLACED for old in replaced(app)} - set(applied)
    if len(missing) == sum(len(names) for names in REPLACED.values()):
        return False
    if missing:
        raise CommandError(
            "This database was made by an older version and lacks some of its migrations, the first of them "
            f"{'.'.join(min(missing))}. Migrate it with the last version before they were squashed, then with this one: "
            "docs/operations.md says how."
        )
    return True
