"""Files that we send: staged by a person, brought to Meta, shown by several messages."""

import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0007_scheduled_messages"),
        ("numbers", "0003_connecting"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="StagedFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("filename", models.CharField(blank=True, max_length=255, verbose_name="file name")),
                ("content_type", models.CharField(blank=True, max_length=80, verbose_name="type")),
                ("size", models.BigIntegerField(null=True, verbose_name="size")),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("thumbnail_width", models.PositiveIntegerField(null=True)),
                ("thumbnail_height", models.PositiveIntegerField(null=True)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "kind",
                    models.CharField(
                        help_text="How WhatsApp takes it: messaging.sendable.", max_length=8, verbose_name="kind"
                    ),
                ),
            ],
            options={
                "verbose_name": "staged file",
                "verbose_name_plural": "staged files",
            },
        ),
        migrations.CreateModel(
            name="Upload",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(editable=False)),
                ("media_id", models.CharField(max_length=64)),
                ("uploaded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "verbose_name": "upload",
                "verbose_name_plural": "uploads",
            },
        ),
        migrations.RemoveConstraint(
            model_name="attachment",
            name="waiting_attachment_has_its_time",
        ),
        migrations.AddField(
            model_name="sendattempt",
            name="is_uploading",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.AlterField(
            model_name="attachment",
            name="expires_at",
            field=models.DateTimeField(null=True, verbose_name="expires"),
        ),
        migrations.AlterField(
            model_name="attachment",
            name="key",
            field=models.UUIDField(default=uuid.uuid4, editable=False),
        ),
        migrations.AlterField(
            model_name="attachment",
            name="media_id",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddIndex(
            model_name="attachment",
            index=models.Index(fields=["key"], name="attachment_key"),
        ),
        migrations.AddConstraint(
            model_name="attachment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("due_at__isnull", False), ("expires_at__isnull", False), ("state", "WAITING")),
                    models.Q(("state", "WAITING"), _negated=True),
                    _connector="OR",
                ),
                name="waiting_attachment_has_its_time",
            ),
        ),
        migrations.AddField(
            model_name="stagedfile",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="by",
            ),
        ),
        migrations.AddField(
            model_name="upload",
            name="number",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="numbers.phonenumber"
            ),
        ),
        migrations.AddIndex(
            model_name="stagedfile",
            index=models.Index(fields=["created_at"], name="staged_by_age"),
        ),
        migrations.AddConstraint(
            model_name="stagedfile",
            constraint=models.UniqueConstraint(fields=("key",), name="staged_once"),
        ),
        migrations.AddIndex(
            model_name="upload",
            index=models.Index(fields=["uploaded_at"], name="upload_by_age"),
        ),
        migrations.AddConstraint(
            model_name="upload",
            constraint=models.UniqueConstraint(fields=("key", "number"), name="upload_once_per_number"),
        ),
    ]
