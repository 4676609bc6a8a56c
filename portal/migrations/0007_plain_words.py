"""What constraints answer, and what some fields are called. Nothing changes in the database."""

from django.conf import settings
from django.db import migrations, models

from portal.state_alone import InStateAlone


class Migration(migrations.Migration):

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('portal', '0006_the_owner_alone'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [InStateAlone([
        migrations.AlterConstraint(
            model_name='contentversion',
            name='content_version_is_one_row',
            constraint=models.CheckConstraint(condition=models.Q(('pk', 1)), name='content_version_is_one_row', violation_error_message='There is one content version only.'),
        ),
        migrations.AlterConstraint(
            model_name='notice',
            name='notice_is_closed_or_waits',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('state', 'waiting')), models.Q(models.Q(('state', 'waiting'), _negated=True), ('closed_at__isnull', False)), _connector='OR'), name='notice_is_closed_or_waits', violation_error_message='A notice that waits is not closed, and every other one says when it was.'),
        ),
        migrations.AlterConstraint(
            model_name='roleproposal',
            name='role_is_proposed_once_at_a_time',
            constraint=models.UniqueConstraint(condition=models.Q(('decided_at', None)), fields=('person', 'role'), name='role_is_proposed_once_at_a_time', violation_error_message='This role is proposed for this person already.'),
        ),
        migrations.AlterConstraint(
            model_name='roleproposal',
            name='role_is_given_by_two_others',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('proposed_by', models.F('person')), _negated=True), models.Q(('given', False), models.Q(('decided_by__isnull', False), models.Q(('decided_by', models.F('person')), _negated=True), models.Q(('decided_by', models.F('proposed_by')), _negated=True)), _connector='OR')), name='role_is_given_by_two_others', violation_error_message='One person proposes a role and another gives it, and neither is the one who gets it.'),
        ),
    ])]
