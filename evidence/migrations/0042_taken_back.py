"""What an author takes back is not sent back, and the audit log says so. Nothing changes in the database."""

from django.db import migrations, models

from portal.state_alone import InStateAlone


class Migration(migrations.Migration):

    dependencies = [
        ('evidence', '0041_indexes_of_searches'),
    ]

    operations = [InStateAlone([
        migrations.AlterField(
            model_name='auditentry',
            name='action',
            field=models.CharField(choices=[('made', 'Opened'), ('edited', 'Edited'), ('assigned', 'Assigned'), ('submitted', 'Submitted for review'), ('sent-back', 'Sent back'), ('taken-back', 'Taken back'), ('approved', 'Approved'), ('scheduled', 'Approved and scheduled'), ('checked', 'Checked: still true'), ('confirmed', 'Confirmed by the centre'), ('confirmation-undone', 'Confirmation taken back'), ('confirmation-lost', 'Confirmation lost'), ('emergency', 'Published in an emergency'), ('approved-afterwards', 'Approved after an emergency'), ('published', 'Published'), ('withdrawn', 'Withdrawn'), ('withdrawal-planned', 'Withdrawal planned'), ('withdrawal-cancelled', 'Withdrawal cancelled'), ('discarded', 'Discarded'), ('fact-check-asked', 'Fact check asked for'), ('fact-check-answered', 'Fact check answered'), ('fact-check-ended', 'Fact check ended'), ('page-change-settled', 'Change of its source page does not matter')], max_length=20, verbose_name='what was done'),
        ),
    ])]
