"""Places of events in the log that others read; what was sorted before has its place by its number."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


FILL = """
INSERT INTO core_outboxplace (position, event_id)
SELECT row_number() OVER (ORDER BY e.id), e.id
FROM core_outboxevent e JOIN core_outboxreceipt r ON r.event_id = e.id AND r.handler = ''
WHERE r.absorbed_at IS NOT NULL OR r.parked_at IS NOT NULL
"""

APPEND_ONLY = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON core_outboxplace
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change()
"""


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0011_kept_answers'),
    ]

    operations = [
        migrations.CreateModel(
            name='OutboxPlace',
            fields=[
                ('position', models.BigIntegerField(primary_key=True, serialize=False)),
            ],
            options={
                'verbose_name': 'place of an outbox event',
                'verbose_name_plural': 'places of outbox events',
                'ordering': ['position'],
            },
        ),
        migrations.AddField(
            model_name='outboxevent',
            name='place',
            field=models.CharField(blank=True, db_default='', default='', max_length=200),
        ),
        migrations.AddConstraint(
            model_name='outboxevent',
            constraint=models.CheckConstraint(condition=models.Q(('place', ''), ('place__endswith', '.'), _connector='OR'), name='outbox_place_closed'),
        ),
        migrations.AddField(
            model_name='outboxplace',
            name='event',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='log', to='core.outboxevent'),
        ),
        migrations.AddConstraint(
            model_name='outboxplace',
            constraint=models.CheckConstraint(condition=models.Q(('position__gte', 1)), name='outboxplace_counts_from_1'),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL(APPEND_ONLY, "DROP TRIGGER append_only ON core_outboxplace"),
    ]
