"""What we send is kept in Meta's form, as what came in; the system's keys are unique as a person's are."""

from django.db import migrations, models

FILL = """
UPDATE inbox_message SET payload = jsonb_build_object('type', 'text', 'text', jsonb_build_object('body', text))
WHERE direction = 'OUTBOUND' AND kind = 'text' AND payload = '{}'
"""


class Migration(migrations.Migration):
    dependencies = [("inbox", "0003_what_whatsapp_sends")]

    operations = [
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RemoveConstraint("message", "client_key_once_per_person"),
        migrations.AddConstraint(
            "message",
            models.UniqueConstraint(
                condition=models.Q(("client_key", None), _negated=True),
                fields=("author", "client_key"),
                name="client_key_once_per_person",
                nulls_distinct=False,
            ),
        ),
    ]
