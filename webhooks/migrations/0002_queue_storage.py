"""Vacuum the queues by count of rows, not by share of the table: they turn over all day."""

from django.db import migrations

TABLES = ["webhooks_webhookevent", "inbox_message", "inbox_sendattempt", "inbox_conversation"]
OPTIONS = "autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05, fillfactor = 85"
NAMES = "autovacuum_vacuum_scale_factor, autovacuum_vacuum_insert_scale_factor, fillfactor"


class Migration(migrations.Migration):
    dependencies = [("webhooks", "0001_tables"), ("inbox", "0002_message_changed_in")]
    operations = [
        migrations.RunSQL(f"ALTER TABLE {table} SET ({OPTIONS})", f"ALTER TABLE {table} RESET ({NAMES})")
        for table in TABLES
    ]
