"""Whole accounts are paused, as numbers are."""

from django.db import migrations, models

STATE = {
    "choices": [("ACTIVE", "Active"), ("PAUSED", "Paused")],
    "db_default": "ACTIVE",
    "default": "ACTIVE",
    "max_length": 8,
    "verbose_name": "state",
}


class Migration(migrations.Migration):
    dependencies = [
        ("numbers", "0007_when_unknown"),
    ]

    operations = [
        migrations.AddField(model_name="wabaaccount", name="state", field=models.CharField(**STATE)),
        migrations.AlterField(model_name="phonenumber", name="state", field=models.CharField(**STATE)),
    ]
