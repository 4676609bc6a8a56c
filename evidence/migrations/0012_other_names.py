import django.contrib.postgres.fields
from django.db import migrations, models

from ._search import KEEP, KEEP_ALL_ANEW, KEEP_NOTHING

# The vocabulary, counted as documents come and go, so that nobody has to count it for a visitor.
COUNT_WORDS = """
    CREATE FUNCTION evidence_count_words() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP <> 'INSERT' THEN
            UPDATE evidence_searchword AS known SET documents = known.documents - gone.documents
            FROM (
                SELECT word, count(*) AS documents FROM old_documents, unnest(tsvector_to_array(written)) AS word
                GROUP BY word
            ) AS gone
            WHERE known.word = gone.word;
            DELETE FROM evidence_searchword WHERE documents = 0;
        END IF;
        IF TG_OP <> 'DELETE' THEN
            INSERT INTO evidence_searchword (word, stem, documents)
            SELECT word, array_to_string(ts_lexize('english_stem', word), ''), count(*)
            FROM new_documents, unnest(tsvector_to_array(written)) AS word
            WHERE word ~ '^[[:alnum:]]+$' AND length(word) <= 40
            GROUP BY word
            ON CONFLICT (word) DO UPDATE SET documents = evidence_searchword.documents + EXCLUDED.documents;
        END IF;
        RETURN NULL;
    END $$;
    CREATE TRIGGER count_words_insert AFTER INSERT ON evidence_searchdocument REFERENCING NEW TABLE AS new_documents
        FOR EACH STATEMENT EXECUTE FUNCTION evidence_count_words();
    CREATE TRIGGER count_words_update AFTER UPDATE ON evidence_searchdocument
        REFERENCING OLD TABLE AS old_documents NEW TABLE AS new_documents
        FOR EACH STATEMENT EXECUTE FUNCTION evidence_count_words();
    CREATE TRIGGER count_words_delete AFTER DELETE ON evidence_searchdocument REFERENCING OLD TABLE AS old_documents
        FOR EACH STATEMENT EXECUTE FUNCTION evidence_count_words();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('centres', '0006_other_names'),
        ('evidence', '0011_former_addresses'),
    ]

    operations = [
        migrations.CreateModel(
            name='SearchWord',
            fields=[
                ('word', models.TextField(primary_key=True, serialize=False)),
                ('stem', models.TextField()),
                ('documents', models.IntegerField()),
            ],
        ),
        migrations.AddField(
            model_name='outcome',
            name='also_known_as',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100), blank=True, default=list, help_text='Other words that people use for it; search finds it by them. One a line.', size=None),
        ),
        migrations.RunSQL("DELETE FROM evidence_searchdocument", migrations.RunSQL.noop),
        migrations.RunSQL(COUNT_WORDS, "DROP FUNCTION evidence_count_words() CASCADE"),
        migrations.RunSQL(KEEP, KEEP_NOTHING),
        migrations.RunSQL(KEEP_ALL_ANEW, migrations.RunSQL.noop),
    ]
