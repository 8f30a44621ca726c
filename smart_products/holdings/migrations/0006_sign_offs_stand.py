"""A warning that is signed off never changes or goes; a delivery judged otherwise is warned anew beside it."""

from __future__ import annotations

from django.db import migrations, models


SIGN_OFF_STANDS = """
CREATE FUNCTION holdings_sign_off_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.signed_at IS NOT NULL THEN
        RAISE EXCEPTION 'a sign-off of a warning never changes or goes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER sign_off_stands BEFORE UPDATE OR DELETE ON holdings_deliverywarning
    FOR EACH ROW EXECUTE FUNCTION holdings_sign_off_stands();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON holdings_deliverywarning
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();
"""
UNDO = """
DROP TRIGGER no_truncate ON holdings_deliverywarning;
DROP TRIGGER sign_off_stands ON holdings_deliverywarning;
DROP FUNCTION holdings_sign_off_stands();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0003_outbox'),
        ('holdings', '0005_row_level_security'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='deliverywarning',
            name='warning_once',
        ),
        migrations.AddConstraint(
            model_name='deliverywarning',
            constraint=models.UniqueConstraint(condition=models.Q(('signed_at__isnull', True)), fields=('delivery', 'rule', 'file'), name='warning_once'),
        ),
        migrations.RunSQL(SIGN_OFF_STANDS, UNDO),
    ]
