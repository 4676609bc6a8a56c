import django.contrib.postgres.search
from django.db import migrations, models

from ._search import no_refresh_on, refresh_on

# Words as they are written, for telling typing errors from rare words.
CONFIGURATION = """
    CREATE TEXT SEARCH CONFIGURATION portal_words (COPY = simple);
    ALTER TEXT SEARCH CONFIGURATION portal_words
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, simple;
"""

# Two more tables that a document is made from (the others are in 0004).
TOUCHED = {
    "evidence_audience": """
        SELECT j.edition_id FROM changed JOIN evidence_edition_audiences j ON j.audience_id = changed.id""",
    "evidence_summary": """
        SELECT e.id FROM changed JOIN evidence_edition e ON e.summary_id = changed.id AND e.state = 'published'""",
}


class Migration(migrations.Migration):
    dependencies = [("evidence", "0006_roles")]

    operations = [
        migrations.RunSQL(CONFIGURATION, "DROP TEXT SEARCH CONFIGURATION portal_words"),
        migrations.RunSQL("DELETE FROM evidence_searchdocument", migrations.RunSQL.noop),
        migrations.AddField("searchdocument", "centre_id", models.BigIntegerField()),
        migrations.AddField(
            "searchdocument", "title", django.contrib.postgres.search.SearchVectorField()
        ),
        migrations.AddField(
            "searchdocument", "written", django.contrib.postgres.search.SearchVectorField()
        ),
        *(
            migrations.RunSQL(refresh_on(table, touched, "update"), no_refresh_on(table))
            for table, touched in TOUCHED.items()
        ),
    ]
