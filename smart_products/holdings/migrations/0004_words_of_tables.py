"""The words of tables, in the plural as well; nothing changes in PostgreSQL."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('holdings', '0003_warnings_signed_off'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='accountday',
            options={'verbose_name': 'day of an account', 'verbose_name_plural': 'days of accounts'},
        ),
        migrations.AlterModelOptions(
            name='accountmonth',
            options={'verbose_name': 'month of an account', 'verbose_name_plural': 'months of accounts'},
        ),
        migrations.AlterModelOptions(
            name='dayfacts',
            options={'verbose_name': 'facts of a day', 'verbose_name_plural': 'facts of days'},
        ),
        migrations.AlterModelOptions(
            name='deliveryfile',
            options={'verbose_name': 'file of a delivery', 'verbose_name_plural': 'files of deliveries'},
        ),
        migrations.AlterModelOptions(
            name='masterstate',
            options={'verbose_name': 'state of master data', 'verbose_name_plural': 'states of master data'},
        ),
        migrations.AlterModelOptions(
            name='servedmonth',
            options={'verbose_name': 'served month', 'verbose_name_plural': 'served months'},
        ),
    ]
