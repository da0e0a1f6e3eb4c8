"""Drop a column nobody read, and let no statement take away the last active administrator."""

from django.db import migrations

# Checked when the transaction ends, so that one may step down for another within it. The lock makes those
# who step down together do it one after the other, each seeing what the one before left. At REPEATABLE READ
# nobody would see that, so it is refused there.
TRIGGER = """
CREATE FUNCTION accounts_an_administrator_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('transaction_isolation') = 'repeatable read' THEN
    RAISE EXCEPTION 'administrators change at READ COMMITTED or SERIALIZABLE only';
  END IF;
  PERFORM pg_advisory_xact_lock('accounts_user'::regclass::oid::int, 1);
  IF NOT EXISTS (SELECT FROM accounts_user WHERE role = 'ADMIN' AND is_active) THEN
    RAISE EXCEPTION 'the last active administrator stays'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'an_administrator_stays', TABLE = 'accounts_user';
  END IF;
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER an_administrator_stays_on_update AFTER UPDATE OF role, is_active ON accounts_user
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
WHEN (OLD.role = 'ADMIN' AND OLD.is_active AND NOT (NEW.role = 'ADMIN' AND NEW.is_active))
EXECUTE FUNCTION accounts_an_administrator_stays();

CREATE CONSTRAINT TRIGGER an_administrator_stays_on_delete AFTER DELETE ON accounts_user
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
WHEN (OLD.role = 'ADMIN' AND OLD.is_active)
EXECUTE FUNCTION accounts_an_administrator_stays();
"""

UNDO = """
DROP TRIGGER an_administrator_stays_on_update ON accounts_user;
DROP TRIGGER an_administrator_stays_on_delete ON accounts_user;
DROP FUNCTION accounts_an_administrator_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_tokens")]

    operations = [
        migrations.RemoveField(model_name="user", name="rights_version"),
        migrations.RunSQL(TRIGGER, UNDO),
    ]
