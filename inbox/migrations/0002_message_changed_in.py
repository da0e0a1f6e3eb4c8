"""Write down which transaction last changed a message: the cursor of a page's catch-up."""

from django.db import migrations

TRIGGER = """
CREATE FUNCTION inbox_message_changed_in() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.changed_in := pg_current_xact_id()::text::bigint;
  RETURN NEW;
END $$;
CREATE TRIGGER inbox_message_changed_in BEFORE INSERT OR UPDATE ON inbox_message
FOR EACH ROW EXECUTE FUNCTION inbox_message_changed_in();
"""

UNDO = """
DROP TRIGGER inbox_message_changed_in ON inbox_message;
DROP FUNCTION inbox_message_changed_in();
"""


class Migration(migrations.Migration):
    dependencies = [("inbox", "0001_tables")]
    operations = [migrations.RunSQL(TRIGGER, UNDO)]
