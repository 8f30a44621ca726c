"""The words of tables, in the plural as well; nothing changes in PostgreSQL."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0005_first_phrases'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='bannedphrase',
            options={'verbose_name': 'banned phrase', 'verbose_name_plural': 'banned phrases'},
        ),
        migrations.AlterModelOptions(
            name='phrasecontext',
            options={'verbose_name': 'context of banned phrases', 'verbose_name_plural': 'contexts of banned phrases'},
        ),
        migrations.AlterModelOptions(
            name='product',
            options={'verbose_name': 'product', 'verbose_name_plural': 'products'},
        ),
        migrations.AlterModelOptions(
            name='productversion',
            options={'verbose_name': 'version of a product', 'verbose_name_plural': 'versions of products'},
        ),
        migrations.AlterModelOptions(
            name='termsversion',
            options={'verbose_name': 'version of terms', 'verbose_name_plural': 'versions of terms'},
        ),
    ]
