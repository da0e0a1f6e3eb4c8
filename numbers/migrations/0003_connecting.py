import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("numbers", "0002_what_meta_tells")]

    operations = [
        migrations.AddField(
            model_name="phonenumber",
            name="tested_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="tested"),
        ),
        migrations.AlterField(
            model_name="phonenumber",
            name="sends_per_second",
            field=models.PositiveSmallIntegerField(
                default=76,
                validators=[django.core.validators.MinValueValidator(1)],
                verbose_name="sends per second",
            ),
        ),
        migrations.CreateModel(
            name="FormerId",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("phone_number_id", models.CharField(max_length=32, unique=True, verbose_name="phone number id")),
                (
                    "left_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="left"),
                ),
                (
                    "number",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="former_ids",
                        to="numbers.phonenumber",
                        verbose_name="number",
                    ),
                ),
                (
                    "waba",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="numbers.wabaaccount",
                        verbose_name="account",
                    ),
                ),
            ],
            options={
                "verbose_name": "former id",
                "verbose_name_plural": "former ids",
            },
        ),
    ]
