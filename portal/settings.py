"""Settings of the portal. Everything that differs between machines comes from environment variables (see README.md)."""

import datetime
import os
import re
import sys
from pathlib import Path
from typing import Any, NoReturn

from .database import (
    CONNECT_SECONDS,
    GRACE_SECONDS,
    POOL_SECONDS,
    TCP_LIMITS,
    bounded,
    parse_url,
)
from .run import embedded, release

BASE_DIR = Path(__file__).resolve().parent.parent


def stop(message: str) -> NoReturn:
    """Exit with a paragraph that says what to do, instead of a traceback. Never returns."""
    sys.exit(f"\nThe portal cannot start.\n{message}\n")


def number(name: str, default: int) -> int:
    """Return the whole number in an environment variable. Stops if it is something else."""
    value = os.environ.get(name, "")
    if value and not value.isdecimal():
        stop(f"{name} must be a whole number, not {value!r}.")
    return int(value or default)


def switch(name: str, default: bool = False) -> bool:
    """Return whether an environment variable is on (1, true, yes). Stops if it is neither on nor off."""
    value = os.environ.get(name, "").lower()
    if value not in {"", "0", "1", "true", "false", "yes", "no"}:
        stop(f"{name} must be 1 or 0, not {value!r}.")
    return value in {"1", "true", "yes"} if value else default


def words(name: str, default: str = "") -> list[str]:
    """Return the entries of an environment variable, which commas separate."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


# Where it runs

DATABASE_URL = os.environ.get("DATABASE_URL", "")
EMBEDDED = not DATABASE_URL  # a demonstration on this machine, with a database of its own
PREPARE = switch("PREPARE", default=True)  # whether script/server migrates and loads the data set
DEBUG = switch("DEBUG")
TWO_FACTOR = switch("TWO_FACTOR", default=not (DEBUG or EMBEDDED))  # whether /admin/ needs one
BEHIND_TLS = switch("BEHIND_TLS")
PROXIES = words("FORWARDED_ALLOW_IPS", "127.0.0.1")  # proxies whose X-Forwarded-For is trusted
ALLOWED_HOSTS = words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = words("CSRF_TRUSTED_ORIGINS")
# The host that passkeys are made for: they work there and on hosts below it, and on no other one.
PASSKEY_HOST = (
    os.environ.get("PASSKEY_HOST") or "".join(ALLOWED_HOSTS[:1]).lstrip("*.") or "localhost"
)

SECRET_KEY = os.environ.get("SECRET_KEY", "")
if not SECRET_KEY and EMBEDDED:
    SECRET_KEY = embedded.secret("secret-key")
elif not SECRET_KEY:
    stop(
        "With DATABASE_URL set, SECRET_KEY must be set too: a long random text that you keep to yourself.\n"
        'Make one with: python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
    )

# A hash of the code: pages that other code made are not served again
RELEASE = release.fingerprint(BASE_DIR)

# Apps and middleware

INSTALLED_APPS = [
    "portal.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "django_filters",
    "django_otp",
    "django_otp.plugins.otp_static",
    "django_otp.plugins.otp_totp",
    "django_otp_webauthn",
    "pgtrigger",
    "portal.apps.PortalConfig",
    "centres",
    "evidence",
]

MIDDLEWARE = [
    "portal.middleware.no_body_for_head",
    "portal.middleware.security_headers",
    "portal.middleware.caching_is_never_guessed",
    "portal.middleware.admin_is_never_cached",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "portal.page_cache.stored_pages",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.middleware.Compression",
    "portal.middleware.clean_address",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "axes.middleware.AxesMiddleware",
    "portal.outage.database_outage",
]

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]

FORCE_SCRIPT_NAME = ""  # the portal is at the root of its host, whatever a request says
ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "portal.template_backend.Templates",
        "NAME": "django",
        # The first folder puts the evidence into pages of rooms that know nothing of it: each template there extends the one
        # of the same name in the second, which is complete without.
        "DIRS": [BASE_DIR / "templates" / "with_evidence", BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]


# The database


def database(url: str, name: str = "DATABASE_URL") -> dict[str, Any]:
    """Return Django's settings for the PostgreSQL database at this URL. Stops if the variable `name` holds no such URL."""
    try:
        config = parse_url(url)
    except ValueError:
        stop(
            f"{name} must look like postgresql://user:password@host:5432/name.\n"
            "PostgreSQL is the only database that the portal runs on."
        )
    # A page that takes longer has a fault. Commands that need more time raise the limit themselves.
    limit = number("STATEMENT_TIMEOUT_MS", 4000)
    # To start more processes for one statement takes longer than most statements, and processors are what is scarce. The
    # database fits into memory, where rows out of order cost hardly more than rows in order. The dozen tables that an edition
    # is shown with are named in a good order, from the edition on: to try all others takes 12 ms, and to read the rows less
    # than one. The URL may say otherwise.
    planner = (
        "-c max_parallel_workers_per_gather=0 -c random_page_cost=1.1 -c join_collapse_limit=4"
    )
    own = config["OPTIONS"].get("options", "")
    config["CONN_HEALTH_CHECKS"] = True
    config["OPTIONS"] |= {
        # While the database is away no request waits longer than this, and the pool tries again with the next request.
        "pool": {
            "connection_class": bounded(limit / 1000 + GRACE_SECONDS if limit else None),
            "min_size": 1,
            "max_size": number("DATABASE_POOL", 6),
            "timeout": POOL_SECONDS,
            "reconnect_timeout": POOL_SECONDS,
        },
        "connect_timeout": CONNECT_SECONDS,
        **TCP_LIMITS,
        "options": " ".join(filter(None, [planner, own, f"-c statement_timeout={limit}"])),
    }
    return config


def replica(url: str) -> dict[str, Any]:
    """Return Django's settings for a copy of the database that is only read. Stops if the URL is wrong."""
    config = database(url, "DATABASE_REPLICA_URL")
    config["OPTIONS"]["options"] += " -c default_transaction_read_only=on"
    return config | {"TEST": {"MIRROR": "default"}}


DATABASES = {"default": database(DATABASE_URL or embedded.Server().url)}
if DATABASE_REPLICA_URL := os.environ.get("DATABASE_REPLICA_URL", ""):
    DATABASES["replica"] = replica(DATABASE_REPLICA_URL)
DATABASE_ROUTERS = ["portal.replica.Router"]

# Security


def passkey_origins(host: str, hosts: list[str], trusted: list[str]) -> list[str]:
    """Return where passkeys of a host are made and used: over TLS on it and on hosts below it, and to try them on localhost."""
    if host == "localhost":
        return [f"http://localhost:{number('PORT', 8000)}"]
    below = {other.lstrip(".") for other in hosts if other.endswith(f".{host}")}
    own = {f"https://{one}" for one in {host, *below}}
    return sorted(own | {origin for origin in trusted if origin.startswith("https://")})


X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
# A session ends when the browser is closed, after 2 hours without use, and after 8 hours in any case.
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_AGE = 2 * 60 * 60
SESSION_LONGEST = 8 * 60 * 60
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "portal.accounts.sign_in.csrf_failed"
OTP_TOTP_ISSUER = "What Works evidence portal"  # the name that an app on a phone shows
OTP_WEBAUTHN_RP_NAME = OTP_TOTP_ISSUER
OTP_WEBAUTHN_RP_ID = PASSKEY_HOST
OTP_WEBAUTHN_ALLOW_PASSWORDLESS_LOGIN = False
OTP_WEBAUTHN_ALLOWED_ORIGINS = passkey_origins(PASSKEY_HOST, ALLOWED_HOSTS, CSRF_TRUSTED_ORIGINS)
if BEHIND_TLS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^health/"]  # load balancers check health without TLS
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

# 5 wrong passwords lock an account for 15 minutes, but only for the IP address that they came from, so that nobody can lock out
# others. 30 wrong passwords for any accounts lock the address: more than an office of people who mistype. See
# portal.accounts.sign_in.
AXES_FAILURE_LIMIT = 5
FAILURES_OF_AN_ADDRESS = 30
AXES_COOLOFF_TIME = datetime.timedelta(minutes=15)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"], "ip_address"]
AXES_HANDLER = "portal.accounts.sign_in.FailedSignIns"
AXES_CLIENT_IP_CALLABLE = "portal.accounts.sign_in.client_address"
AXES_LOCKOUT_CALLABLE = "portal.accounts.sign_in.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False
AXES_DISABLE_ACCESS_LOG = True

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in [
        "UserAttributeSimilarityValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    ]
] + [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "portal.accounts.sign_in.DifferentPassword"},
]

# Files

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Language and time

LANGUAGE_CODE = "en-gb"
FORMAT_MODULE_PATH = "portal.formats"
TIME_ZONE = "Europe/London"
USE_TZ = True

# The accessibility, privacy and cookies statements

STATEMENTS_REVIEWED_ON = datetime.date(2026, 11, 24)
CONTACT_EMAIL = os.environ.get("CONTACT_EMAIL", "")

# Mail: printed on the console unless EMAIL_HOST is set


def site_url() -> str:
    """Return the address at which people reach the portal, without a slash at its end. Stops if SITE_URL is no such address."""
    scheme, port = ("https", "") if BEHIND_TLS else ("http", f":{number('PORT', 8000)}")
    host = next((host for host in ALLOWED_HOSTS if host.strip("*.") == host), "localhost")
    url = os.environ.get("SITE_URL", "") or f"{scheme}://{host}{port}"
    if not re.fullmatch(r"https?://[^/\s?#]+/?", url):
        stop(f"SITE_URL must look like https://evidence.example, not {url!r}.")
    return url.rstrip("/")


if EMAIL_HOST := os.environ.get("EMAIL_HOST", ""):
    EMAIL_PORT = number("EMAIL_PORT", 587)
    EMAIL_HOST_USER = os.environ.get("EMAIL_USER", "")
    EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_PASSWORD", "")
    EMAIL_USE_TLS = switch("EMAIL_TLS", default=True)
else:
    EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
EMAIL_TIMEOUT = 5  # seconds; pages wait for it
DEFAULT_FROM_EMAIL = os.environ.get("EMAIL_FROM", "evidence-portal@localhost")
SITE_URL = site_url()  # where links in mail lead
if (MAIL_DAILY_HOUR := number("MAIL_DAILY_HOUR", 7)) > 23:  # in TIME_ZONE
    stop(f"MAIL_DAILY_HOUR must be an hour from 0 to 23, not {MAIL_DAILY_HOUR}.")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "stream": "ext://sys.stdout",
        }
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        # Pages that do not exist, wrong host names, filters and fields that a list of admin does not have, and addresses with
        # more than 1,000 parameters are mistakes of visitors and robots: log only our own errors.
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        "django.security.DisallowedModelAdminLookup": {"level": "CRITICAL"},
        "django.security.DisallowedModelAdminToField": {"level": "CRITICAL"},
        "django.security.TooManyFieldsSent": {"level": "CRITICAL"},
        # While the database is away the pool warns of every try to connect; the portal says once that it is away.
        "psycopg.pool": {"level": "ERROR"},
    },
}
