"""Django's settings, put together from the environment (``config.environment`` lists what can be set)."""

from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from yanshu.config import environment

environment.load_dotenv()
DATA = environment.data_folder()
SOURCE = Path(__file__).resolve().parents[1]

SECRET_KEY = environment.secret_key(DATA)
DEBUG = environment.switched_on("YANSHU_DEBUG")
ALLOWED_HOSTS = environment.value("YANSHU_ALLOWED_HOSTS").split(",")
HTTPS = environment.switched_on("YANSHU_HTTPS")

INSTALLED_APPS = [
    "yanshu.core",
    "yanshu.institution.places",
    "yanshu.institution.staff",
    "yanshu.institution.visits",
    "yanshu.readers.patrons",
    "yanshu.collection.catalogue",
    "yanshu.lending.circulation",
    "yanshu.discovery.search",
    "yanshu.reporting.figures",
    "yanshu.reporting.reports",
    "yanshu.doors.opac",
    "yanshu.doors.desk",
    "yanshu.doors.api",
    "yanshu.doors.sip2",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "template_partials.apps.SimpleAppConfig",
    "django_tables2",
    "django_filters",
    "django_htmx",
    "ninja",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "yanshu.core.ui.middleware.PresentationMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "yanshu.doors.middleware.FoundingMiddleware",
    "yanshu.doors.middleware.ActorMiddleware",
    "yanshu.doors.middleware.KeepingMiddleware",
    "yanshu.doors.middleware.RefusalMiddleware",
    "yanshu.core.ui.middleware.MethodMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "yanshu.config.urls"
WSGI_APPLICATION = "yanshu.config.wsgi.application"

_LOADERS = [
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "yanshu.core.ui.context.shell",
                "yanshu.doors.context.navigation_of",
                "yanshu.doors.opac.navigation.shell",
            ],
            "builtins": ["template_partials.templatetags.partials", "yanshu.core.templatetags.ui"],
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    _LOADERS if DEBUG else [("django.template.loaders.cached.Loader", _LOADERS)],
                )
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = environment.databases(DATA)
DATABASE_ROUTERS = ["yanshu.config.router.SideRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "django_cache",
        # The counts of failed log-ins lie here: one reader's must not push another's out.
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True  # scripts find the token in the page
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "yanshu_session"
CSRF_COOKIE_NAME = "yanshu_csrf"
CSRF_FAILURE_VIEW = "yanshu.core.ui.views.csrf_failure"
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
# Rate limits see the reader's address, not the proxy's; without a proxy nobody's word about it is believed.
ALLAUTH_TRUSTED_PROXY_COUNT = NINJA_NUM_PROXIES = 1 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [SELF],
        "manifest-src": [SELF],
    }
}

AUTH_USER_MODEL = "staff.Account"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "yanshu.readers.patrons.web.backend.CardBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "opac:account"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "yanshu.institution.staff.web.adapter.AccountAdapter"
ACCOUNT_FORMS = {"change_password": "yanshu.institution.staff.web.forms.OwnPasswordForm"}
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key", "login": "30/m/ip"}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = "yanshu_language"
TIME_ZONE = environment.value("YANSHU_TIME_ZONE")
USE_TZ = True
USE_I18N = True
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA / "files"},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
IMPORT_MAX_BYTES = int(environment.value("YANSHU_IMPORT_MEGABYTES")) * 1024 * 1024
IMPORT_KEPT_DAYS = int(environment.value("YANSHU_IMPORT_KEPT_DAYS"))

KEYS_FOLDER = DATA / "keys"
INDEX_FOLDER = DATA / "index"
SILENCED_SYSTEM_CHECKS: list[str] = []
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "yanshu.core.log.QuietFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"yanshu": {"level": "INFO"}},
}
