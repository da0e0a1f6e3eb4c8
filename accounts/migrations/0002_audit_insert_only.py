"""Refuse to change or delete audit entries, whoever asks."""

from django.db import migrations

TRIGGER = """
CREATE FUNCTION accounts_auditlog_insert_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'audit entries are never changed or deleted';
END $$;
CREATE TRIGGER accounts_auditlog_insert_only BEFORE UPDATE OR DELETE ON accounts_auditlog
FOR EACH ROW EXECUTE FUNCTION accounts_auditlog_insert_only();
"""

UNDO = """
DROP TRIGGER accounts_auditlog_insert_only ON accounts_auditlog;
DROP FUNCTION accounts_auditlog_insert_only();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_tables")]
    operations = [migrations.RunSQL(TRIGGER, UNDO)]
