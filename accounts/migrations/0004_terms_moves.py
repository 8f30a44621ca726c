"""Notices of new terms: coming, to sign, applied, or not after all."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_notices'),
        ('core', '0003_outbox'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='notice',
            name='notice_kind',
        ),
        migrations.AlterField(
            model_name='notice',
            name='kind',
            field=models.CharField(choices=[('signed', 'signed'), ('withdrawn', 'withdrawn'), ('paused', 'paused'), ('resumed', 'resumed'), ('suspended', 'suspended'), ('released', 'released'), ('rematched', 'matched again'), ('renewed', 'renewed'), ('expiring', 'about to end'), ('expired', 'expired'), ('terminated', 'terminated'), ('cooling_off_ended', 'cooling-off period over'), ('terms_told', 'new terms are coming'), ('terms_to_sign', 'new terms to sign'), ('terms_moved', 'new terms apply'), ('terms_kept', 'the old terms stay'), ('code', 'one-time code')], max_length=32),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['signed', 'withdrawn', 'paused', 'resumed', 'suspended', 'released', 'rematched', 'renewed', 'expiring', 'expired', 'terminated', 'cooling_off_ended', 'terms_told', 'terms_to_sign', 'terms_moved', 'terms_kept', 'code'])), name='notice_kind'),
        ),
    ]
