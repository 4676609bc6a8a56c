"""What is kept of the pages that editions rest on, to tell when they have changed."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('evidence', '0035_confirmations'),
    ]

    operations = [
        migrations.AlterField(
            model_name='auditentry',
            name='action',
            field=models.CharField(choices=[('made', 'Opened'), ('edited', 'Edited'), ('assigned', 'Assigned'), ('submitted', 'Submitted for review'), ('sent-back', 'Sent back'), ('approved', 'Approved'), ('scheduled', 'Approved and scheduled'), ('checked', 'Checked: still true'), ('confirmed', 'Confirmed by the centre'), ('confirmation-undone', 'Confirmation taken back'), ('confirmation-lost', 'Confirmation lost'), ('emergency', 'Published in an emergency'), ('approved-afterwards', 'Approved after an emergency'), ('published', 'Published'), ('withdrawn', 'Withdrawn'), ('withdrawal-planned', 'Withdrawal planned'), ('withdrawal-cancelled', 'Withdrawal cancelled'), ('discarded', 'Discarded'), ('fact-check-asked', 'Fact check asked for'), ('fact-check-answered', 'Fact check answered'), ('fact-check-ended', 'Fact check ended'), ('page-change-settled', 'Change of its source page does not matter')], max_length=20, verbose_name='what was done'),
        ),
        migrations.CreateModel(
            name='PageReading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('url', models.TextField(verbose_name='address')),
                ('tried_at', models.DateTimeField(verbose_name='last tried')),
                ('problem', models.TextField(blank=True, help_text='Why it could not be read at the last try. Empty if it was.')),
                ('change', models.CharField(choices=[('unread', 'Could not be read'), ('same', 'As before'), ('once', 'Differs at one reading'), ('text', 'Its text has changed'), ('figure', 'A figure is no longer on it')], default='unread', max_length=6)),
                ('changed_at', models.DateTimeField(blank=True, help_text='When two readings first agreed that it has.', null=True, verbose_name='changed')),
                ('share', models.PositiveSmallIntegerField(default=0, help_text='In per cent of its words, from a sample of them.', verbose_name='part that changed')),
                ('lost', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), blank=True, default=list, help_text='Figures that were on it and are not any more, each after its label.', size=None)),
                ('read_at', models.DateTimeField(blank=True, null=True, verbose_name='first read')),
                ('fingerprint', models.BinaryField(default=b'')),
                ('figures', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), blank=True, default=list, help_text='The figures of the edition that stood on it.', size=None)),
                ('dated', models.DateField(blank=True, null=True, verbose_name='its own date')),
                ('now_at', models.DateTimeField(blank=True, null=True, verbose_name='last read')),
                ('now_fingerprint', models.BinaryField(default=b'')),
                ('now_figures', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), blank=True, default=list, size=None)),
                ('now_dated', models.DateField(blank=True, null=True, verbose_name='its own date, at the last reading')),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='page_readings', to='evidence.edition')),
            ],
            options={
                'default_permissions': (),
                'indexes': [models.Index(condition=models.Q(('change__in', ['text', 'figure'])), fields=['change', 'changed_at', 'id'], include=('edition',), name='page_that_changed')],
                'constraints': [models.UniqueConstraint(fields=('edition', 'url'), name='page_once_an_edition'), models.CheckConstraint(condition=models.Q(('change__in', ['unread', 'same', 'once', 'text', 'figure'])), name='page_change_is_listed', violation_error_message='Choose one of the values that the list offers.'), models.CheckConstraint(condition=models.Q(models.Q(('change__in', ['text', 'figure']), ('changed_at__isnull', False)), models.Q(models.Q(('change__in', ['text', 'figure']), _negated=True), ('changed_at', None)), _connector='OR'), name='changed_page_says_since_when', violation_error_message='A page that has changed says since when, and no other one does.'), models.CheckConstraint(condition=models.Q(models.Q(('change', 'figure'), models.Q(('lost', []), _negated=True)), models.Q(models.Q(('change', 'figure'), _negated=True), ('lost', [])), _connector='OR'), name='page_names_the_figures_it_lost', violation_error_message='A page that has lost figures names them, and no other one does.')],
            },
        ),
    ]
