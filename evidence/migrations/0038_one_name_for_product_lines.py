"""What a product line is called. Nothing changes in the database."""

import django.contrib.postgres.fields
from django.db import migrations, models

from portal.state_alone import InStateAlone


class Migration(migrations.Migration):

    dependencies = [
        ('evidence', '0037_page_readings'),
    ]

    operations = [InStateAlone([
        migrations.AlterField(
            model_name='edition',
            name='missing',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('strength-none', 'Strength of evidence: the centre gives none'), ('strength-not-read', 'Strength of evidence: not yet read'), ('strength-not-applicable', 'Strength of evidence: not applicable'), ('effect-none', 'Effect: the centre gives none'), ('effect-not-read', 'Effect: not yet read'), ('effect-not-applicable', 'Effect: not applicable'), ('cost-none', 'Cost: the centre gives none'), ('cost-not-read', 'Cost: not yet read'), ('cost-not-applicable', 'Cost: not applicable'), ('studies-none', 'Number of studies: the centre gives none'), ('studies-not-read', 'Number of studies: not yet read'), ('studies-not-applicable', 'Number of studies: not applicable'), ('date-none', 'Date of the version read: the centre gives none'), ('date-not-read', 'Date of the version read: not yet read'), ('date-not-applicable', 'Date of the version read: not applicable'), ('place-none', 'Where the studies were done: the centre gives none'), ('place-not-read', 'Where the studies were done: not yet read'), ('place-not-applicable', 'Where the studies were done: not applicable')], max_length=24), blank=True, default=list, help_text='Only where it differs from the rule of the product line: why this one has no strength, effect, cost, number of studies, date or place.', size=None, verbose_name='why a value is missing'),
        ),
        migrations.AlterField(
            model_name='edition',
            name='product',
            field=models.CharField(help_text='The centre’s product line, such as “YEF Toolkit”, by one of its names.', max_length=100, verbose_name='product line'),
        ),
        migrations.AlterField(
            model_name='product',
            name='names',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100), help_text='What summaries in it give as their product line, exactly as they give it. One a line.', size=None),
        ),
    ])]
