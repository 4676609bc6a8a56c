import re

from django.conf import settings

READS = re.compile(r'(?:environ\.get|number|switch|words)\("([A-Z_]+)"')


def test_every_setting_of_the_environment_is_in_the_readme():
    code = "".join(path.read_text() for path in (settings.BASE_DIR / "portal").glob("*.py"))
    readme = (settings.BASE_DIR / "README.md").read_text()
    read = set(READS.findall(code)) - {"DJANGO_SETTINGS_MODULE"}
    assert len(read) >= 12
    assert {name for name in read if f"`{name}`" not in readme} == set()
