"""What becomes of a message that nobody confirms."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("numbers", "0006_read_marks"),
    ]

    operations = [
        migrations.AddField(
            model_name="phonenumber",
            name="when_unknown",
            field=models.CharField(
                choices=[("ASK", "Ask a person"), ("RESEND", "Send it again")],
                db_default="ASK",
                default="ASK",
                help_text="A message whose answer was lost may have arrived. Sending it again by itself risks that the customer gets it twice; asking leaves it to a person.",
                max_length=6,
                verbose_name="when WhatsApp does not confirm",
            ),
        ),
    ]
