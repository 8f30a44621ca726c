"""The first tables of this app, with the triggers that guard them."""

from __future__ import annotations

import django.contrib.auth.models
import django.contrib.auth.validators
import django.contrib.postgres.functions
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


NEVER_DELETED = """
CREATE TRIGGER never_deleted BEFORE DELETE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change()
"""

REFERENCES_EXIST = """
CREATE TRIGGER references_exist_{event} AFTER {event} ON {table} REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION core_references_exist({references})
"""

REFERENCES = {
    "accounts_client": "outlet_id, accounts_unit",
    "accounts_clientversion": "client_id, accounts_client, outlet_id, accounts_unit",
    "accounts_assetaccount": "client_id, accounts_client",
}


def guards() -> list[migrations.RunSQL]:
    """Return the triggers of this app: ids stay for ever, and references lead to one."""
    made = [
        migrations.RunSQL(NEVER_DELETED.format(table=table), f"DROP TRIGGER never_deleted ON {table}")
        for table in ("accounts_unit", "accounts_client", "accounts_assetaccount")
    ]
    for table, references in REFERENCES.items():
        for event in ("insert", "update"):
            made.append(
                migrations.RunSQL(
                    REFERENCES_EXIST.format(table=table, event=event, references=references),
                    f"DROP TRIGGER references_exist_{event} ON {table}",
                )
            )
    return made


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("core", "0001_initial"),
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='Client',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(blank=True, db_default='', default='', max_length=64)),
                ('investor_class', models.CharField(blank=True, choices=[('ordinary', 'ordinary investor'), ('professional', 'professional investor')], db_default='', default='', max_length=16)),
                ('risk_class', models.CharField(blank=True, choices=[('C1', 'C1'), ('C2', 'C2'), ('C3', 'C3'), ('C4', 'C4'), ('C5', 'C5')], db_default='', default='', max_length=2)),
                ('risk_assessed_on', models.DateField(null=True)),
                ('opened_on', models.DateField(null=True)),
                ('name', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('birth_year', models.SmallIntegerField(null=True)),
                ('mobile', models.CharField(blank=True, db_default='', default='', max_length=40)),
                ('email', models.CharField(blank=True, db_default='', default='', max_length=254)),
                ('id_digest', models.CharField(blank=True, db_default='', default='', max_length=128)),
                ('public_id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, unique=True)),
                ('source', models.CharField(max_length=64)),
                ('code', models.CharField(max_length=64)),
            ],
            options={
                'verbose_name': 'client',
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('username', models.CharField(error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('public_id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, unique=True)),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'verbose_name': 'user',
                'verbose_name_plural': 'users',
            },
            managers=[
                ('objects', django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name='Unit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, unique=True)),
                ('source', models.CharField(max_length=64)),
                ('code', models.CharField(max_length=64)),
                ('level', models.CharField(choices=[('headquarters', 'headquarters'), ('branch', 'branch company'), ('outlet', 'outlet')], max_length=16)),
                ('name', models.CharField(max_length=200)),
                ('name_en', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('path', models.CharField(db_default='', db_index=True, default='', max_length=200)),
                ('closed_on', models.DateField(null=True)),
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='accounts.unit')),
            ],
            options={
                'verbose_name': 'unit',
            },
        ),
        migrations.CreateModel(
            name='RoleGrant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('head_office_manager', 'head office manager'), ('branch_manager', 'branch manager'), ('outlet_manager', 'outlet manager'), ('operations', 'operations'), ('product_manager', 'product manager'), ('administrator', 'administrator')], max_length=32)),
                ('since', models.DateField()),
                ('until', models.DateField(null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='grants', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='grants', to='accounts.unit')),
            ],
            options={
                'verbose_name': 'role grant',
            },
        ),
        migrations.CreateModel(
            name='ClientVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(blank=True, db_default='', default='', max_length=64)),
                ('investor_class', models.CharField(blank=True, choices=[('ordinary', 'ordinary investor'), ('professional', 'professional investor')], db_default='', default='', max_length=16)),
                ('risk_class', models.CharField(blank=True, choices=[('C1', 'C1'), ('C2', 'C2'), ('C3', 'C3'), ('C4', 'C4'), ('C5', 'C5')], db_default='', default='', max_length=2)),
                ('risk_assessed_on', models.DateField(null=True)),
                ('opened_on', models.DateField(null=True)),
                ('name', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('birth_year', models.SmallIntegerField(null=True)),
                ('mobile', models.CharField(blank=True, db_default='', default='', max_length=40)),
                ('email', models.CharField(blank=True, db_default='', default='', max_length=254)),
                ('id_digest', models.CharField(blank=True, db_default='', default='', max_length=128)),
                ('valid_from', models.DateField()),
                ('client', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='accounts.client')),
                ('outlet', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.unit')),
            ],
            options={
                'verbose_name': 'version of a client',
            },
        ),
        migrations.AddField(
            model_name='client',
            name='outlet',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='clients', to='accounts.unit'),
        ),
        migrations.CreateModel(
            name='UnitVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField()),
                ('level', models.CharField(choices=[('headquarters', 'headquarters'), ('branch', 'branch company'), ('outlet', 'outlet')], max_length=16)),
                ('name', models.CharField(max_length=200)),
                ('name_en', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('closed_on', models.DateField(null=True)),
                ('parent', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='child_versions', to='accounts.unit')),
                ('unit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='accounts.unit')),
            ],
            options={
                'verbose_name': 'version of a unit',
            },
        ),
        migrations.CreateModel(
            name='AssetAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, unique=True)),
                ('source', models.CharField(max_length=64)),
                ('code', models.CharField(max_length=64)),
                ('opened_on', models.DateField(null=True)),
                ('closed_on', models.DateField(null=True)),
                ('closed_inferred', models.BooleanField(db_default=False, default=False)),
                ('client', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='asset_accounts', to='accounts.client')),
            ],
            options={
                'verbose_name': 'asset account',
                'constraints': [models.UniqueConstraint(fields=('source', 'code'), name='account_code'), models.CheckConstraint(condition=models.Q(('closed_on__isnull', True), ('opened_on__isnull', True), ('closed_on__gte', models.F('opened_on')), _connector='OR'), name='account_closed_after_opened'), models.CheckConstraint(condition=models.Q(('closed_inferred', False), ('closed_on__isnull', False), _connector='OR'), name='account_inferred_is_closed')],
            },
        ),
        migrations.AddConstraint(
            model_name='unit',
            constraint=models.UniqueConstraint(fields=('source', 'code'), name='unit_code'),
        ),
        migrations.AddConstraint(
            model_name='unit',
            constraint=models.CheckConstraint(condition=models.Q(('level__in', ['headquarters', 'branch', 'outlet'])), name='unit_level'),
        ),
        migrations.AddConstraint(
            model_name='unit',
            constraint=models.CheckConstraint(condition=models.Q(('path', ''), ('path__endswith', '.'), _connector='OR'), name='unit_path_closed'),
        ),
        migrations.AddConstraint(
            model_name='unit',
            constraint=models.CheckConstraint(condition=models.Q(('parent__isnull', True), models.Q(('parent', models.F('id')), _negated=True), _connector='OR'), name='unit_not_its_own_parent'),
        ),
        migrations.AddConstraint(
            model_name='rolegrant',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ['head_office_manager', 'branch_manager', 'outlet_manager', 'operations', 'product_manager', 'administrator'])), name='grant_role'),
        ),
        migrations.AddConstraint(
            model_name='rolegrant',
            constraint=models.CheckConstraint(condition=models.Q(('until__isnull', True), ('until__gte', models.F('since')), _connector='OR'), name='grant_until_after_since'),
        ),
        migrations.AddConstraint(
            model_name='rolegrant',
            constraint=models.UniqueConstraint(condition=models.Q(('until__isnull', True)), fields=('user', 'role', 'unit'), name='grant_open_once'),
        ),
        migrations.AddConstraint(
            model_name='clientversion',
            constraint=models.UniqueConstraint(fields=('client', 'valid_from'), name='clientversion_day'),
        ),
        migrations.AddConstraint(
            model_name='clientversion',
            constraint=models.CheckConstraint(condition=models.Q(('investor_class__in', ['ordinary', 'professional', ''])), name='clientversion_investor'),
        ),
        migrations.AddConstraint(
            model_name='clientversion',
            constraint=models.CheckConstraint(condition=models.Q(('risk_class__in', ['C1', 'C2', 'C3', 'C4', 'C5', ''])), name='clientversion_risk'),
        ),
        migrations.AddConstraint(
            model_name='client',
            constraint=models.UniqueConstraint(fields=('source', 'code'), name='client_code'),
        ),
        migrations.AddConstraint(
            model_name='unitversion',
            constraint=models.UniqueConstraint(fields=('unit', 'valid_from'), name='unitversion_day'),
        ),
        migrations.AddConstraint(
            model_name='unitversion',
            constraint=models.CheckConstraint(condition=models.Q(('level__in', ['headquarters', 'branch', 'outlet'])), name='unitversion_level'),
        ),
        *guards(),
    ]
