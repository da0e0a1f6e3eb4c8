"""An index for the folder of windows that end soon."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("inbox", "0004_payload_of_ours")]
    operations = [
        migrations.AddIndex(
            "conversation",
            models.Index("last_inbound_at", "id", condition=~Q(status="CLOSED"), name="inbox_window_ends"),
        ),
    ]
