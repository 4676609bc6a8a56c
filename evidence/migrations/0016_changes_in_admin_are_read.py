from django.db import migrations

from ._roles import give

READ = ["view_adminchange"]


class Migration(migrations.Migration):
    """Let those who check see the log of admin."""

    dependencies = [
        ("evidence", "0015_lists_and_words_of_admin"),
        ("portal", "0004_kept_log_of_admin"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [give("portal", {"Publisher": READ, "Auditor": READ, "Administrator": READ})]
