"""The product's settings, on a PostgreSQL of the tests' own."""

from portal.run import embedded
from portal.settings import *  # noqa: F403
from portal.settings import DATABASES, STORAGES, database

SERVER = embedded.Server("postgres-test", durable=False)

DATABASES["default"] = database(SERVER.url)
DATABASES["default"]["OPTIONS"].pop(
    "pool"
)  # an open connection would keep the test database from being dropped

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick, for made-up people
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_AUTOREFRESH = True
TWO_FACTOR = False  # tests of it turn it on
