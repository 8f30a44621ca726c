"""Moves of contracts to another version of terms, which terms apply from when, and contracts that follow another.

Triggers keep what was signed, and which terms applied from when, for ever.
"""

from __future__ import annotations

import django.contrib.postgres.functions
import django.core.serializers.json
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

KEEP_TERMS = """
CREATE FUNCTION signing_keep_terms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.follows_id IS DISTINCT FROM OLD.follows_id
        OR OLD.signed_at IS NOT NULL AND (NEW.terms_public_id, NEW.terms_digest, NEW.agreed)
            IS DISTINCT FROM (OLD.terms_public_id, OLD.terms_digest, OLD.agreed)
    THEN
        RAISE EXCEPTION 'what was signed does not change' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""

GUARD_TERMS = """
CREATE TRIGGER keep_terms BEFORE UPDATE ON signing_contract FOR EACH ROW EXECUTE FUNCTION signing_keep_terms()
"""

KEEP_APPLIED = """
CREATE FUNCTION signing_keep_applied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'which terms applied from when does not change' USING ERRCODE = 'restrict_violation';
END $$
"""

GUARD_APPLIED = """
CREATE TRIGGER keep_applied BEFORE UPDATE OR DELETE ON signing_appliedterms
    FOR EACH ROW EXECUTE FUNCTION signing_keep_applied()
"""

REASONS = (
    ("client.signed_again", "client", "改签新版条款", "Signed the new terms", "switched"),
    ("broker.terms", "broker", "未签署新版条款", "The new terms were not signed", "terminated"),
)


def plant_reasons(apps, schema_editor):
    """Add the reasons below their parents."""
    node = apps.get_model("signing", "EndReasonNode")
    for code, parent, name, name_en, counts_as in REASONS:
        above = node.objects.get(code=parent)
        node.objects.create(code=code, parent=above, name=name, name_en=name_en, counts_as=counts_as)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_terms_moves'),
        ('catalogue', '0005_first_phrases'),
        ('signing', '0005_rematches'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AppliedTerms',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateField()),
                ('terms_public_id', models.UUIDField()),
                ('terms_digest', models.CharField(max_length=64)),
                ('agreed', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'terms applied to a contract',
                'ordering': ['since', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='TermsMove',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, unique=True)),
                ('needed', models.CharField(choices=[('silent', 'nothing is asked: no word differs, and nothing is worse'), ('notice', 'told beforehand, and free to leave without cost'), ('sign_again', 'only with a new signature')], max_length=16)),
                ('consent', models.CharField(choices=[('silent', 'nothing is asked: no word differs, and nothing is worse'), ('notice', 'told beforehand, and free to leave without cost'), ('sign_again', 'only with a new signature')], max_length=16)),
                ('days', models.PositiveSmallIntegerField()),
                ('after_due', models.CharField(choices=[('keep', 'the old terms stay'), ('end', 'the contract ends')], max_length=8)),
                ('state', models.CharField(choices=[('planned', 'planned; waits for a colleague'), ('confirmed', 'confirmed; not begun'), ('running', 'begun; clients are moved, told or asked'), ('finished', 'finished'), ('cancelled', 'cancelled; what had not moved stays as it was')], default='planned', max_length=16)),
                ('planned_at', models.DateTimeField()),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('cancelled_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': 'move to other terms',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='TermsMoveRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcome', models.CharField(choices=[('waiting', 'not looked at yet'), ('moved', 'the new terms apply'), ('told_waiting', 'told; the new terms apply from the day named'), ('asked_to_sign', 'asked to sign the new terms'), ('signed_again', 'the new terms were signed'), ('declined', 'left instead, or was ended as no signature came'), ('kept', 'the old terms stay')], default='waiting', max_length=16)),
                ('kept', models.CharField(blank=True, choices=[('ended', 'the contract ended'), ('paused', 'the client paused it'), ('suspended', 'it is suspended'), ('renewing', 'the client is being asked about another term'), ('rematching', 'the client is being asked to confirm that it still fits'), ('refused', 'the new terms do not fit the client'), ('other_terms', 'other terms apply to it by now'), ('unsigned', 'the new terms were not signed in time'), ('cancelled', 'the move was cancelled')], default='', max_length=16)),
                ('told_at', models.DateTimeField(null=True)),
                ('due_on', models.DateField(null=True)),
                ('settled_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': 'contract in a move to other terms',
            },
        ),
        migrations.RemoveConstraint(
            model_name='contract',
            name='contract_open_once',
        ),
        migrations.AddField(
            model_name='contract',
            name='follows',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='followers', to='signing.contract'),
        ),
        migrations.AddField(
            model_name='contract',
            name='other_terms_since',
            field=models.DateField(null=True),
        ),
        migrations.AddConstraint(
            model_name='contract',
            constraint=models.UniqueConstraint(condition=models.Q(('follows', None), ('state__in', ['active', 'cooling_off', 'draft', 'matched', 'paused', 'renewing', 'signed', 'suspended', 'warned'])), fields=('client', 'product', 'account'), name='contract_open_once'),
        ),
        migrations.AddConstraint(
            model_name='contract',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['active', 'cooling_off', 'draft', 'matched', 'paused', 'renewing', 'signed', 'suspended', 'warned'])), fields=('follows',), name='contract_followed_once'),
        ),
        migrations.AddField(
            model_name='appliedterms',
            name='contract',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='applied', to='signing.contract'),
        ),
        migrations.AddField(
            model_name='termsmove',
            name='after',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.termsversion'),
        ),
        migrations.AddField(
            model_name='termsmove',
            name='before',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.termsversion'),
        ),
        migrations.AddField(
            model_name='termsmove',
            name='cancelled_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='termsmove',
            name='confirmed_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='termsmove',
            name='planned_by',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='termsmove',
            name='product',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='terms_moves', to='catalogue.product'),
        ),
        migrations.AddField(
            model_name='termsmoverow',
            name='contract',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='terms_rows', to='signing.contract'),
        ),
        migrations.AddField(
            model_name='termsmoverow',
            name='move',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='rows', to='signing.termsmove'),
        ),
        migrations.AddField(
            model_name='appliedterms',
            name='row',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='applied', to='signing.termsmoverow'),
        ),
        migrations.AddConstraint(
            model_name='termsmove',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['confirmed', 'planned', 'running'])), fields=('product',), name='termsmove_one_open'),
        ),
        migrations.AddConstraint(
            model_name='termsmove',
            constraint=models.CheckConstraint(condition=models.Q(('after_due__in', ['keep', 'end']), ('state__in', ['planned', 'confirmed', 'running', 'finished', 'cancelled'])), name='termsmove_known'),
        ),
        migrations.AddConstraint(
            model_name='termsmove',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('consent__in', ['silent', 'notice', 'sign_again']), ('needed', 'silent')), models.Q(('consent__in', ['notice', 'sign_again']), ('needed', 'notice')), models.Q(('consent', 'sign_again'), ('needed', 'sign_again')), _connector='OR'), name='termsmove_never_milder'),
        ),
        migrations.AddConstraint(
            model_name='termsmove',
            constraint=models.CheckConstraint(condition=models.Q(('before', models.F('after')), _negated=True), name='termsmove_other_version'),
        ),
        migrations.AddConstraint(
            model_name='termsmove',
            constraint=models.CheckConstraint(condition=models.Q(('days__gte', 1)), name='termsmove_days'),
        ),
        migrations.AddConstraint(
            model_name='termsmove',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at', None), ('confirmed_by', None)), models.Q(('confirmed_at__isnull', False), ('confirmed_by__isnull', False)), _connector='OR'), name='termsmove_confirmed_pair'),
        ),
        migrations.AddConstraint(
            model_name='termsmove',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('cancelled_at', None), ('cancelled_by', None)), models.Q(('cancelled_at__isnull', False), ('cancelled_by__isnull', False)), _connector='OR'), name='termsmove_cancelled_pair'),
        ),
        migrations.AddConstraint(
            model_name='termsmove',
            constraint=models.CheckConstraint(condition=models.Q(('confirmed_by', None), models.Q(('confirmed_by', models.F('planned_by')), _negated=True), _connector='OR'), name='termsmove_two_people'),
        ),
        migrations.AddConstraint(
            model_name='termsmove',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('cancelled_at', None), ('confirmed_at', None), ('state', 'planned')), models.Q(('cancelled_at__isnull', False), ('state', 'cancelled')), models.Q(('cancelled_at', None), ('confirmed_at__isnull', False), ('state__in', ['confirmed', 'running', 'finished'])), _connector='OR'), name='termsmove_state_is_told'),
        ),
        migrations.AddIndex(
            model_name='termsmoverow',
            index=models.Index(fields=['move', 'outcome', 'kept'], name='termsmoverow_outcome'),
        ),
        migrations.AddConstraint(
            model_name='termsmoverow',
            constraint=models.UniqueConstraint(fields=('move', 'contract'), name='termsmoverow_once'),
        ),
        migrations.AddConstraint(
            model_name='termsmoverow',
            constraint=models.CheckConstraint(condition=models.Q(('outcome__in', ['waiting', 'moved', 'told_waiting', 'asked_to_sign', 'signed_again', 'declined', 'kept'])), name='termsmoverow_known'),
        ),
        migrations.AddConstraint(
            model_name='termsmoverow',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kept__in', ['ended', 'paused', 'suspended', 'renewing', 'rematching', 'refused', 'other_terms', 'unsigned', 'cancelled']), ('outcome', 'kept')), models.Q(models.Q(('outcome', 'kept'), _negated=True), ('kept', '')), _connector='OR'), name='termsmoverow_kept_with_reason'),
        ),
        migrations.AddConstraint(
            model_name='termsmoverow',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('due_on', None), ('outcome', 'waiting'), ('settled_at', None), ('told_at', None)), models.Q(('due_on__isnull', False), ('outcome__in', ['told_waiting', 'asked_to_sign']), ('told_at__isnull', False), ('settled_at', None)), models.Q(('outcome__in', ['moved', 'signed_again', 'declined', 'kept']), ('settled_at__isnull', False)), _connector='OR'), name='termsmoverow_outcome_is_told'),
        ),
        migrations.RunSQL(KEEP_TERMS, "DROP FUNCTION signing_keep_terms()"),
        migrations.RunSQL(GUARD_TERMS, "DROP TRIGGER keep_terms ON signing_contract"),
        migrations.RunSQL(KEEP_APPLIED, "DROP FUNCTION signing_keep_applied()"),
        migrations.RunSQL(GUARD_APPLIED, "DROP TRIGGER keep_applied ON signing_appliedterms"),
        migrations.RunPython(plant_reasons, migrations.RunPython.noop),
    ]
