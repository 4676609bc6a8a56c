from django.db import migrations

# Django has no foreign key over two columns; PostgreSQL has. A rating's step must be one of its own scale.
RULE = """
    ALTER TABLE evidence_edition ADD CONSTRAINT {name}_step_is_of_its_scale
    FOREIGN KEY ({name}_step_id, {name}_scale_id) REFERENCES centres_ratinglevel (id, scale_id)
    DEFERRABLE INITIALLY DEFERRED
"""


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0001_initial"),
        ("centres", "0001_initial"),
        ("evidence", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(
            RULE.format(name=name),
            f"ALTER TABLE evidence_edition DROP CONSTRAINT {name}_step_is_of_its_scale",
        )
        for name in ["strength", "cost"]
    ]
