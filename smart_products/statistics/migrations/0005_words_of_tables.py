"""The words of tables, in the plural as well; nothing changes in PostgreSQL."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('statistics', '0004_retention'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='cell',
            options={'verbose_name': 'cell', 'verbose_name_plural': 'cells'},
        ),
        migrations.AlterModelOptions(
            name='channel',
            options={'verbose_name': 'acquisition channel', 'verbose_name_plural': 'acquisition channels'},
        ),
        migrations.AlterModelOptions(
            name='datacut',
            options={'verbose_name': 'data cut', 'verbose_name_plural': 'data cuts'},
        ),
        migrations.AlterModelOptions(
            name='publication',
            options={'verbose_name': 'publication', 'verbose_name_plural': 'publications'},
        ),
    ]
