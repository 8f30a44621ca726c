"""When the schedule last gave a sign of life."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0009_job_runs_cancelled'),
    ]

    operations = [
        migrations.CreateModel(
            name='ScheduleSign',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'sign of the schedule',
                'verbose_name_plural': 'signs of the schedule',
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='schedulesign_once')],
            },
        ),
    ]
