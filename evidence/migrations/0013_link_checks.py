from django.db import migrations, models

from ._roles import give

ROLES = ["Centre editor", "Secretariat editor", "Publisher", "Auditor"]


class Migration(migrations.Migration):

    dependencies = [
        ('evidence', '0012_other_names'),
        ('auth', '0012_alter_user_first_name_max_length'),
        ('contenttypes', '0002_remove_content_type_name'),
    ]

    operations = [
        migrations.CreateModel(
            name='LinkCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('url', models.URLField(max_length=500, unique=True, verbose_name='address')),
                ('checked_at', models.DateTimeField(verbose_name='last checked')),
                ('outcome', models.CharField(choices=[('answers', 'Answers'), ('moved', 'Answers at a new address'), ('gone', 'Is gone'), ('fails', 'Does not answer'), ('refuses', 'Refuses to be checked'), ('not-asked', 'Was not asked')], max_length=9)),
                ('status', models.PositiveSmallIntegerField(blank=True, help_text='Empty where there was no answer.', null=True, verbose_name='HTTP status')),
                ('reason', models.TextField(verbose_name='in words')),
                ('final_url', models.TextField(blank=True, help_text='Where it has moved to for good.', verbose_name='new address')),
                ('first_failed_at', models.DateTimeField(blank=True, help_text='Empty once it answers again.', null=True, verbose_name='has failed since')),
                ('failures', models.PositiveIntegerField(default=0, verbose_name='failures in a row')),
            ],
            options={
                'verbose_name': 'link',
                'ordering': ['url'],
                'constraints': [models.CheckConstraint(condition=models.Q(('outcome__in', ['answers', 'moved', 'gone', 'fails', 'refuses', 'not-asked'])), name='link_outcome_is_listed'), models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'moved'), models.Q(('final_url', ''), _negated=True)), models.Q(models.Q(('outcome', 'moved'), _negated=True), ('final_url', '')), _connector='OR'), name='moved_link_says_where_to'), models.CheckConstraint(condition=models.Q(models.Q(('failures__gt', 0), ('first_failed_at__isnull', False), ('first_failed_at__lte', models.F('checked_at')), ('outcome__in', ['gone', 'fails'])), models.Q(models.Q(('outcome__in', ['gone', 'fails']), _negated=True), ('failures', 0), ('first_failed_at', None)), _connector='OR'), name='broken_link_says_since_when')],
            },
        ),
        give("evidence", {role: ["view_linkcheck"] for role in ROLES}),
    ]
