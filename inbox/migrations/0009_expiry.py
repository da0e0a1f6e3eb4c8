"""Messages do not wait for ever; throttling is not counted against them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0008_files_of_ours"),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="expires_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="message",
            name="throttled_count",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
    ]
