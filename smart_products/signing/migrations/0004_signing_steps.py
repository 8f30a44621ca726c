"""The steps of a signing; one that is done never changes."""

from __future__ import annotations

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


DONE_STEPS = """
CREATE FUNCTION signing_keep_done_steps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.done_at IS NOT NULL THEN
        RAISE EXCEPTION 'a step of a signing that is done never changes (%)', OLD.step USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_done_steps BEFORE UPDATE OR DELETE ON signing_signingstep
    FOR EACH ROW EXECUTE FUNCTION signing_keep_done_steps();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON signing_signingstep
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();
"""
UNDO = """
DROP TRIGGER no_truncate ON signing_signingstep;
DROP TRIGGER keep_done_steps ON signing_signingstep;
DROP FUNCTION signing_keep_done_steps();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('signing', '0003_contracts'),
    ]

    operations = [
        migrations.CreateModel(
            name='SigningStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('step', models.CharField(choices=[('esign_consent', 'consent to sign electronically'), ('suitability', 'suitability'), ('risk_disclosure', 'risk disclosure'), ('special_warning', 'special risk warning'), ('agreement', 'agreement'), ('signature', 'signature')], max_length=16)),
                ('language', models.CharField(max_length=2)),
                ('shown_at', models.DateTimeField()),
                ('done_at', models.DateTimeField(null=True)),
                ('acknowledged', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
                ('session', models.CharField(max_length=64)),
                ('device', models.CharField(max_length=300)),
                ('address', models.CharField(max_length=45)),
                ('contract', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='signing.contract')),
                ('document', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='signing.document')),
            ],
            options={
                'verbose_name': 'step of a signing',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('contract', 'step'), name='signingstep_once'), models.CheckConstraint(condition=models.Q(('language__in', ['zh', 'en']), ('step__in', ['esign_consent', 'suitability', 'risk_disclosure', 'special_warning', 'agreement', 'signature'])), name='signingstep_known'), models.CheckConstraint(condition=models.Q(('done_at__isnull', True), ('done_at__gte', models.F('shown_at')), _connector='OR'), name='signingstep_done_after_shown'), models.CheckConstraint(condition=models.Q(models.Q(('step__in', ['agreement', 'esign_consent', 'risk_disclosure', 'special_warning']), _negated=True), ('document__isnull', False), _connector='OR'), name='signingstep_has_paper')],
            },
        ),
        migrations.RunSQL(DONE_STEPS, UNDO),
    ]
