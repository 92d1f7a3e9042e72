"""Settings of the portal; secrets and places come from the environment.

PORTAL_PROFILE   default | production (production takes every secret from the environment)
PORTAL_DATA_DIR  database, keys, uploads; default var/
DATABASE_URL     default: SQLite in PORTAL_DATA_DIR
PORTAL_ORGANISER, PORTAL_CONTACT, PORTAL_ICP_NUMBER, PORTAL_POLICE_NUMBER, PORTAL_APPLY_AT
                 foot of the public's pages; what is not set is not shown (PUBLIC_SITE)
PORTAL_TRUSTED_PROXIES
                 how many proxies of ours stand in front (accounts/client_address.py); production must say it
PORTAL_LOCK_MINUTES, PORTAL_SIGN_IN_FAILURES, PORTAL_PASSWORD_DAYS, PORTAL_IDLE_MINUTES, PORTAL_SESSION_HOURS,
PORTAL_ONE_SESSION, PORTAL_WALL_DAYS, PORTAL_IDLE_ACCOUNT_DAYS
                 signing in (accounts/signin); all of them in .env.example
"""

from datetime import timedelta
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

from lianyungang_cdpf.api.description_settings import DESCRIPTION
from lianyungang_cdpf.arrival import LOG_LINES
from lianyungang_cdpf.keys import load_secrets
from lianyungang_cdpf.openid import openid_settings

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
# A second one only while the digests go over from one to the other; what the database says is then in force.
DIGEST_KEY_NEXT = _secrets.next_digest_key
DIGEST_KEY_IN_FORCE = "lianyungang_cdpf.encryption.digest_keys.in_force"

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
    "axes",
    "lianyungang_cdpf",
    "lianyungang_cdpf.pages",
    "lianyungang_cdpf.targets",
    "lianyungang_cdpf.intake",
    "lianyungang_cdpf.metrics",
    "lianyungang_cdpf.audit",
    "lianyungang_cdpf.encryption",
    "lianyungang_cdpf.accounts",
    "beneficiaries",
    "subsidies",
    "services",
    "facilities",
]

# Before whitenoise, which answers for static files itself, stands what holds for those too.
MIDDLEWARE = [
    "lianyungang_cdpf.audit.middleware.Arrivals",
    "lianyungang_cdpf.pages.middleware.EveryAnswer",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "lianyungang_cdpf.pages.middleware.MethodsOfForms",
    "lianyungang_cdpf.pages.middleware.NumbersThatFit",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "lianyungang_cdpf.pages.middleware.PrivatePages",
    # First of those that ask who it is: it says why a session ended.
    "lianyungang_cdpf.accounts.signin.middleware.SessionLimits",
    "axes.middleware.AxesMiddleware",
    "lianyungang_cdpf.accounts.factor.middleware.SecondFactorGiven",
    "lianyungang_cdpf.pages.middleware.NoNumbersInAddresses",
    "lianyungang_cdpf.pages.rates.NotTooOften",
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
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA cache_size=-30720;"
        "PRAGMA temp_store=MEMORY;",
    }
else:
    # Compiling a statement takes PostgreSQL longer than any of the portal's takes to run; a year's people of the city
    # are counted in 16 MB, which 4 would sort on disk.
    postgresql = {"options": "-c jit=off -c work_mem=16MB"}
    DATABASES["default"]["OPTIONS"] = postgresql | DATABASES["default"].get("OPTIONS", {})
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.Staff"
AUTHENTICATION_BACKENDS = [
    "lianyungang_cdpf.accounts.signin.guard.Lockout",
    "lianyungang_cdpf.accounts.backends.RoleBackend",
]
# Nobody stands above the roles in production: 三员分立.
SUPERUSERS_ALLOWED = not PRODUCTION
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["username", "name", "email"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "lianyungang_cdpf.accounts.signin.passwords.ThreeOfFourClasses"},
    {"NAME": "lianyungang_cdpf.accounts.signin.passwords.NotTheName"},
    {"NAME": "lianyungang_cdpf.accounts.signin.passwords.NotUsedLately"},
]

# Signing in (accounts/signin; facts.md 6.2). Wrong passwords within the time of a lock: of one account from one
# address; of one account from anywhere; from one address for any account (an office shares one); and wrong API tokens
# from one address. IPv6 counts by /64, this machine as no address.
TRUSTED_PROXIES = env.int("PORTAL_TRUSTED_PROXIES", default=0)
TRUSTED_PROXIES_TOLD = "PORTAL_TRUSTED_PROXIES" in env  # production has to say it (accounts/checks.py)
SIGN_IN_FAILURES = {
    "account_and_address": 5, "account": 20, "address": 50, "token": 20,
    **env.json("PORTAL_SIGN_IN_FAILURES", default={}),
}  # fmt: skip
AXES_COOLOFF_TIME = timedelta(minutes=env.int("PORTAL_LOCK_MINUTES", default=30))
AXES_HANDLER = "lianyungang_cdpf.accounts.signin.guard.SignInGuard"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "lianyungang_cdpf.accounts.signin.guard.kept_name"
AXES_CLIENT_IP_CALLABLE = "lianyungang_cdpf.accounts.signin.guard.kept_address"
AXES_LOCKOUT_CALLABLE = "lianyungang_cdpf.accounts.signin.guard.answer"
# A lock is not prolonged by further tries, so that the page can say when it ends.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
# After so many days a password has to be changed, and so has one that somebody else set at the first sign-in; 0 asks
# for neither, as for the accounts of the demonstration.
PASSWORD_MAX_AGE_DAYS = env.int("PORTAL_PASSWORD_DAYS", default=90 if PRODUCTION else 0)
# Without a request for so long, and after so long whatever is done, a session ends; the warning before.
SESSION_IDLE_MINUTES = env.int("PORTAL_IDLE_MINUTES", default=30)
SESSION_HOURS = env.int("PORTAL_SESSION_HOURS", default=12)
SESSION_WARNING_SECONDS = 120
# Whether signing in ends the account's earlier session.
ONE_SESSION = env.bool("PORTAL_ONE_SESSION", default=PRODUCTION)
# How long a session that was left to the wall screen lasts, which shows nothing but that page; 0 forbids it.
WALL_VIEW = "board:wall"
WALL_DAYS = env.int("PORTAL_WALL_DAYS", default=30)
# Accounts unused for so many days are disabled by the worker; 0 disables none.
IDLE_ACCOUNT_DAYS = env.int("PORTAL_IDLE_ACCOUNT_DAYS", default=90 if PRODUCTION else 0)
# Second factor: "required" of whom fixtures/roles.json says so, or "offered": asked of whoever has set one up.
SECOND_FACTOR = env("PORTAL_SECOND_FACTOR", default="required" if PRODUCTION else "offered")
if SECOND_FACTOR not in {"required", "offered"}:
    raise ImproperlyConfigured("PORTAL_SECOND_FACTOR 应为 required（按岗位必须）或 offered（自愿）。")
OPENID = openid_settings(env, production=PRODUCTION)

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
    "staticfiles": {"BACKEND": "lianyungang_cdpf.static_files.StaticFiles"},
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
# Whether a model tells about somebody; of others the audit log says from what to what a change was.
IS_ABOUT_SOMEBODY = "lianyungang_cdpf.pages.watermark.is_about_somebody"
# What the worker sees to every few seconds beside lost imports: exports with whole numbers end by the hour.
WATCHED_BY_WORKER = [
    "lianyungang_cdpf.pages.exports.actions.end_expired",
    "lianyungang_cdpf.pages.exports.tasks.make_lost",
]
# What removes for the rules of audit/retention.py, each a tuple.
RETENTION_PURGES = [
    "lianyungang_cdpf.audit.forgetting.PURGES",
    "lianyungang_cdpf.intake.forgetting.PURGES",
    "beneficiaries.forgetting.PURGES",
    "subsidies.forgetting.PURGES",
    "lianyungang_cdpf.pages.exports.forgetting.PURGES",
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
# Other periods than those of fixtures/retention-rules.json, in days by rule (audit/retention.py).
RETENTION_DAYS = env.json("PORTAL_RETENTION_DAYS", default={})
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# Public notices (city rule, unverified; facts.md 5 and 6.5): how names of adults are written, "masked" (张*三) or
# "full", never those of children; days of a notice by default and at most.
PUBLIC_NOTICE = {"adult_names": "masked", "days": 7, "most_days": 30} | env.json("PORTAL_PUBLIC_NOTICE", default={})
# The public's pages: 主办单位, contact, ICP 备案号 and 公安备案号 in their foot, each shown only when set; where people
# apply for subsidies (国发〔2015〕52号: at the window of the town where they are registered).
PUBLIC_SITE = {
    "organiser": env("PORTAL_ORGANISER", default=""),
    "contact": env("PORTAL_CONTACT", default=""),
    "icp_number": env("PORTAL_ICP_NUMBER", default=""),
    "police_number": env("PORTAL_POLICE_NUMBER", default=""),
    "apply_at": env("PORTAL_APPLY_AT", default="户籍所在地乡镇政府或街道办事处的受理窗口"),
}
# City rules of the comparison of payments (数据比对), unverified: from how many people or households on an account is
# shared, how many days ahead a certificate is said to expire, the birthdays that are looked at, from what age on
# somebody who is still paid is, and how many days there are to settle a case.
COMPARISON = {
    "shared_by": 3, "expiring_days": 90, "ages": [18, 60, 80], "oldest": 110, "days_to_settle": 30,
    **env.json("PORTAL_COMPARISON", default={}),
}  # fmt: skip

WHITENOISE_ALLOW_ALL_ORIGINS = False

# Whole numbers (city rules, unverified; facts.md 6.5): how many a member of staff may have shown in a day; of exports
# with whole numbers the rows at most and the hours for which a request waits and its file is kept.
REVEALS_A_DAY = env.int("PORTAL_REVEALS_A_DAY", default=50)
UNMASKED_EXPORT = {"most_rows": 20_000, "hours": 72} | env.json("PORTAL_UNMASKED_EXPORT", default={})

# Parts of pages, kept until the figures that they tell change (targets/versions.py), by every process for itself.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "template_fragments": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
        "OPTIONS": {"MAX_ENTRIES": 60},
    },
    "rates": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "rates",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    },
}
# Requests a minute of one account and of one address (pages/rates.py); an office or a network may share an address.
PAGE_RATES = {
    "searches": [120, 1200], "suggestions": [300, 3000], "exports": [60, 300],
    "uploads": [150, 600], "self_check": [60, 120],
    **env.json("PORTAL_PAGE_RATES", default={}),
}  # fmt: skip
# Whom to tell of a hole (RFC 9116): a mailto:, https: or tel: address, and until when that holds, with its offset.
SECURITY_TXT = {
    "contact": env("PORTAL_SECURITY_CONTACT", default=""),
    "expires": env("PORTAL_SECURITY_EXPIRES", default=""),
}
# How often the wall screen asks for its figures again.
BOARD_REFRESH_SECONDS = 180

# The audit log: the heads of the chain of seals, outside of the database, and archived months, sealed. Copy both to
# another machine.
AUDIT_HEAD = Path(env("PORTAL_AUDIT_HEAD", default=str(DATA_DIR / "audit" / "heads.jsonl")))
AUDIT_ARCHIVE = Path(env("PORTAL_AUDIT_ARCHIVE", default=str(DATA_DIR / "audit" / "archive")))
# Months of the log that stay in the database; 网络安全法 art. 23(3) (as amended 2025) asks for six at least.
AUDIT_KEPT_MONTHS = max(6, env.int("PORTAL_AUDIT_KEPT_MONTHS", default=36))
# Seconds between two rounds of the worker's sealing, and after how many a line without a seal is a breach: longer
# than any transaction of the portal lasts.
AUDIT_SEAL_EVERY, AUDIT_SEAL_WITHIN = 3, 900

# Nothing stands inline, on any page: so there is no nonce either.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "script-src-attr": ["'none'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "frame-src": ["'none'"],
        "worker-src": ["'none'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "upgrade-insecure-requests": PRODUCTION,
    }
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Longer than a session lasts: what is over can then say why (accounts/signin/sessions.py).
SESSION_COOKIE_AGE = 2 * SESSION_HOURS * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
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
    "DEFAULT_THROTTLE_RATES": {"account": "600/min", "uploads": "30/min", **env.json("PORTAL_API_RATES", default={})},
    "DEFAULT_SCHEMA_CLASS": "lianyungang_cdpf.api.description.ChineseSchema",
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "lianyungang_cdpf.api.errors.answer",
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = DESCRIPTION
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True
IMPORT_EXPORT_IMPORT_PERMISSION_CODE = "import"
IMPORT_EXPORT_EXPORT_PERMISSION_CODE = "export"

LOGGING = LOG_LINES
