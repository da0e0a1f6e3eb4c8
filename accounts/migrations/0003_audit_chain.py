"""Seal the audit trail in a chain, and let nobody rewrite, empty or back-date it."""

import django.db.models.deletion
from django.db import migrations, models

# The owner of the tables loses the rights as well; what a superuser may do, the chain finds.
PROTECT = """
CREATE TRIGGER accounts_auditlog_no_truncate BEFORE TRUNCATE ON accounts_auditlog
FOR EACH STATEMENT EXECUTE FUNCTION accounts_auditlog_insert_only();

CREATE TRIGGER accounts_auditseal_insert_only BEFORE UPDATE OR DELETE ON accounts_auditseal
FOR EACH ROW EXECUTE FUNCTION accounts_auditlog_insert_only();
CREATE TRIGGER accounts_auditseal_no_truncate BEFORE TRUNCATE ON accounts_auditseal
FOR EACH STATEMENT EXECUTE FUNCTION accounts_auditlog_insert_only();

CREATE FUNCTION accounts_auditlog_dated_now() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.at := now();
  NEW.written_in := pg_current_xact_id()::text::bigint;
  RETURN NEW;
END $$;
CREATE TRIGGER accounts_auditlog_dated_now BEFORE INSERT ON accounts_auditlog
FOR EACH ROW EXECUTE FUNCTION accounts_auditlog_dated_now();

REVOKE UPDATE, DELETE, TRUNCATE ON accounts_auditlog, accounts_auditseal FROM PUBLIC, CURRENT_USER;
"""

UNDO = """
GRANT UPDATE, DELETE, TRUNCATE ON accounts_auditlog, accounts_auditseal TO CURRENT_USER;
DROP TRIGGER accounts_auditlog_dated_now ON accounts_auditlog;
DROP FUNCTION accounts_auditlog_dated_now();
DROP TRIGGER accounts_auditseal_no_truncate ON accounts_auditseal;
DROP TRIGGER accounts_auditseal_insert_only ON accounts_auditseal;
DROP TRIGGER accounts_auditlog_no_truncate ON accounts_auditlog;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_audit_insert_only")]

    operations = [
        migrations.CreateModel(
            name="AuditSeal",
            fields=[
                ("position", models.BigIntegerField(primary_key=True, serialize=False)),
                (
                    "entry",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seal",
                        to="accounts.auditlog",
                    ),
                ),
                ("digest", models.BinaryField()),
            ],
            options={"verbose_name": "audit seal", "verbose_name_plural": "audit seals"},
        ),
        migrations.AddIndex("auditlog", models.Index(fields=["at", "id"], name="audit_by_time")),
        migrations.AddIndex("auditlog", models.Index(fields=["action", "at"], name="audit_by_action")),
        migrations.AddIndex(
            "auditlog",
            models.Index(
                fields=["address", "at"], name="audit_by_address", condition=models.Q(("address__isnull", False))
            ),
        ),
        migrations.AddIndex(
            "auditlog",
            models.Index(
                fields=["request_id"],
                name="audit_by_request",
                condition=models.Q(("request_id", ""), _negated=True),
            ),
        ),
        migrations.AddIndex("auditlog", models.Index(fields=["written_in", "id"], name="audit_by_transaction")),
        migrations.RunSQL(PROTECT, UNDO),
    ]
