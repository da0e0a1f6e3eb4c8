import django.db.models.deletion
from django.db import migrations, models

# A range of seconds for each interval, in a stretch of numbers that only its team uses: ranges of one team that
# overlap are refused, and no extension is needed for it. A closed special day takes the whole day.
EXCLUDE_HOURS = """
ALTER TABLE teams_openinghours ADD CONSTRAINT hours_do_not_overlap EXCLUDE USING gist (int8range(
  team_id * 1000000 + weekday * 86400 + EXTRACT(EPOCH FROM opens)::bigint,
  team_id * 1000000 + weekday * 86400 + COALESCE(NULLIF(EXTRACT(EPOCH FROM closes)::bigint, 0), 86400)
) WITH &&)
"""
EXCLUDE_SPECIAL_DAYS = """
ALTER TABLE teams_specialday ADD CONSTRAINT special_days_do_not_overlap EXCLUDE USING gist (int8range(
  team_id * 1000000000000 + (date - DATE '2000-01-01')::bigint * 86400
    + COALESCE(EXTRACT(EPOCH FROM opens)::bigint, 0),
  team_id * 1000000000000 + (date - DATE '2000-01-01')::bigint * 86400
    + COALESCE(NULLIF(EXTRACT(EPOCH FROM closes)::bigint, 0), 86400)
) WITH &&)
"""


class Migration(migrations.Migration):
    dependencies = [("teams", "0001_tables")]

    operations = [
        migrations.AddField(
            model_name="team",
            name="time_zone",
            field=models.CharField(
                db_default="America/Sao_Paulo",
                default="America/Sao_Paulo",
                help_text="Hours and special days are in it.",
                max_length=48,
                verbose_name="time zone",
            ),
        ),
        migrations.CreateModel(
            name="OpeningHours",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "weekday",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "Monday"),
                            (1, "Tuesday"),
                            (2, "Wednesday"),
                            (3, "Thursday"),
                            (4, "Friday"),
                            (5, "Saturday"),
                            (6, "Sunday"),
                        ],
                        verbose_name="day",
                    ),
                ),
                ("opens", models.TimeField(verbose_name="opens")),
                ("closes", models.TimeField(help_text="00:00 is midnight, the end of the day.", verbose_name="closes")),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="opening_hours",
                        to="teams.team",
                        verbose_name="team",
                    ),
                ),
            ],
            options={
                "verbose_name": "opening hours",
                "verbose_name_plural": "opening hours",
                "ordering": ["weekday", "opens"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("closes__gt", models.F("opens")), ("closes", "00:00"), _connector="OR"),
                        name="hours_in_order",
                        violation_error_message="It closes before it opens.",
                    ),
                    models.CheckConstraint(condition=models.Q(("weekday__lte", 6)), name="hours_on_a_weekday"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SpecialDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("date", models.DateField(verbose_name="date")),
                ("name", models.CharField(blank=True, max_length=80, verbose_name="name")),
                (
                    "opens",
                    models.TimeField(
                        blank=True, help_text="Leave both empty if it is closed.", null=True, verbose_name="opens"
                    ),
                ),
                ("closes", models.TimeField(blank=True, null=True, verbose_name="closes")),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="special_days",
                        to="teams.team",
                        verbose_name="team",
                    ),
                ),
            ],
            options={
                "verbose_name": "special day",
                "verbose_name_plural": "special days",
                "ordering": ["date", "opens"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closes", None), ("opens", None)),
                            models.Q(
                                ("closes__isnull", False),
                                ("opens__isnull", False),
                                models.Q(("closes__gt", models.F("opens")), ("closes", "00:00"), _connector="OR"),
                            ),
                            _connector="OR",
                        ),
                        name="special_day_in_order",
                        violation_error_message="Fill in both times in order, or none for a closed day.",
                    )
                ],
            },
        ),
        migrations.RunSQL(EXCLUDE_HOURS, "ALTER TABLE teams_openinghours DROP CONSTRAINT hours_do_not_overlap"),
        migrations.RunSQL(
            EXCLUDE_SPECIAL_DAYS, "ALTER TABLE teams_specialday DROP CONSTRAINT special_days_do_not_overlap"
        ),
    ]
