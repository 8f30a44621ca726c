"""The first tables of this app, with the triggers that guard them."""

from __future__ import annotations

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.functions
import django.core.serializers.json
import django.db.models.deletion
import django.db.models.functions.comparison
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models


APPEND_ONLY = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change()
"""

NEVER_DELETED = """
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change()
"""

# Arguments in pairs: a move of `state` that is allowed, and the columns that it may write.
ONLY_MOVES = """
CREATE FUNCTION suitability_only_moves() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    pair integer := 0;
    written text[];
BEGIN
    WHILE pair < TG_NARGS LOOP
        written := string_to_array(TG_ARGV[pair + 1], ',');
        IF OLD.state || '>' || NEW.state = TG_ARGV[pair]
           AND to_jsonb(OLD) - written = to_jsonb(NEW) - written THEN
            RETURN NEW;
        END IF;
        pair := pair + 2;
    END LOOP;
    RAISE EXCEPTION 'this change of % is refused: % to %', TG_TABLE_NAME, OLD.state, NEW.state
        USING ERRCODE = 'restrict_violation';
END $$
"""

MOVES_ALONE = """
CREATE TRIGGER moves_alone BEFORE UPDATE ON {table}
    FOR EACH ROW EXECUTE FUNCTION suitability_only_moves({moves})
"""

VERSION = {
    "draft>published": "state,valid_from,published_at,published_by",
    "draft>discarded": "state,discarded_at,discarded_by",
}
EVIDENCE = {
    "submitted>accepted": "state,reviewed_at,reviewed_by",
    "submitted>refused": "state,reviewed_at,reviewed_by",
    "accepted>ended": "state,ended_on,ended_at,ended_by",
}
MOVING = {
    "suitability_questionnaireversion": VERSION,
    "suitability_matchingrules": VERSION,
    "suitability_professionalstatus": EVIDENCE,
}


def guards() -> list[migrations.RunSQL]:
    """Return the triggers: what was answered and decided stays, what is published moves by its table alone."""
    made = [
        migrations.RunSQL(APPEND_ONLY.format(table=table), f"DROP TRIGGER append_only ON {table}")
        for table in ("suitability_assessment", "suitability_decision")
    ]
    for table, allowed in MOVING.items():
        moves = ", ".join(f"'{move}', '{written}'" for move, written in allowed.items())
        made += [
            migrations.RunSQL(NEVER_DELETED.format(table=table), f"DROP TRIGGER never_deleted ON {table}"),
            migrations.RunSQL(MOVES_ALONE.format(table=table, moves=moves), f"DROP TRIGGER moves_alone ON {table}"),
        ]
    return made


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('core', '0001_initial'),
        ('accounts', '0001_initial'),
        ('catalogue', '0003_room_for_62'),
    ]

    operations = [
        BtreeGistExtension(),
        migrations.CreateModel(
            name='MatchingRules',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(unique=True)),
                ('content', models.JSONField()),
                ('digest', models.CharField(max_length=64)),
                ('state', models.CharField(choices=[('draft', 'draft, waits for a second person'), ('published', 'published'), ('discarded', 'discarded')], default='draft', max_length=16)),
                ('valid_from', models.DateField(null=True)),
                ('drafted_at', models.DateTimeField()),
                ('drafted_by', models.CharField(max_length=170)),
                ('published_at', models.DateTimeField(null=True)),
                ('published_by', models.CharField(max_length=170, null=True)),
                ('discarded_at', models.DateTimeField(null=True)),
                ('discarded_by', models.CharField(max_length=170, null=True)),
            ],
            options={
                'verbose_name': 'version of the matching rules',
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'published', 'discarded'])), name='matchingrules_state'), models.CheckConstraint(condition=models.Q(('digest__regex', '^[0-9a-f]{64}$')), name='matchingrules_digest'), models.CheckConstraint(condition=models.Q(models.Q(('published_at__isnull', False), ('published_by__isnull', False), ('state', 'published'), ('valid_from__isnull', False)), models.Q(models.Q(('state', 'published'), _negated=True), ('published_at', None), ('published_by', None), ('valid_from', None)), _connector='OR'), name='matchingrules_published'), models.CheckConstraint(condition=models.Q(models.Q(('discarded_at__isnull', False), ('discarded_by__isnull', False), ('state', 'discarded')), models.Q(models.Q(('state', 'discarded'), _negated=True), ('discarded_at', None), ('discarded_by', None)), _connector='OR'), name='matchingrules_discarded'), models.CheckConstraint(condition=models.Q(('published_by', None), models.Q(('published_by', models.F('drafted_by')), _negated=True), _connector='OR'), name='matchingrules_two_people')],
            },
        ),
        migrations.CreateModel(
            name='QuestionnaireVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(unique=True)),
                ('content', models.JSONField()),
                ('digest', models.CharField(max_length=64)),
                ('state', models.CharField(choices=[('draft', 'draft, waits for a second person'), ('published', 'published'), ('discarded', 'discarded')], default='draft', max_length=16)),
                ('valid_from', models.DateField(null=True)),
                ('drafted_at', models.DateTimeField()),
                ('drafted_by', models.CharField(max_length=170)),
                ('published_at', models.DateTimeField(null=True)),
                ('published_by', models.CharField(max_length=170, null=True)),
                ('discarded_at', models.DateTimeField(null=True)),
                ('discarded_by', models.CharField(max_length=170, null=True)),
            ],
            options={
                'verbose_name': 'version of the questionnaire',
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'published', 'discarded'])), name='questionnaireversion_state'), models.CheckConstraint(condition=models.Q(('digest__regex', '^[0-9a-f]{64}$')), name='questionnaireversion_digest'), models.CheckConstraint(condition=models.Q(models.Q(('published_at__isnull', False), ('published_by__isnull', False), ('state', 'published'), ('valid_from__isnull', False)), models.Q(models.Q(('state', 'published'), _negated=True), ('published_at', None), ('published_by', None), ('valid_from', None)), _connector='OR'), name='questionnaireversion_published'), models.CheckConstraint(condition=models.Q(models.Q(('discarded_at__isnull', False), ('discarded_by__isnull', False), ('state', 'discarded')), models.Q(models.Q(('state', 'discarded'), _negated=True), ('discarded_at', None), ('discarded_by', None)), _connector='OR'), name='questionnaireversion_discarded'), models.CheckConstraint(condition=models.Q(('published_by', None), models.Q(('published_by', models.F('drafted_by')), _negated=True), _connector='OR'), name='questionnaireversion_two_people')],
            },
        ),
        migrations.CreateModel(
            name='Assessment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, unique=True)),
                ('answers', models.JSONField()),
                ('declined', models.BooleanField()),
                ('points', models.PositiveIntegerField(null=True)),
                ('risk_class', models.CharField(blank=True, choices=[('C1', 'C1'), ('C2', 'C2'), ('C3', 'C3'), ('C4', 'C4'), ('C5', 'C5')], db_default='', default='', max_length=2)),
                ('protected', models.BooleanField(db_default=False, default=False)),
                ('assessed_on', models.DateField()),
                ('expires_on', models.DateField(null=True)),
                ('at', models.DateTimeField()),
                ('client', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='assessments', to='accounts.client')),
                ('rules', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='suitability.matchingrules')),
                ('questionnaire', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='suitability.questionnaireversion')),
            ],
            options={
                'verbose_name': 'assessment',
            },
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, unique=True)),
                ('terms_public_id', models.UUIDField()),
                ('terms_digest', models.CharField(max_length=64)),
                ('risk_level', models.CharField(max_length=16)),
                ('regulatory_class', models.CharField(max_length=16)),
                ('inputs', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('risk_class', models.CharField(blank=True, choices=[('C1', 'C1'), ('C2', 'C2'), ('C3', 'C3'), ('C4', 'C4'), ('C5', 'C5')], db_default='', default='', max_length=2)),
                ('protected', models.BooleanField()),
                ('investor_class', models.CharField(choices=[('ordinary', 'ordinary investor'), ('professional', 'professional investor')], max_length=16)),
                ('digest', models.CharField(max_length=64)),
                ('outcome', models.CharField(choices=[('fit', 'fits'), ('warning', 'may go on after a special written warning'), ('refused', 'refused')], max_length=16)),
                ('reasons', models.JSONField()),
                ('thinking_hours', models.PositiveSmallIntegerField()),
                ('follow_up', models.BooleanField()),
                ('decided_on', models.DateField()),
                ('at', models.DateTimeField()),
                ('assessment', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='suitability.assessment')),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='accounts.client')),
                ('product', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.product')),
                ('rules', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='suitability.matchingrules')),
            ],
            options={
                'verbose_name': 'matching decision',
                'constraints': [models.CheckConstraint(condition=models.Q(('outcome__in', ['fit', 'warning', 'refused'])), name='decision_outcome'), models.CheckConstraint(condition=models.Q(('terms_digest__regex', '^[0-9a-f]{64}$')), name='decision_terms_digest'), models.CheckConstraint(condition=models.Q(('digest__regex', '^[0-9a-f]{64}$')), name='decision_digest'), models.CheckConstraint(condition=models.Q(('risk_class__in', ['C1', 'C2', 'C3', 'C4', 'C5', ''])), name='decision_risk'), models.CheckConstraint(condition=models.Q(('investor_class__in', ['ordinary', 'professional'])), name='decision_investor'), models.CheckConstraint(condition=models.Q(('protected', False), ('outcome', 'refused'), ('risk_level', 'R1'), _connector='OR'), name='decision_protected_stays_below')],
            },
        ),
        migrations.CreateModel(
            name='ProfessionalStatus',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, unique=True)),
                ('since', models.DateField()),
                ('until', models.DateField()),
                ('evidence', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=64), size=None)),
                ('state', models.CharField(choices=[('submitted', 'submitted, waits for a second person'), ('accepted', 'accepted'), ('refused', 'refused'), ('ended', 'ended before its time')], default='submitted', max_length=16)),
                ('submitted_at', models.DateTimeField()),
                ('submitted_by', models.CharField(max_length=170)),
                ('reviewed_at', models.DateTimeField(null=True)),
                ('reviewed_by', models.CharField(max_length=170, null=True)),
                ('ended_on', models.DateField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_by', models.CharField(max_length=170, null=True)),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='professional_statuses', to='accounts.client')),
            ],
            options={
                'verbose_name': 'evidence of a professional investor',
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['submitted', 'accepted', 'refused', 'ended'])), name='professional_state'), models.CheckConstraint(condition=models.Q(('until__gt', models.F('since'))), name='professional_until_after_since'), models.CheckConstraint(condition=models.Q(('evidence__len__gte', 1)), name='professional_has_evidence'), models.CheckConstraint(condition=models.Q(models.Q(('reviewed_at', None), ('reviewed_by', None), ('state', 'submitted')), models.Q(models.Q(('state', 'submitted'), _negated=True), ('reviewed_at__isnull', False), ('reviewed_by__isnull', False)), _connector='OR'), name='professional_reviewed'), models.CheckConstraint(condition=models.Q(('reviewed_by', None), models.Q(('reviewed_by', models.F('submitted_by')), _negated=True), _connector='OR'), name='professional_two_people'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', False), ('ended_by__isnull', False), ('ended_on__gte', models.F('since')), ('ended_on__isnull', False), ('ended_on__lt', models.F('until')), ('state', 'ended')), models.Q(models.Q(('state', 'ended'), _negated=True), ('ended_at', None), ('ended_by', None), ('ended_on', None)), _connector='OR'), name='professional_ended'), models.UniqueConstraint(condition=models.Q(('state', 'submitted')), fields=('client',), name='professional_one_under_review'), django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('state__in', ['accepted', 'ended'])), expressions=[('client', '='), (models.Func(models.F('since'), django.db.models.functions.comparison.Coalesce(models.F('ended_on'), models.F('until')), function='daterange', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='professional_no_overlap')],
            },
        ),
        migrations.AddIndex(
            model_name='assessment',
            index=models.Index(fields=['client', '-assessed_on', '-id'], name='assessment_latest'),
        ),
        migrations.AddConstraint(
            model_name='assessment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('declined', False), ('expires_on__gte', models.F('assessed_on')), ('expires_on__isnull', False), ('points__isnull', False), ('risk_class__in', ['C1', 'C2', 'C3', 'C4', 'C5'])), models.Q(('declined', True), ('expires_on', None), ('points', None), ('protected', False), ('risk_class', '')), _connector='OR'), name='assessment_scored_or_declined'),
        ),
        migrations.AddConstraint(
            model_name='assessment',
            constraint=models.CheckConstraint(condition=models.Q(('protected', False), ('risk_class', 'C1'), _connector='OR'), name='assessment_protected_is_lowest'),
        ),
        migrations.RunSQL(ONLY_MOVES, "DROP FUNCTION suitability_only_moves()"),
        *guards(),
    ]
