"""How far a job run is, and that it may be parked at once."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='jobrun',
            name='state',
            field=models.CharField(choices=[('requested', 'waiting to run'), ('running', 'running'), ('succeeded', 'done'), ('failed', 'failed, will be tried again'), ('parked', 'parked, waits for a person')], default='requested', max_length=16),
        ),
        migrations.AddField(
            model_name='jobrun',
            name='progress_done',
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='jobrun',
            name='progress_total',
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='jobrun',
            name='progress_unit',
            field=models.CharField(blank=True, db_default='', default='', max_length=16),
        ),
        migrations.AddConstraint(
            model_name='jobrun',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('progress_done__isnull', True), ('progress_total__isnull', True)), ('progress_done__lte', models.F('progress_total')), _connector='OR'), name='jobrun_progress'),
        ),
    ]
