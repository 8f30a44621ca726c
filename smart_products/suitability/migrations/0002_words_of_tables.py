"""The words of tables, in the plural as well; nothing changes in PostgreSQL."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('suitability', '0001_initial'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='assessment',
            options={'verbose_name': 'assessment', 'verbose_name_plural': 'assessments'},
        ),
        migrations.AlterModelOptions(
            name='decision',
            options={'verbose_name': 'matching decision', 'verbose_name_plural': 'matching decisions'},
        ),
        migrations.AlterModelOptions(
            name='matchingrules',
            options={'verbose_name': 'version of the matching rules', 'verbose_name_plural': 'versions of the matching rules'},
        ),
        migrations.AlterModelOptions(
            name='professionalstatus',
            options={'verbose_name': 'evidence of a professional investor', 'verbose_name_plural': 'evidence of professional investors'},
        ),
        migrations.AlterModelOptions(
            name='questionnaireversion',
            options={'verbose_name': 'version of the questionnaire', 'verbose_name_plural': 'versions of the questionnaire'},
        ),
    ]
