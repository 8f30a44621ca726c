"""Contracts with their states, pauses, charges and refunds, what a feed said against them, and reasons of an end.

Triggers refuse every move that is not listed here, a change of what was signed, and a refund above its charge.
"""

from __future__ import annotations

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.functions
import django.core.serializers.json
import django.db.models.deletion
from django.db import migrations, models

MOVES = {
    "draft": "matched refused abandoned",
    "matched": "refused warned signed abandoned",
    "warned": "matched refused signed abandoned",
    "signed": "cooling_off active suspended terminated expired withdrawn",
    "cooling_off": "active suspended terminated expired withdrawn",
    "active": "paused suspended renewing terminated expired",
    "paused": "active suspended terminated expired",
    "suspended": "cooling_off active terminated expired withdrawn",
    "renewing": "active suspended terminated expired",
}

SERVICE_MOVES = {
    "waiting": "running suspended ended",
    "running": "paused suspended ended",
    "paused": "running suspended ended",
    "suspended": "running ended",
}

BILLING_MOVES = {
    "idle": "charging held closed",
    "charging": "held closed refunded",
    "held": "charging closed refunded",
}


def pairs(moves):
    """The moves as an array of PostgreSQL."""
    return "ARRAY[" + ", ".join(f"'{old}>{new}'" for old, many in moves.items() for new in many.split()) + "]"


CHECK_MOVE = f"""
CREATE FUNCTION signing_check_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a contract is kept' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF (NEW.state, NEW.service_state, NEW.billing_state) IS DISTINCT FROM ('draft', 'waiting', 'idle') THEN
            RAISE EXCEPTION 'a contract begins as a draft' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.state <> OLD.state AND NOT OLD.state || '>' || NEW.state = ANY ({pairs(MOVES)})
        OR NEW.service_state <> OLD.service_state
            AND NOT OLD.service_state || '>' || NEW.service_state = ANY ({pairs(SERVICE_MOVES)})
        OR NEW.billing_state <> OLD.billing_state
            AND NOT OLD.billing_state || '>' || NEW.billing_state = ANY ({pairs(BILLING_MOVES)})
    THEN
        RAISE EXCEPTION 'illegal move of a contract: % % % to % % %', OLD.state, OLD.service_state,
            OLD.billing_state, NEW.state, NEW.service_state, NEW.billing_state USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.public_id, NEW.number, NEW.client_id, NEW.product_id, NEW.account_id, NEW.opened_at)
        IS DISTINCT FROM (OLD.public_id, OLD.number, OLD.client_id, OLD.product_id, OLD.account_id, OLD.opened_at)
        OR OLD.signed_at IS NOT NULL AND
            (NEW.decision, NEW.outcome, NEW.warned_at, NEW.papers, NEW.signature, NEW.subscription_id, NEW.signed_at,
             NEW.signed_on, NEW.cooling_off_until)
            IS DISTINCT FROM (OLD.decision, OLD.outcome, OLD.warned_at, OLD.papers, OLD.signature,
                              OLD.subscription_id, OLD.signed_at, OLD.signed_on, OLD.cooling_off_until)
        OR OLD.ended_on IS NOT NULL AND
            (NEW.ended_on, NEW.end_reason_id) IS DISTINCT FROM (OLD.ended_on, OLD.end_reason_id)
    THEN
        RAISE EXCEPTION 'what was signed or ended does not change' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""

GUARD_MOVES = """
CREATE TRIGGER check_move BEFORE INSERT OR UPDATE OR DELETE ON signing_contract
    FOR EACH ROW EXECUTE FUNCTION signing_check_move()
"""

# An instruction is only added; that it was exported is added to it once.
CHECK_INSTRUCTION = """
CREATE FUNCTION signing_check_instruction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.export_id IS NOT NULL
        OR to_jsonb(NEW) - 'export_id' IS DISTINCT FROM to_jsonb(OLD) - 'export_id'
    THEN
        RAISE EXCEPTION 'an instruction to settlement does not change' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""

GUARD_INSTRUCTIONS = """
CREATE TRIGGER check_instruction BEFORE UPDATE OR DELETE ON signing_{table}
    FOR EACH ROW EXECUTE FUNCTION signing_check_instruction()
"""

CHECK_REFUND = """
CREATE FUNCTION signing_check_refund() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.amount_fen > (SELECT amount_fen FROM signing_charge WHERE id = NEW.charge_id) THEN
        RAISE EXCEPTION 'a refund is at most its charge' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
"""

GUARD_REFUNDS = """
CREATE TRIGGER check_refund BEFORE INSERT ON signing_refund FOR EACH ROW EXECUTE FUNCTION signing_check_refund()
"""

# Code, code of the parent, both names, what a leaf counts as, and whether a client may choose it.
REASONS = (
    ("client", "", "客户提出", "By the client", "", True),
    ("client.cooling_off", "client", "冷静期内撤回", "Withdrawn within the cooling-off period", "withdrawn", False),
    ("client.cost", "client", "费用偏高", "It costs too much", "terminated", True),
    ("client.unused", "client", "用不上", "Not used", "terminated", True),
    ("client.results", "client", "效果未达预期", "Results below expectation", "terminated", True),
    ("client.hard", "client", "操作复杂", "Hard to use", "terminated", True),
    ("client.risk", "client", "风险承受能力变化", "Can bear less risk than before", "terminated", True),
    ("client.other", "client", "其他原因", "Another reason", "terminated", True),
    ("client.switched", "client", "改签其他产品", "Switched to another product", "switched", True),
    ("broker", "", "公司提出", "By the broker", "", False),
    ("broker.unsuitable", "broker", "适当性不再匹配", "No longer suitable", "terminated", False),
    ("broker.breach", "broker", "违反协议约定", "Breach of the agreement", "terminated", False),
    ("broker.elsewhere", "broker", "以其他渠道签约为准", "Another signing stands instead", "switched", False),
    ("broker.retired", "broker", "产品下线", "The product was retired", "product_retired", False),
    ("event", "", "客观事由", "By an event", "", False),
    ("event.expired", "event", "协议到期", "The agreed term has ended", "expired", False),
    ("event.account_closed", "event", "资金账户销户", "The asset account was closed", "account_closed", False),
    ("event.deceased", "event", "客户身故", "The client died", "deceased", False),
)


def plant_reasons(apps, schema_editor):
    """Add the reasons, parents first."""
    node = apps.get_model("signing", "EndReasonNode")
    planted = {"": None}
    for code, parent, name, name_en, counts_as, for_clients in REASONS:
        planted[code] = node.objects.create(
            code=code, parent=planted[parent], name=name, name_en=name_en, counts_as=counts_as,
            for_clients=for_clients,
        )


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('catalogue', '0003_room_for_62'),
        ('signing', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Contract',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, unique=True)),
                ('number', models.CharField(max_length=32, unique=True)),
                ('terms_public_id', models.UUIDField()),
                ('terms_digest', models.CharField(max_length=64)),
                ('agreed', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('state', models.CharField(choices=[('draft', 'begun; suitability not yet decided'), ('matched', 'suitability decided; not yet signed'), ('refused', 'refused: the product does not fit the client'), ('warned', 'the special risk warning was read and acknowledged; not yet signed'), ('signed', 'signed; the service has not started'), ('cooling_off', 'in force, within the cooling-off period'), ('active', 'in force'), ('paused', 'paused by the client until a day'), ('suspended', 'suspended by the broker until the client confirms again'), ('renewing', 'in force, and the client is asked about another term'), ('terminated', 'ended before its agreed end'), ('expired', 'ran to its agreed end'), ('withdrawn', 'withdrawn within the cooling-off period'), ('abandoned', 'given up before it was signed')], default='draft', max_length=16)),
                ('service_state', models.CharField(choices=[('waiting', 'the service has not started'), ('running', 'the service runs'), ('paused', "the service rests at the client's wish"), ('suspended', 'the service is withheld by the broker'), ('ended', 'the service has ended')], default='waiting', max_length=16)),
                ('billing_state', models.CharField(choices=[('idle', 'nothing has been charged'), ('charging', 'fees are charged by the schedule'), ('held', 'no new fee is charged for the time being'), ('closed', 'no fee will be charged any more'), ('refunded', 'all fees were refunded')], default='idle', max_length=16)),
                ('opened_at', models.DateTimeField()),
                ('decision', models.UUIDField(null=True)),
                ('outcome', models.CharField(blank=True, choices=[('fit', 'fits'), ('warning', 'does not fit; only after a special written warning'), ('refused', 'may not be signed')], default='', max_length=16)),
                ('warned_at', models.DateTimeField(null=True)),
                ('papers', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=64), default=list, size=None)),
                ('signature', models.CharField(blank=True, default='', max_length=128)),
                ('signed_at', models.DateTimeField(null=True)),
                ('signed_on', models.DateField(null=True)),
                ('effective_on', models.DateField(null=True)),
                ('cooling_off_until', models.DateField(null=True)),
                ('expires_on', models.DateField(null=True)),
                ('expiry_told_on', models.DateField(null=True)),
                ('terms_run', models.PositiveSmallIntegerField(default=1)),
                ('paused_on', models.DateField(null=True)),
                ('paused_until', models.DateField(null=True)),
                ('ended_on', models.DateField(null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contracts', to='accounts.assetaccount')),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contracts', to='accounts.client')),
                ('product', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='contracts', to='catalogue.product')),
                ('subscription', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='contract', to='signing.subscription')),
            ],
            options={
                'verbose_name': 'contract',
            },
        ),
        migrations.CreateModel(
            name='Charge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=200, unique=True)),
                ('fee', models.CharField(max_length=64)),
                ('terms_digest', models.CharField(max_length=64)),
                ('first', models.DateField()),
                ('until', models.DateField()),
                ('amount_fen', models.BigIntegerField()),
                ('business_date', models.DateField()),
                ('at', models.DateTimeField()),
                ('contract', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='charges', to='signing.contract')),
            ],
            options={
                'verbose_name': 'charge',
            },
        ),
        migrations.CreateModel(
            name='EndReasonNode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=64, unique=True)),
                ('name', models.CharField(max_length=200)),
                ('name_en', models.CharField(max_length=200)),
                ('counts_as', models.CharField(blank=True, choices=[('account_closed', 'the asset account was closed'), ('withdrawn', 'withdrawn within the cooling-off period'), ('deceased', 'the client died'), ('terminated', 'terminated by the client or the broker'), ('switched', 'switched to another product'), ('expired', 'ran to its agreed end'), ('product_retired', 'the product was retired'), ('not_observed', 'observation ended; the client did not end it')], default='', max_length=16)),
                ('for_clients', models.BooleanField(default=False)),
                ('active', models.BooleanField(default=True)),
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='signing.endreasonnode')),
            ],
            options={
                'verbose_name': 'reason of an end',
                'ordering': ['code'],
            },
        ),
        migrations.AddField(
            model_name='contract',
            name='end_reason',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='signing.endreasonnode'),
        ),
        migrations.CreateModel(
            name='Pause',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateField()),
                ('until', models.DateField()),
                ('ended_on', models.DateField(null=True)),
                ('contract', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pauses', to='signing.contract')),
            ],
            options={
                'verbose_name': 'pause of a contract',
            },
        ),
        migrations.CreateModel(
            name='ServiceSpan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateField()),
                ('until', models.DateField(null=True)),
                ('contract', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='spans', to='signing.contract')),
            ],
            options={
                'verbose_name': 'days of service',
            },
        ),
        migrations.CreateModel(
            name='SetAside',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=64)),
                ('code', models.CharField(max_length=64)),
                ('reason', models.CharField(choices=[('signed_here', 'the client signed the same product over the same account here')], default='signed_here', max_length=16)),
                ('start', models.DateField()),
                ('end', models.DateField(null=True)),
                ('end_reason', models.CharField(blank=True, default='', max_length=16)),
                ('inferred', models.BooleanField(default=False)),
                ('recorded_at', models.DateTimeField()),
                ('set_aside_at', models.DateTimeField()),
                ('choice', models.CharField(blank=True, choices=[('kept_ours', 'ours stands, the row of the feed is left out'), ('took_theirs', 'the row of the feed stands, ours ended when it starts'), ('cleared', 'the feed or the contract changed, and they no longer overlap')], default='', max_length=16)),
                ('decided_at', models.DateTimeField(null=True)),
                ('decided_by', models.CharField(max_length=150, null=True)),
                ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.assetaccount')),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.client')),
                ('contract', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='aside', to='signing.contract')),
                ('product', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.product')),
            ],
            options={
                'verbose_name': 'subscription set aside',
            },
        ),
        migrations.CreateModel(
            name='SettlementExport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(unique=True)),
                ('business_date', models.DateField()),
                ('made_at', models.DateTimeField()),
                ('made_by', models.CharField(max_length=150)),
                ('sha256', models.CharField(max_length=64)),
                ('charges', models.PositiveIntegerField()),
                ('charged_fen', models.BigIntegerField()),
                ('refunds', models.PositiveIntegerField()),
                ('refunded_fen', models.BigIntegerField()),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('confirmed_by', models.CharField(max_length=150, null=True)),
            ],
            options={
                'verbose_name': 'export to settlement',
                'ordering': ['number'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at__isnull', True), ('confirmed_by__isnull', True)), models.Q(('confirmed_at__isnull', False), ('confirmed_by__isnull', False)), _connector='OR'), name='settlement_confirmed'), models.CheckConstraint(condition=models.Q(('charged_fen__gte', 0), ('refunded_fen__gte', 0)), name='settlement_amounts')],
            },
        ),
        migrations.CreateModel(
            name='Refund',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount_fen', models.BigIntegerField()),
                ('business_date', models.DateField()),
                ('at', models.DateTimeField()),
                ('charge', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='refund', to='signing.charge')),
                ('export', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='signing.settlementexport')),
            ],
            options={
                'verbose_name': 'refund',
            },
        ),
        migrations.AddField(
            model_name='charge',
            name='export',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='signing.settlementexport'),
        ),
        migrations.AddConstraint(
            model_name='endreasonnode',
            constraint=models.CheckConstraint(condition=models.Q(('counts_as__in', ['', 'account_closed', 'withdrawn', 'deceased', 'terminated', 'switched', 'expired', 'product_retired', 'not_observed'])), name='endreason_counts_as'),
        ),
        migrations.AddConstraint(
            model_name='endreasonnode',
            constraint=models.CheckConstraint(condition=models.Q(('parent__isnull', True), models.Q(('parent', models.F('id')), _negated=True), _connector='OR'), name='endreason_not_its_own_parent'),
        ),
        migrations.AddIndex(
            model_name='contract',
            index=models.Index(fields=['state', 'expires_on'], name='contract_state'),
        ),
        migrations.AddConstraint(
            model_name='contract',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['active', 'cooling_off', 'draft', 'matched', 'paused', 'renewing', 'signed', 'suspended', 'warned'])), fields=('client', 'product', 'account'), name='contract_open_once'),
        ),
        migrations.AddConstraint(
            model_name='contract',
            constraint=models.CheckConstraint(condition=models.Q(('billing_state__in', ['idle', 'charging', 'held', 'closed', 'refunded']), ('outcome__in', ['', 'fit', 'warning', 'refused']), ('service_state__in', ['waiting', 'running', 'paused', 'suspended', 'ended']), ('state__in', ['draft', 'matched', 'refused', 'warned', 'signed', 'cooling_off', 'active', 'paused', 'suspended', 'renewing', 'terminated', 'expired', 'withdrawn', 'abandoned'])), name='contract_states'),
        ),
        migrations.AddConstraint(
            model_name='contract',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('signed_at__isnull', False), ('signed_on__isnull', False), ('state__in', ['active', 'cooling_off', 'expired', 'paused', 'renewing', 'signed', 'suspended', 'terminated', 'withdrawn']), ('decision__isnull', False), ('papers__len__gt', 0), ('subscription__isnull', False), models.Q(('signature', ''), _negated=True)), models.Q(models.Q(('state__in', ['active', 'cooling_off', 'expired', 'paused', 'renewing', 'signed', 'suspended', 'terminated', 'withdrawn']), _negated=True), ('signed_at__isnull', True), ('signed_on__isnull', True), ('effective_on__isnull', True), ('signature', ''), ('subscription__isnull', True)), _connector='OR'), name='contract_signed_with_proof'),
        ),
        migrations.AddConstraint(
            model_name='contract',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome', ''), ('state', 'draft')), ('state', 'abandoned'), models.Q(('decision__isnull', False), ('outcome', 'refused'), ('state', 'refused')), models.Q(('decision__isnull', False), ('outcome__in', ['fit', 'warning']), ('state', 'matched')), models.Q(('decision__isnull', False), ('outcome', 'warning'), ('state', 'warned'), ('warned_at__isnull', False)), models.Q(('outcome', 'fit'), ('state__in', ['active', 'cooling_off', 'expired', 'paused', 'renewing', 'signed', 'suspended', 'terminated', 'withdrawn'])), models.Q(('outcome', 'warning'), ('state__in', ['active', 'cooling_off', 'expired', 'paused', 'renewing', 'signed', 'suspended', 'terminated', 'withdrawn']), ('warned_at__isnull', False)), _connector='OR'), name='contract_outcome'),
        ),
        migrations.AddConstraint(
            model_name='contract',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('end_reason__isnull', False), ('ended_on__gte', models.F('signed_on')), ('state__in', ['expired', 'terminated', 'withdrawn'])), models.Q(models.Q(('state__in', ['expired', 'terminated', 'withdrawn']), _negated=True), ('end_reason__isnull', True), ('ended_on__isnull', True)), _connector='OR'), name='contract_ended_with_reason'),
        ),
        migrations.AddConstraint(
            model_name='contract',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('paused_on__isnull', False), ('paused_until__gt', models.F('paused_on')), ('state', 'paused')), models.Q(models.Q(('state', 'paused'), _negated=True), ('paused_on__isnull', True), ('paused_until__isnull', True)), _connector='OR'), name='contract_paused_until'),
        ),
        migrations.AddConstraint(
            model_name='contract',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['cooling_off', 'withdrawn']), _negated=True), ('cooling_off_until__gte', models.F('signed_on')), _connector='OR'), name='contract_cools_off_until'),
        ),
        migrations.AddConstraint(
            model_name='contract',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'withdrawn'), _negated=True), ('ended_on__lte', models.F('cooling_off_until')), _connector='OR'), name='contract_withdrawn_in_time'),
        ),
        migrations.AddConstraint(
            model_name='contract',
            constraint=models.CheckConstraint(condition=models.Q(('expires_on__isnull', True), ('expires_on__gt', models.F('signed_on')), _connector='OR'), name='contract_expires_later'),
        ),
        migrations.AddConstraint(
            model_name='pause',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_on__isnull', True)), fields=('contract',), name='pause_open_once'),
        ),
        migrations.AddConstraint(
            model_name='pause',
            constraint=models.CheckConstraint(condition=models.Q(('until__gt', models.F('since'))), name='pause_until_after_since'),
        ),
        migrations.AddConstraint(
            model_name='pause',
            constraint=models.CheckConstraint(condition=models.Q(('ended_on__isnull', True), ('ended_on__gte', models.F('since')), _connector='OR'), name='pause_ended_after_since'),
        ),
        migrations.AddConstraint(
            model_name='servicespan',
            constraint=models.UniqueConstraint(condition=models.Q(('until__isnull', True)), fields=('contract',), name='span_open_once'),
        ),
        migrations.AddConstraint(
            model_name='servicespan',
            constraint=models.CheckConstraint(condition=models.Q(('until__isnull', True), ('until__gte', models.F('since')), _connector='OR'), name='span_until_after_since'),
        ),
        migrations.AddConstraint(
            model_name='setaside',
            constraint=models.UniqueConstraint(fields=('source', 'code'), name='aside_code'),
        ),
        migrations.AddConstraint(
            model_name='setaside',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('choice', ''), ('decided_at__isnull', True), ('decided_by__isnull', True)), models.Q(('choice__in', ['kept_ours', 'took_theirs', 'cleared']), ('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='aside_decided'),
        ),
        migrations.AddConstraint(
            model_name='setaside',
            constraint=models.CheckConstraint(condition=models.Q(('end__isnull', True), ('end__gte', models.F('start')), _connector='OR'), name='aside_end'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(('amount_fen__gt', 0)), name='refund_is_positive'),
        ),
        migrations.AddConstraint(
            model_name='charge',
            constraint=models.CheckConstraint(condition=models.Q(('amount_fen__gt', 0)), name='charge_is_positive'),
        ),
        migrations.AddConstraint(
            model_name='charge',
            constraint=models.CheckConstraint(condition=models.Q(('until__gt', models.F('first'))), name='charge_has_days'),
        ),
        migrations.AddConstraint(
            model_name='charge',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('contract', '='), ('fee', '='), (models.Func(models.F('first'), models.F('until'), function='daterange', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='charge_once'),
        ),
        migrations.RunSQL(CHECK_MOVE, "DROP FUNCTION signing_check_move()"),
        migrations.RunSQL(GUARD_MOVES, "DROP TRIGGER check_move ON signing_contract"),
        migrations.RunSQL(CHECK_INSTRUCTION, "DROP FUNCTION signing_check_instruction()"),
        migrations.RunSQL(
            GUARD_INSTRUCTIONS.format(table="charge"), "DROP TRIGGER check_instruction ON signing_charge"
        ),
        migrations.RunSQL(
            GUARD_INSTRUCTIONS.format(table="refund"), "DROP TRIGGER check_instruction ON signing_refund"
        ),
        migrations.RunSQL(CHECK_REFUND, "DROP FUNCTION signing_check_refund()"),
        migrations.RunSQL(GUARD_REFUNDS, "DROP TRIGGER check_refund ON signing_refund"),
        migrations.RunPython(plant_reasons, migrations.RunPython.noop),
    ]
