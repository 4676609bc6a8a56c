"""Says in the help of the effect what "Not assessed" is for."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('evidence', '0043_levels_of_scales'),
    ]

    operations = [
        migrations.AlterField(
            model_name='edition',
            name='direction',
            field=models.CharField(choices=[('beneficial', 'Beneficial'), ('mixed', 'Mixed'), ('no-effect', 'No effect'), ('harmful', 'Harmful'), ('insufficient', 'Insufficient evidence'), ('not-assessed', 'Not assessed')], help_text='Which way the effect goes overall. “Insufficient evidence” is the centre’s own verdict; “Not assessed” is for a source that gives no direction, or of which it is not yet read.', max_length=12, verbose_name='effect'),
        ),
    ]
