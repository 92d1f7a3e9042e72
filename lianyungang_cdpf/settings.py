"""Settings of the portal, in one file; secrets and places come from the environment.

PORTAL_PROFILE   default | production (production takes every secret from the environment)
PORTAL_DATA_DIR  database, keys, uploads; default var/
DATABASE_URL     default: SQLite in PORTAL_DATA_DIR
"""

from pathlib import Path

import environ

from lianyungang_cdpf.keys import load_secrets

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent
PROFILE = env("PORTAL_PROFILE", default="default")
PRODUCTION = PROFILE == "production"
DATA_DIR = Path(env("PORTAL_DATA_DIR", default=str(BASE_DIR / "var"))).resolve()
if not PRODUCTION:
    DATA_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)

_secrets = load_secrets(PROFILE, DATA_DIR)
SECRET_KEY = _secrets.secret_key
FIELD_KEYS = _secrets.field_keys
FIELD_KEY_ID = _secrets.current_field_key
DIGEST_KEY = _secrets.digest_key

DEBUG = False
ALLOWED_HOSTS = env.list("PORTAL_HOSTS", default=[] if PRODUCTION else ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("PORTAL_ORIGINS", default=[])

INSTALLED_APPS = [
    "lianyungang_cdpf.pages.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "import_export",
    "csp",
    "django_tasks",
    "django_tasks_db",
    "lianyungang_cdpf",
    "lianyungang_cdpf.pages",
    "lianyungang_cdpf.targets",
    "lianyungang_cdpf.intake",
    "lianyungang_cdpf.metrics",
    "lianyungang_cdpf.audit",
    "lianyungang_cdpf.accounts",
    "beneficiaries",
    "subsidies",
    "services",
    "facilities",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "lianyungang_cdpf.pages.middleware.PrivatePages",
]

ROOT_URLCONF = "lianyungang_cdpf.urls"
WSGI_APPLICATION = "lianyungang_cdpf.wsgi.application"
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
                "lianyungang_cdpf.pages.context.portal",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
# The renderer above finds Django's own form templates only as an app.
INSTALLED_APPS.append("django.forms")

# SQLite has one writer: WAL lets readers go on, IMMEDIATE avoids deadlocks between two writers that began by reading.
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'portal.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 60,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA cache_size=-40960;"
        "PRAGMA temp_store=MEMORY;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.Staff"
AUTHENTICATION_BACKENDS = ["lianyungang_cdpf.accounts.backends.RoleBackend"]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文")]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
LOCALE_PATHS = [BASE_DIR / "locale"]
FIXTURE_DIRS = [BASE_DIR / "fixtures"]

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA_DIR / "static"
UPLOAD_ROOT = DATA_DIR / "uploads"
# No upload lies in the clear on disk, not even while it arrives.
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "lianyungang_cdpf.intake.arriving.SealedUploadHandler",
]
FILE_UPLOAD_PERMISSIONS = 0o600
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": UPLOAD_ROOT}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

# What a lower layer must know of a higher one, by dotted name.
INTAKE_KINDS = [
    "beneficiaries.rolls.kinds",
    "subsidies.kinds.kinds",
    "subsidies.comparison.rolls.kinds",
    "services.rolls.kinds",
    "facilities.rolls.kinds",
    "lianyungang_cdpf.targets.allocation_roll.kinds",
]
# The permissions that the kinds above ask for.
INTAKE_PERMISSIONS = [
    "beneficiaries.import_register",
    "beneficiaries.transfer_person",
    "beneficiaries.merge_person",
    "subsidies.import_roll",
    "subsidies.import_history",
    "subsidies.compare_rolls",
    "services.import_services",
    "facilities.import_facility",
    "targets.split_goal",
]
METRIC_SOURCES = ["beneficiaries.metrics", "subsidies.metrics", "services.metrics", "facilities.metrics"]
# Of these records the ones that are taken back: they stay on file and stand in the way of no undoing.
RECORDS_TAKEN_BACK = {
    "subsidies.Payment": {"live": False},
    "services.Service": {"cancelled_at__isnull": False},
    "services.FacilityStay": {"cancelled_at__isnull": False},
    "services.MonthlyAttendance": {"cancelled_at__isnull": False},
    "beneficiaries.Transfer": {"state": "withdrawn"},
}
FACILITY_PANELS = ["services.facility_panel.people_served"]

# Limits of an uploaded roll; the defaults are those of the reading rules. Bytes, counts, seconds, megabytes.
INTAKE_ROLL_LIMITS = env.json("PORTAL_ROLL_LIMITS", default={})
INTAKE_REGISTER_LIMITS = env.json("PORTAL_REGISTER_LIMITS", default={})
# A job whose heartbeat is older than this belongs to a dead worker and is taken up again.
INTAKE_HEARTBEAT_SECONDS = 60
# How long an upload is kept, in days (city rule, unverified): after posting; without it; and before an open import
# that can't be posted without its file is given up.
INTAKE_ARCHIVE_DAYS = {"posted": 180, "unposted": 30, "open": 90} | env.json("PORTAL_ARCHIVE_DAYS", default={})
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# Public notices (city rule, unverified; facts.md 5 and 6.5): how names of adults are written, "masked" (张*三) or
# "full", never those of children; days of a notice by default and at most.
PUBLIC_NOTICE = {"adult_names": "masked", "days": 7, "most_days": 30} | env.json("PORTAL_PUBLIC_NOTICE", default={})
# City rules of the comparison of payments (数据比对), unverified: from how many people or households on an account is
# shared, how many days ahead a certificate is said to expire, the birthdays that are looked at, from what age on
# somebody who is still paid is, and how many days there are to settle a case.
COMPARISON = {
    "shared_by": 3, "expiring_days": 90, "ages": [18, 60, 80], "oldest": 110, "days_to_settle": 30,
    **env.json("PORTAL_COMPARISON", default={}),
}  # fmt: skip

# Thresholds of the lights, in per cent of what is due (facts.md 5: local practice, configurable).
LIGHT_ON_TRACK, LIGHT_BEHIND = 100, 80

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_HTTPONLY = True
if PRODUCTION:
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "lianyungang_cdpf.accounts.tokens.ByToken",
        "lianyungang_cdpf.api.access.SessionOfStaff",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["lianyungang_cdpf.api.access.StaffOnly"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["lianyungang_cdpf.api.bodies.SmallJson"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "lianyungang_cdpf.api.access.JsonOnly",
    "DEFAULT_THROTTLE_CLASSES": ["lianyungang_cdpf.api.access.PerAccount"],
    # Requests of one account, counted by each process of the server for itself: against a script that runs wild.
    "DEFAULT_THROTTLE_RATES": {"account": "600/min", "uploads": "30/min"},
    "DEFAULT_SCHEMA_CLASS": "lianyungang_cdpf.api.description.ChineseSchema",
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "lianyungang_cdpf.api.errors.answer",
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "智慧残联接口",
    "DESCRIPTION": "连云港市残疾人联合会智慧残联信息系统的接口。辖区、权限、号码遮盖和操作日志与网页相同。",
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["lianyungang_cdpf.api.access.StaffOnly"],
    "COMPONENT_SPLIT_REQUEST": True,
    # Fields of one name and different choices: what the description calls each.
    "ENUM_NAME_OVERRIDES": {
        "RollState": "subsidies.models.Roll.State",
        "ImportState": "lianyungang_cdpf.intake.models.ImportJob.State",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "lianyungang_cdpf.api.description.with_descriptions",
    ],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"docExpansion": "list", "defaultModelsExpandDepth": -1, "validatorUrl": None},
}
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True
IMPORT_EXPORT_IMPORT_PERMISSION_CODE = "import"
IMPORT_EXPORT_EXPORT_PERMISSION_CODE = "export"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"django.security.DisallowedHost": {"level": "ERROR"}},
}
