"""The words of tables, in the plural as well; nothing changes in PostgreSQL."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('signing', '0007_subscriptions_by_start'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='appliedterms',
            options={'ordering': ['since', 'pk'], 'verbose_name': 'terms applied to a contract', 'verbose_name_plural': 'terms applied to contracts'},
        ),
        migrations.AlterModelOptions(
            name='charge',
            options={'verbose_name': 'charge', 'verbose_name_plural': 'charges'},
        ),
        migrations.AlterModelOptions(
            name='contract',
            options={'verbose_name': 'contract', 'verbose_name_plural': 'Contracts'},
        ),
        migrations.AlterModelOptions(
            name='document',
            options={'verbose_name': 'document', 'verbose_name_plural': 'documents'},
        ),
        migrations.AlterModelOptions(
            name='endreasonnode',
            options={'ordering': ['code'], 'verbose_name': 'reason of an end', 'verbose_name_plural': 'reasons of ends'},
        ),
        migrations.AlterModelOptions(
            name='evidencehead',
            options={'ordering': ['day'], 'verbose_name': 'sealed head', 'verbose_name_plural': 'sealed heads'},
        ),
        migrations.AlterModelOptions(
            name='evidencerecord',
            options={'ordering': ['position'], 'verbose_name': 'evidence record', 'verbose_name_plural': 'evidence records'},
        ),
        migrations.AlterModelOptions(
            name='evidencestamp',
            options={'ordering': ['record', 'number'], 'verbose_name': 'later stamp', 'verbose_name_plural': 'later stamps'},
        ),
        migrations.AlterModelOptions(
            name='pause',
            options={'verbose_name': 'pause of a contract', 'verbose_name_plural': 'pauses of contracts'},
        ),
        migrations.AlterModelOptions(
            name='refund',
            options={'verbose_name': 'refund', 'verbose_name_plural': 'refunds'},
        ),
        migrations.AlterModelOptions(
            name='rematch',
            options={'ordering': ['pk'], 'verbose_name': 'contract matched again', 'verbose_name_plural': 'contracts matched again'},
        ),
        migrations.AlterModelOptions(
            name='servicespan',
            options={'verbose_name': 'days of service', 'verbose_name_plural': 'days of service'},
        ),
        migrations.AlterModelOptions(
            name='setaside',
            options={'verbose_name': 'subscription set aside', 'verbose_name_plural': 'subscriptions set aside'},
        ),
        migrations.AlterModelOptions(
            name='settlementexport',
            options={'ordering': ['number'], 'verbose_name': 'export to settlement', 'verbose_name_plural': 'exports to settlement'},
        ),
        migrations.AlterModelOptions(
            name='signingstep',
            options={'ordering': ['pk'], 'verbose_name': 'step of a signing', 'verbose_name_plural': 'steps of signings'},
        ),
        migrations.AlterModelOptions(
            name='subscription',
            options={'verbose_name': 'subscription', 'verbose_name_plural': 'subscriptions'},
        ),
        migrations.AlterModelOptions(
            name='termsmove',
            options={'ordering': ['-pk'], 'verbose_name': 'move to other terms', 'verbose_name_plural': 'moves to other terms'},
        ),
        migrations.AlterModelOptions(
            name='termsmoverow',
            options={'verbose_name': 'contract in a move to other terms', 'verbose_name_plural': 'contracts in a move to other terms'},
        ),
    ]
