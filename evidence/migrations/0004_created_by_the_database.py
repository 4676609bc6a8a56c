from django.db import migrations, models
from django.db.models.functions import Now


class Migration(migrations.Migration):
    """Date new editions by the database's clock. Code that dates them itself still can."""

    dependencies = [("evidence", "0003_public_changes")]

    operations = [
        migrations.AlterField(
            model_name="edition",
            name="created_at",
            field=models.DateTimeField(db_default=Now(), editable=False),
        ),
    ]
