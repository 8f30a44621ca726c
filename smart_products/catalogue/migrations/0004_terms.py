"""Versions of terms with the triggers that guard them, and the lists of the lint."""

from __future__ import annotations

import django.contrib.postgres.functions
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


# Arguments in pairs: a move of the state, and the columns that it may write.
ONLY_MOVES = """
CREATE FUNCTION catalogue_only_moves() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    pair integer := 0;
    written text[];
BEGIN
    WHILE pair < TG_NARGS LOOP
        written := string_to_array(TG_ARGV[pair + 1], ',');
        IF OLD.state || '>' || NEW.state = TG_ARGV[pair]
           AND to_jsonb(OLD) - written = to_jsonb(NEW) - written
           AND (OLD.valid_until IS NULL OR NEW.valid_until <= OLD.valid_until) THEN
            RETURN NEW;
        END IF;
        pair := pair + 2;
    END LOOP;
    RAISE EXCEPTION 'this change of a version of terms is refused: % to %', OLD.state, NEW.state
        USING ERRCODE = 'restrict_violation';
END $$
"""

DISCARDING = "state,discarded_at,discarded_by_id"
MOVES = {
    "draft>draft": "terms,digest,drafted_at,drafted_by_id",
    "draft>proposed": "state,proposed_at,proposed_by_id",
    "draft>discarded": DISCARDING,
    "proposed>draft": "state,proposed_at,proposed_by_id",
    "proposed>published": "state,valid_from,published_at,published_by_id",
    "proposed>discarded": DISCARDING,
    "published>superseded": "state,valid_until",
    "published>retired": "state,valid_until",
    "superseded>retired": "state,valid_until",
}

MOVES_ALONE = """
CREATE TRIGGER moves_alone BEFORE UPDATE ON catalogue_termsversion
    FOR EACH ROW EXECUTE FUNCTION catalogue_only_moves({moves})
"""

BEGINS_AS_DRAFT = """
CREATE TRIGGER begins_as_draft BEFORE INSERT ON catalogue_termsversion
    FOR EACH ROW WHEN (NEW.state <> 'draft') EXECUTE FUNCTION core_refuse_change()
"""

NEVER_DELETED = """
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON catalogue_termsversion
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change()
"""

# Equality as the overlap of ranges of one number: needs no extension.
ONE_IN_FORCE = """
ALTER TABLE catalogue_termsversion ADD CONSTRAINT termsversion_one_in_force
    EXCLUDE USING gist (int4range(product_id, product_id, '[]') WITH &&, daterange(valid_from, valid_until) WITH &&)
    WHERE (valid_from IS NOT NULL)
"""


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0003_room_for_62'),
        ('core', '0003_outbox'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='BannedPhrase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(choices=[('zh', 'Chinese'), ('en', 'English')], max_length=2)),
                ('phrase', models.CharField(max_length=100)),
                ('reason', models.CharField(choices=[('promise', 'promises a gain'), ('principal', 'promises that nothing is lost'), ('plays_down', 'plays the risk down'), ('lure', 'lures with riches'), ('pressure', 'presses to sign'), ('superlative', 'claims to be the best')], max_length=16)),
                ('active', models.BooleanField(db_default=True, default=True)),
            ],
            options={
                'verbose_name': 'banned phrase',
                'constraints': [models.UniqueConstraint(fields=('language', 'phrase'), name='bannedphrase_once'), models.CheckConstraint(condition=models.Q(('language__in', ['zh', 'en'])), name='bannedphrase_language'), models.CheckConstraint(condition=models.Q(('reason__in', ['promise', 'principal', 'plays_down', 'lure', 'pressure', 'superlative'])), name='bannedphrase_reason'), models.CheckConstraint(condition=models.Q(('phrase', ''), _negated=True), name='bannedphrase_says_something')],
            },
        ),
        migrations.CreateModel(
            name='PhraseContext',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(choices=[('zh', 'Chinese'), ('en', 'English')], max_length=2)),
                ('wording', models.CharField(max_length=200)),
                ('excuses', models.BooleanField()),
                ('active', models.BooleanField(db_default=True, default=True)),
            ],
            options={
                'verbose_name': 'context of banned phrases',
                'constraints': [models.UniqueConstraint(fields=('language', 'wording'), name='phrasecontext_once'), models.CheckConstraint(condition=models.Q(('language__in', ['zh', 'en'])), name='phrasecontext_language'), models.CheckConstraint(condition=models.Q(('wording__in', ['', '…']), _negated=True), name='phrasecontext_says_something')],
            },
        ),
        migrations.CreateModel(
            name='TermsVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, unique=True)),
                ('number', models.PositiveIntegerField()),
                ('state', models.CharField(choices=[('draft', 'draft'), ('proposed', 'waits for a colleague'), ('published', 'published'), ('superseded', 'followed by another version'), ('retired', 'retired'), ('discarded', 'discarded')], default='draft', max_length=16)),
                ('terms', models.JSONField()),
                ('digest', models.CharField(max_length=64)),
                ('valid_from', models.DateField(null=True)),
                ('valid_until', models.DateField(null=True)),
                ('drafted_at', models.DateTimeField()),
                ('proposed_at', models.DateTimeField(null=True)),
                ('published_at', models.DateTimeField(null=True)),
                ('discarded_at', models.DateTimeField(null=True)),
                ('discarded_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('drafted_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('product', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='terms', to='catalogue.product')),
                ('proposed_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('published_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'version of terms',
                'constraints': [models.UniqueConstraint(fields=('product', 'number'), name='termsversion_number'), models.UniqueConstraint(condition=models.Q(('state__in', ('draft', 'proposed'))), fields=('product',), name='termsversion_one_open'), models.UniqueConstraint(condition=models.Q(('state', 'published')), fields=('product',), name='termsversion_one_published'), models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'proposed', 'published', 'superseded', 'retired', 'discarded'])), name='termsversion_state'), models.CheckConstraint(condition=models.Q(('digest__regex', '^[0-9a-f]{64}$')), name='termsversion_digest'), models.CheckConstraint(condition=models.Q(models.Q(('proposed_at', None), ('proposed_by', None)), models.Q(('proposed_at__isnull', False), ('proposed_by__isnull', False)), _connector='OR'), name='termsversion_proposed_pair'), models.CheckConstraint(condition=models.Q(models.Q(('published_at', None), ('published_by', None), ('valid_from', None)), models.Q(('published_at__isnull', False), ('published_by__isnull', False), ('valid_from__isnull', False)), _connector='OR'), name='termsversion_published_pair'), models.CheckConstraint(condition=models.Q(models.Q(('discarded_at', None), ('discarded_by', None)), models.Q(('discarded_at__isnull', False), ('discarded_by__isnull', False)), _connector='OR'), name='termsversion_discarded_pair'), models.CheckConstraint(condition=models.Q(models.Q(('discarded_at', None), ('proposed_at', None), ('published_at', None), ('state', 'draft')), models.Q(('discarded_at', None), ('proposed_at__isnull', False), ('published_at', None), ('state', 'proposed')), models.Q(('discarded_at__isnull', False), ('published_at', None), ('state', 'discarded')), models.Q(('discarded_at', None), ('proposed_at__isnull', False), ('published_at__isnull', False), ('state__in', ('published', 'superseded', 'retired'))), _connector='OR'), name='termsversion_state_is_told'), models.CheckConstraint(condition=models.Q(('published_by', None), models.Q(models.Q(('published_by', models.F('drafted_by')), _negated=True), models.Q(('published_by', models.F('proposed_by')), _negated=True)), _connector='OR'), name='termsversion_two_people'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['superseded', 'retired']), ('valid_until__isnull', False)), models.Q(models.Q(('state__in', ['superseded', 'retired']), _negated=True), ('valid_until', None)), _connector='OR'), name='termsversion_ended'), models.CheckConstraint(condition=models.Q(('valid_until', None), ('valid_until__gte', models.F('valid_from')), _connector='OR'), name='termsversion_days')],
            },
        ),
        migrations.RunSQL(ONLY_MOVES, "DROP FUNCTION catalogue_only_moves()"),
        migrations.RunSQL(
            MOVES_ALONE.format(moves=", ".join(f"'{part}'" for pair in MOVES.items() for part in pair)),
            "DROP TRIGGER moves_alone ON catalogue_termsversion",
        ),
        migrations.RunSQL(BEGINS_AS_DRAFT, "DROP TRIGGER begins_as_draft ON catalogue_termsversion"),
        migrations.RunSQL(NEVER_DELETED, "DROP TRIGGER never_deleted ON catalogue_termsversion"),
        migrations.RunSQL(
            ONE_IN_FORCE, "ALTER TABLE catalogue_termsversion DROP CONSTRAINT termsversion_one_in_force"
        ),
    ]
