"""The words of tables, in the plural as well; nothing changes in PostgreSQL."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_names_by_sound'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='assetaccount',
            options={'verbose_name': 'asset account', 'verbose_name_plural': 'asset accounts'},
        ),
        migrations.AlterModelOptions(
            name='client',
            options={'verbose_name': 'client', 'verbose_name_plural': 'Clients'},
        ),
        migrations.AlterModelOptions(
            name='clientlogin',
            options={'verbose_name': 'login of a client', 'verbose_name_plural': 'logins of clients'},
        ),
        migrations.AlterModelOptions(
            name='clientversion',
            options={'verbose_name': 'version of a client', 'verbose_name_plural': 'versions of clients'},
        ),
        migrations.AlterModelOptions(
            name='consent',
            options={'verbose_name': 'consent', 'verbose_name_plural': 'consents'},
        ),
        migrations.AlterModelOptions(
            name='invite',
            options={'verbose_name': 'invitation', 'verbose_name_plural': 'invitations'},
        ),
        migrations.AlterModelOptions(
            name='notice',
            options={'verbose_name': 'notice', 'verbose_name_plural': 'notices'},
        ),
        migrations.AlterModelOptions(
            name='noticedelivery',
            options={'verbose_name': 'delivery of a notice', 'verbose_name_plural': 'deliveries of notices'},
        ),
        migrations.AlterModelOptions(
            name='onetimecode',
            options={'verbose_name': 'one-time code', 'verbose_name_plural': 'one-time codes'},
        ),
        migrations.AlterModelOptions(
            name='rolegrant',
            options={'verbose_name': 'role grant', 'verbose_name_plural': 'role grants'},
        ),
        migrations.AlterModelOptions(
            name='unit',
            options={'verbose_name': 'unit', 'verbose_name_plural': 'units'},
        ),
        migrations.AlterModelOptions(
            name='unitversion',
            options={'verbose_name': 'version of a unit', 'verbose_name_plural': 'versions of units'},
        ),
    ]
