"""All settings, from environment variables; `.env.example` documents each one."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONCE, SELF
from kombu import Exchange, Queue

from config.checks import refuse_unsafe
from config.logs import logging_config

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

# --- The installation -------------------------------------------------------------------------------
PRODUCTION = env.bool("PRODUCTION", default=True)
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env("SECRET_KEY", default="")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
HTTPS = env.bool("HTTPS", default=not DEBUG)
SECURITY_CONTACT = env("SECURITY_CONTACT", default="")

# --- Meta -------------------------------------------------------------------------------------------
WHATSAPP_APP_SECRETS = env.list("WHATSAPP_APP_SECRET", default=[])
WHATSAPP_VERIFY_TOKEN = env("WHATSAPP_VERIFY_TOKEN", default="")
WHATSAPP_TOKEN = env("WHATSAPP_TOKEN", default="")
WHATSAPP_WABA_ID = env("WHATSAPP_WABA_ID", default="")
WHATSAPP_APP_ID = env("WHATSAPP_APP_ID", default="")
PUBLIC_URL = env("PUBLIC_URL", default="").rstrip("/")
GRAPH_BASE_URL = env("GRAPH_BASE_URL", default="https://graph.facebook.com").rstrip("/")
GRAPH_VERSION = env("GRAPH_VERSION", default="v25.0")

# --- Keys for secrets at rest: "<id>:<base64 of 32 bytes>", the first encrypts, all decrypt ----------
FIELD_KEYS = env.list("FIELD_KEYS", default=[])
# Seals the audit trail; the old ones verify what they sealed.
AUDIT_KEY = env("AUDIT_KEY", default="")
AUDIT_OLD_KEYS = env.list("AUDIT_OLD_KEYS", default=[])

# --- Product ----------------------------------------------------------------------------------------
SILENCE_ALERT_HOURS = env.float("SILENCE_ALERT_HOURS", default=24.0)
HEALTH_CHECK_MINUTES = env.float("HEALTH_CHECK_MINUTES", default=60.0)
TEMPLATE_SYNC_MINUTES = env.float("TEMPLATE_SYNC_MINUTES", default=60.0)
METRICS_TOKEN = env("METRICS_TOKEN", default="")
CONVERSATION_REOPEN_HOURS = env.float("CONVERSATION_REOPEN_HOURS", default=0.0)
LEDGER_DAYS = env.int("LEDGER_DAYS", default=30)
SEND_LEASE_SECONDS = env.float("SEND_LEASE_SECONDS", default=60.0)
SEND_CONCURRENCY = env.int("SEND_CONCURRENCY", default=320)

INSTALLED_APPS = [
    "daphne",
    "config.apps.ProsaAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "channels",
    "csp",
    "django_htmx",
    "django_structlog",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "accounts",
    "teams",
    "numbers",
    "contacts",
    "messaging",
    "inbox",
    "campaigns",
    "webhooks",
    "dashboards",
    "compliance",
]

MIDDLEWARE = [
    "config.middleware.isolation",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "accounts.middleware.client_address",
    "config.middleware.RequestLog",
    "config.middleware.same_origin",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "accounts.middleware.session_use",
    "accounts.middleware.person_locale",
    "accounts.middleware.SecondFactorFirst",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "config.context.csp_nonce",
                "config.context.open_alerts",
            ]
        },
    }
]

# --- PostgreSQL, the only database and the queue of record ------------------------------------------
DATABASES = {"default": env.db("DATABASE_URL", default="postgresql:///prosa")}
DATABASES["default"] |= {
    "ENGINE": "django.db.backends.postgresql",
    "CONN_MAX_AGE": 0,
    "CONN_HEALTH_CHECKS": True,
}
DATABASES["default"].setdefault("OPTIONS", {})
DATABASES["default"]["OPTIONS"] |= {
    "pool": {"min_size": 1, "max_size": env.int("DATABASE_POOL_SIZE", default=8), "timeout": 3},
    "connect_timeout": 2,
    # Arrays go as binary, and statements are planned once: what the set-based verbs live on.
    "server_side_binding": True,
    "prepare_threshold": 5,
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Redis: wake-ups and live pages, nothing that must survive ---------------------------------------
REDIS_URL = env("REDIS_URL", default="redis://127.0.0.1:6379/0")
# Published messages know no database numbers: two installations on one server must not hear each other.
LIVE_PREFIX = f"prosa{urlsplit(REDIS_URL).path}"
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {
            # redis-py 8 closes idle sockets after 5 s unless told not to.
            "hosts": [{"address": REDIS_URL, "socket_timeout": None}],
            "prefix": LIVE_PREFIX,
        },
    }
}

CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 0.5, "socket_timeout": 5}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
# A wake-up carries nothing, so nobody acknowledges it: with one unacknowledged when Redis goes, kombu ends the worker.
CELERY_TASK_QUEUES = [
    Queue(lane, Exchange(lane), routing_key=lane, no_ack=True)
    for lane in ("inbound", "replies", "bulk", "media", "maintenance")
]
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_WORKER_POOL = "threads"
CELERY_WORKER_CONCURRENCY = env.int("WORKER_CONCURRENCY", default=4)
CELERY_TASK_DEFAULT_QUEUE = "maintenance"
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "lane.maintenance", "schedule": 10.0, "options": {"expires": 10}},
}

# --- People -----------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "inbox:home"
LOGOUT_REDIRECT_URL = "accounts:login"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 60 * 60
SECOND_FACTOR_REQUIRED = env.list("SECOND_FACTOR_REQUIRED", default=["ADMIN", "SUPERVISOR"])
SESSION_ENGINE = "accounts.session_store"
SESSION_IDLE_MINUTES = env.float("SESSION_IDLE_MINUTES", default=720.0)
SESSION_MAX_HOURS = env.float("SESSION_MAX_HOURS", default=168.0)
SESSION_COOKIE_AGE = int(SESSION_MAX_HOURS * 3600)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
if HTTPS:
    # Browsers take such names only over HTTPS, for the whole host and for no other one.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"

# --- Mail -------------------------------------------------------------------------------------------
# Links that open accounts are printed where nobody else reads along, and else go nowhere.
WITHOUT_MAIL = "dummymail://" if PRODUCTION else "consolemail://"
EMAIL = env.email_url("EMAIL_URL", default=WITHOUT_MAIL)
EMAIL_BACKEND = EMAIL["EMAIL_BACKEND"]
EMAIL_HOST, EMAIL_PORT = EMAIL["EMAIL_HOST"], EMAIL["EMAIL_PORT"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = EMAIL["EMAIL_HOST_USER"], EMAIL["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS, EMAIL_USE_SSL = EMAIL.get("EMAIL_USE_TLS", False), EMAIL.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env("EMAIL_FROM", default="prosa@localhost")

# --- The web around it ------------------------------------------------------------------------------
SOCKET_ORIGINS = [f"wss://{host}" for host in ALLOWED_HOSTS if host not in ("*", "[::1]") and host[0] != "."]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "blob:", "data:"],
        "media-src": [SELF, "blob:"],
        "connect-src": [SELF, *SOCKET_ORIGINS],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": [SELF],
        "object-src": ["'none'"],
    }
}
PERMISSIONS_POLICY = {"microphone": "self", "camera": [], "geolocation": "self", "payment": [], "usb": []}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
TRUST_PROXY = env.bool("TRUST_PROXY", default=False)
if TRUST_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    DJANGO_STRUCTLOG_TRUST_UPSTREAM_REQUEST_ID = True
X_FRAME_OPTIONS = "DENY"
WHITENOISE_ALLOW_ALL_ORIGINS = False

# --- The API ----------------------------------------------------------------------------------------
TOKEN_KEY = env("TOKEN_KEY", default="")
TOKEN_FAMILY_DAYS = env.float("TOKEN_FAMILY_DAYS", default=30.0)
API_RATE = env.float("API_RATE", default=20.0)
API_BURST = env.int("API_BURST", default=40)
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.authentication.Bearer"],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.permissions.HasScope"],
    "DEFAULT_THROTTLE_CLASSES": ["accounts.pace.ApiPace"],
    "DEFAULT_PARSER_CLASSES": ["lib.api.parsing.JSONBody"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "lib.api.parsing.JSONAlways",
    "DEFAULT_FILTER_BACKENDS": ["lib.api.filters.Filters"],
    "DEFAULT_PAGINATION_CLASS": "lib.api.pagination.Pages",
    "DEFAULT_SCHEMA_CLASS": "lib.api.schema.Schema",
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "lib.api.problems.handle",
    "NON_FIELD_ERRORS_KEY": "body",
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Prosa API",
    "DESCRIPTION": "The customer-service inbox over the official WhatsApp Business Cloud API. See docs/api.md.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_PATCH": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "ConversationStatus": "inbox.models.Conversation.Status",
        "MessageStatus": "inbox.api.messages.STATUSES",
        "SendingState": "numbers.models.PhoneNumber.State",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "lib.api.schema.add_problems",
    ],
}

# --- Language, time, files --------------------------------------------------------------------------
LANGUAGE_CODE = "pt-br"
LANGUAGES = [("pt-br", "Português"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
TIME_ZONE = env("TIME_ZONE", default="America/Sao_Paulo")
USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_STORAGE_BACKEND = (
    "whitenoise.storage.CompressedManifestStaticFilesStorage"
    if env.bool("STATIC_MANIFEST", default=False)
    else "django.contrib.staticfiles.storage.StaticFilesStorage"
)
# Files lie under names of our own, and a second try writes over the first: no copies under other names.
MEDIA_ROOT = env("MEDIA_ROOT", default=str(BASE_DIR / "media"))
MEDIA_MAX_MB = env.int("MEDIA_MAX_MB", default=100)
MEDIA_ACCEL = env("MEDIA_ACCEL", default="")
MEDIA_S3_BUCKET = env("MEDIA_S3_BUCKET", default="")
if MEDIA_S3_BUCKET:
    # Newer checksums are refused by some that only look like S3.
    os.environ.setdefault("AWS_REQUEST_CHECKSUM_CALCULATION", "when_required")
    os.environ.setdefault("AWS_RESPONSE_CHECKSUM_VALIDATION", "when_required")
    MEDIA_STORAGE = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": MEDIA_S3_BUCKET,
            "endpoint_url": env("MEDIA_S3_ENDPOINT", default="") or None,
            "region_name": env("MEDIA_S3_REGION", default="") or None,
            "access_key": env("MEDIA_S3_ACCESS_KEY", default="") or None,
            "secret_key": env("MEDIA_S3_SECRET_KEY", default="") or None,
            "default_acl": None,
            "file_overwrite": True,
            # What is larger is read through a file on the disk, not through memory.
            "max_memory_size": 1_000_000,
        },
    }
else:
    MEDIA_STORAGE = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": MEDIA_ROOT, "allow_overwrite": True},
    }
# What browsers and programs bring goes to the disk as it comes, and has an end.
FILE_UPLOAD_HANDLERS = ["lib.uploads.BoundedUploadHandler"]
STORAGES = {
    "default": MEDIA_STORAGE,
    "staticfiles": {"BACKEND": STATICFILES_STORAGE_BACKEND},
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = STATICFILES_STORAGE_BACKEND.startswith("django.")

# --- Logs -------------------------------------------------------------------------------------------
LOGGING = logging_config(level=env("LOG_LEVEL", default="INFO"), as_json=env("LOG_FORMAT", default="json") == "json")
DJANGO_STRUCTLOG_CELERY_ENABLED = True
# It believes what any client says of where it is: accounts.middleware.client_address does not.
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False

# Last: whatever imports these settings (pages, sockets, workers, commands) stops here.
if PRODUCTION:
    refuse_unsafe(globals())
