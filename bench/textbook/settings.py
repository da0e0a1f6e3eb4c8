"""Settings of the textbook project: nothing but what the view needs, and a pool of connections."""

import os

import environ

SECRET_KEY = "textbook"
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = ["bench.textbook"]
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "bench.textbook.urls"
DATABASES = {"default": environ.Env.db_url_config(os.environ["TEXTBOOK_DATABASE_URL"])}
DATABASES["default"] |= {
    "ENGINE": "django.db.backends.postgresql",
    "OPTIONS": {"pool": {"min_size": 2, "max_size": 16}},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
WHATSAPP_APP_SECRET = os.environ["WHATSAPP_APP_SECRET"].split(",")[0]
