from django.db import migrations

# Ranking reads the words of thousands of editions: unpacked and in the row itself they are read twice as fast.
PLAIN = """
    ALTER TABLE evidence_searchdocument SET (toast_tuple_target = 8160);
    ALTER TABLE evidence_searchdocument ALTER COLUMN words SET STORAGE EXTERNAL;
"""
PACKED = """
    ALTER TABLE evidence_searchdocument RESET (toast_tuple_target);
    ALTER TABLE evidence_searchdocument ALTER COLUMN words SET STORAGE EXTENDED;
"""


class Migration(migrations.Migration):
    dependencies = [("evidence", "0008_lists_and_first_drafts")]

    operations = [migrations.RunSQL(PLAIN, PACKED)]
