"""What WhatsApp sends beside texts: files, amendments, quotes, the past of a number."""

import uuid

import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import lib.transactions


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0001_tables"),
        ("inbox", "0002_message_changed_in"),
        ("numbers", "0001_tables"),
        ("teams", "0001_tables"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Amendment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("wamid", models.CharField(max_length=255)),
                ("target_wamid", models.CharField(max_length=255)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("reaction", "Reaction"),
                            ("edit", "Edit"),
                            ("revoke", "Deletion"),
                            ("call_end", "End of a call"),
                        ],
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                (
                    "direction",
                    models.CharField(
                        choices=[("INBOUND", "Inbound"), ("OUTBOUND", "Outbound")],
                        max_length=8,
                        verbose_name="direction",
                    ),
                ),
                (
                    "text",
                    models.TextField(
                        blank=True, help_text="The emoji, or the words after the edit.", verbose_name="text"
                    ),
                ),
                ("payload", models.JSONField(default=dict)),
                ("sent_at", models.DateTimeField(verbose_name="at")),
                (
                    "written_in",
                    models.BigIntegerField(
                        db_default=django.db.models.functions.comparison.Cast(
                            django.db.models.functions.comparison.Cast(
                                lib.transactions.CurrentTransaction(), models.TextField()
                            ),
                            models.BigIntegerField(),
                        ),
                        editable=False,
                    ),
                ),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "verbose_name": "amendment",
                "verbose_name_plural": "amendments",
            },
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("WAITING", "Waiting"),
                            ("READY", "Ready"),
                            ("FAILED", "Failed"),
                            ("EXPIRED", "Expired"),
                        ],
                        default="WAITING",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("media_id", models.CharField(max_length=64)),
                ("claimed_type", models.CharField(blank=True, max_length=120)),
                ("claimed_sha256", models.CharField(blank=True, max_length=64)),
                ("filename", models.CharField(blank=True, max_length=255, verbose_name="file name")),
                ("content_type", models.CharField(blank=True, max_length=80, verbose_name="type")),
                ("size", models.BigIntegerField(null=True, verbose_name="size")),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("stored_at", models.DateTimeField(null=True)),
                ("thumbnail_width", models.PositiveIntegerField(null=True)),
                ("thumbnail_height", models.PositiveIntegerField(null=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("due_at", models.DateTimeField(null=True)),
                (
                    "problem",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("UNREACHABLE", "WhatsApp did not answer"),
                            ("REFUSED", "WhatsApp refused"),
                            ("CORRUPT", "What came is not what was sent"),
                            ("TOO_LARGE", "Too large"),
                            ("FORBIDDEN", "The address is not one of WhatsApp's"),
                            ("STORAGE", "Could not be stored"),
                        ],
                        max_length=12,
                        verbose_name="problem",
                    ),
                ),
                ("expires_at", models.DateTimeField(verbose_name="expires")),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "verbose_name": "attachment",
                "verbose_name_plural": "attachments",
            },
        ),
        migrations.RemoveConstraint(
            model_name="message",
            name="wamid_once_per_number",
        ),
        migrations.AddField(
            model_name="conversation",
            name="is_history",
            field=models.BooleanField(db_default=False, default=False, editable=False, verbose_name="imported history"),
        ),
        migrations.AddField(
            model_name="message",
            name="quoted",
            field=models.ForeignObject(
                from_fields=["number", "quoted_wamid"],
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="inbox.message",
                to_fields=["number", "wamid"],
            ),
        ),
        migrations.AddConstraint(
            model_name="conversation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_history", True)), fields=("contact", "number"), name="one_history_of_contact"
            ),
        ),
        migrations.AddConstraint(
            model_name="conversation",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_history", False), ("status", "CLOSED"), _connector="OR"),
                name="history_stays_closed",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.UniqueConstraint(fields=("number", "wamid"), name="wamid_once_per_number"),
        ),
        migrations.AddField(
            model_name="amendment",
            name="message",
            field=models.ForeignObject(
                from_fields=["number", "target_wamid"],
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="amendments",
                to="inbox.message",
                to_fields=["number", "wamid"],
            ),
        ),
        migrations.AddField(
            model_name="amendment",
            name="number",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="numbers.phonenumber",
                verbose_name="number",
            ),
        ),
        migrations.AddField(
            model_name="attachment",
            name="message",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="attachment",
                to="inbox.message",
                verbose_name="message",
            ),
        ),
        migrations.AddIndex(
            model_name="amendment",
            index=models.Index(fields=["number", "target_wamid"], name="amendment_of_message"),
        ),
        migrations.AddConstraint(
            model_name="amendment",
            constraint=models.UniqueConstraint(fields=("number", "wamid", "kind"), name="amendment_once"),
        ),
        migrations.AddIndex(
            model_name="attachment",
            index=models.Index(condition=models.Q(("state", "WAITING")), fields=["due_at"], name="attachment_due"),
        ),
        migrations.AddConstraint(
            model_name="attachment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("due_at__isnull", False), ("state", "WAITING")),
                    models.Q(("state", "WAITING"), _negated=True),
                    _connector="OR",
                ),
                name="waiting_attachment_has_its_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="attachment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "READY"), ("stored_at__isnull", False)),
                    models.Q(("state", "READY"), _negated=True),
                    _connector="OR",
                ),
                name="ready_attachment_is_stored",
            ),
        ),
    ]
