import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('centres', '0005_former_addresses'),
    ]

    operations = [
        migrations.AddField(
            model_name='policyarea',
            name='also_known_as',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100), blank=True, default=list, help_text='Other words that people use for it; search finds it by them. One a line.', size=None),
        ),
    ]
