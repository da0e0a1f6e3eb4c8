"""What the ledger is searched and cleaned by: the time of processing, and the kind of a quarantine's reason."""

from django.db import migrations, models

WITHOUT_WHAT_VARIES = r"rtrim(regexp_replace(split_part(%(expressions)s, ':', 1), '\S*\d\S*', '…', 'g'))"


class Migration(migrations.Migration):
    dependencies = [("webhooks", "0002_queue_storage")]
    operations = [
        migrations.AddIndex(
            model_name="webhookevent",
            index=models.Index(
                condition=~models.Q(processed_at=None), fields=["processed_at"], name="event_by_processing"
            ),
        ),
        migrations.AddField(
            model_name="quarantinedfact",
            name="kind",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Func("reason", template=WITHOUT_WHAT_VARIES),
                output_field=models.CharField(max_length=300),
                verbose_name="kind of reason",
            ),
        ),
        migrations.AddIndex(
            model_name="quarantinedfact",
            index=models.Index(fields=["kind", "event"], name="quarantined_by_kind"),
        ),
    ]
