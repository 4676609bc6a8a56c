"""An index of the pages that could not be read, which the first page of admin counts."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('evidence', '0039_which_figures_differ'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='pagereading',
            index=models.Index(condition=models.Q(('problem', ''), _negated=True), fields=['edition'], name='page_not_read'),
        ),
    ]
