"""Job runs may be cancelled."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0008_job_runs_by_public_id'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='jobrun',
            name='jobrun_state',
        ),
        migrations.RemoveConstraint(
            model_name='jobrun',
            name='jobrun_finished',
        ),
        migrations.AddField(
            model_name='jobrun',
            name='stop_asked_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name='jobrun',
            name='state',
            field=models.CharField(choices=[('requested', 'waiting to run'), ('running', 'running'), ('succeeded', 'done'), ('failed', 'failed, will be tried again'), ('parked', 'parked, waits for a person'), ('cancelled', 'cancelled by a person')], default='requested', max_length=16),
        ),
        migrations.AddConstraint(
            model_name='jobrun',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['requested', 'running', 'succeeded', 'failed', 'parked', 'cancelled'])), name='jobrun_state'),
        ),
        migrations.AddConstraint(
            model_name='jobrun',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('finished_at__isnull', False), ('state__in', ['succeeded', 'failed', 'parked', 'cancelled'])), models.Q(('finished_at__isnull', True), ('state__in', ['requested', 'running'])), _connector='OR'), name='jobrun_finished'),
        ),
        migrations.AddConstraint(
            model_name='jobrun',
            constraint=models.CheckConstraint(condition=models.Q(('stop_asked_at__isnull', True), ('state__in', ['running', 'cancelled']), _connector='OR'), name='jobrun_stopping'),
        ),
    ]
