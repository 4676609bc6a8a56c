import django.contrib.admin.models
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import portal.guards
from django.conf import settings
from django.db import migrations, models

from portal.at_once import at_once
from portal.migrations._replaced import replaced


class Migration(migrations.Migration):

    initial = True

    replaces = replaced('portal')

    dependencies = [
        ('admin', '0003_logentry_add_action_flag_choices'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = at_once([
        migrations.CreateModel(
            name='AdminChange',
            fields=[
            ],
            options={
                'verbose_name': 'change in admin',
                'verbose_name_plural': 'changes in admin',
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('admin.logentry',),
            managers=[
                ('objects', django.contrib.admin.models.LogEntryManager()),
            ],
        ),
        migrations.CreateModel(
            name='ContentVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.BigIntegerField(default=0)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='content_version_is_one_row')],
            },
        ),
        migrations.CreateModel(
            name='FormerAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('table_name', models.CharField(max_length=63)),
                ('slug', models.CharField(max_length=100)),
                ('row_id', models.BigIntegerField()),
                ('until', models.DateTimeField()),
            ],
            options={
                'verbose_name_plural': 'former addresses',
                'constraints': [models.UniqueConstraint(fields=('table_name', 'slug'), name='former_address_leads_to_one')],
            },
        ),
        migrations.CreateModel(
            name='TemporaryPassword',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='temporary_password', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='adminchange',
            trigger=pgtrigger.compiler.Trigger(name='admin_change_is_kept', sql=portal.guards.GuardSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='ab87e1fb94b847c514ab1ee941b77bfbab40dcf4', operation='UPDATE OR DELETE', pgid='pgtrigger_admin_change_is_kept_a4777', table='django_admin_log', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='adminchange',
            trigger=pgtrigger.compiler.Trigger(name='changes_in_admin_are_never_emptied', sql=portal.guards.GuardSql(func="RAISE EXCEPTION 'the table % is never emptied', TG_TABLE_NAME;", hash='d3d2acfc88443848c69a8cffda3199d863052bbe', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_changes_in_admin_are_never_emptied_b27c4', table='django_admin_log', when='BEFORE')),
        ),
    ])
