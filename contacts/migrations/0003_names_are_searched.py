from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations
from django.db.models.functions import Upper


class Migration(migrations.Migration):
    dependencies = [("contacts", "0002_merge_and_consent")]

    operations = [
        TrigramExtension(),
        migrations.AddIndex(
            model_name="contact",
            index=GinIndex(
                OpClass(Upper("name"), name="gin_trgm_ops"),
                OpClass(Upper("book_name"), name="gin_trgm_ops"),
                OpClass(Upper("profile_name"), name="gin_trgm_ops"),
                name="contact_names",
            ),
        ),
    ]
