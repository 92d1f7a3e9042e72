"""The production profile: its checks, its secrets, and static files with a manifest."""

import base64
import json
import re
import sys

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command

from lianyungang_cdpf.accounts.checks import proxies_are_told
from tests.house.project import ROOT, run

KEY = base64.b64encode(bytes(range(32))).decode()
SECRETS = {
    "PORTAL_SECRET_KEY": "only-for-the-check-" + "abcdefghijklmnopqrstuvwxyz0123456789-ABCDEFG",
    "PORTAL_FIELD_KEYS": f"1:{KEY}",
    "PORTAL_DIGEST_KEY": KEY,
}


def manage(data_dir, *arguments, **environment):
    """A command under the production profile, in a process of its own: settings are read once."""
    database = f"sqlite:///{data_dir / 'portal.sqlite3'}"
    data_dir.mkdir(exist_ok=True, mode=0o700)
    production = {"PORTAL_PROFILE": "production", "PORTAL_HOSTS": "portal.invalid", "DATABASE_URL": database}
    production |= {"PORTAL_TRUSTED_PROXIES": "1"}
    # What Playwright needs in this process, no deployment may have.
    own = {"PORTAL_DATA_DIR": str(data_dir), "DJANGO_ALLOW_ASYNC_UNSAFE": ""}
    production = {**production, **own, **environment}
    return run(sys.executable, "manage.py", *arguments, **production)


def test_check_deploy_has_no_warning(tmp_path):
    result = manage(tmp_path, "check", "--deploy", "--fail-level", "WARNING", **SECRETS)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("missing", SECRETS)
def test_a_missing_secret_is_named(tmp_path, missing):
    result = manage(tmp_path, "check", **{**SECRETS, missing: ""})
    assert result.returncode != 0
    assert missing in result.stderr.splitlines()[-1]


def test_production_says_how_many_proxies_stand_in_front(settings):
    settings.PRODUCTION, settings.TRUSTED_PROXIES_TOLD = True, False
    [error] = proxies_are_told(None)
    assert error.id == "accounts.E002" and "PORTAL_TRUSTED_PROXIES" in error.msg
    settings.PRODUCTION = False
    assert proxies_are_told(None) == []


def test_none_in_front_is_an_answer_too(tmp_path):
    result = manage(tmp_path, "check", **SECRETS, PORTAL_TRUSTED_PROXIES="0")
    assert result.returncode == 0, result.stderr


def test_a_secret_may_come_from_a_file(tmp_path):
    secret = tmp_path / "digest-key"
    secret.write_text(KEY + "\n")
    from_file = {**SECRETS, "PORTAL_DIGEST_KEY": "", "PORTAL_DIGEST_KEY_FILE": str(secret)}
    result = manage(tmp_path / "data", "check", **from_file)
    assert result.returncode == 0, result.stderr


def test_a_key_file_among_the_data_is_refused(tmp_path):
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "portal.json").write_text("{}")
    result = manage(tmp_path, "check", **SECRETS)
    assert result.returncode != 0
    assert str(tmp_path / "keys" / "portal.json") in result.stderr.splitlines()[-1]


def test_production_makes_no_keys(tmp_path):
    manage(tmp_path, "check", **SECRETS)
    assert not (tmp_path / "keys").exists()


def test_every_static_file_that_another_names_is_there(tmp_path):
    """collectstatic with a manifest follows url() and source maps, and fails on what it does not find."""
    result = manage(tmp_path, "collectstatic", "--noinput", **SECRETS)
    assert result.returncode == 0, result.stdout + result.stderr
    manifest = json.loads((tmp_path / "static" / "staticfiles.json").read_text())
    assert manifest["paths"]


def test_every_static_file_that_a_template_names_is_there():
    """The tests serve without a manifest, so only this one would notice a name that collectstatic does not know."""
    named = set()
    for template in (ROOT / "templates").rglob("*.html"):
        named |= set(re.findall(r"""\{%-?\s*static\s+["']([^"']+)["']""", template.read_text(encoding="utf-8")))
    assert not [name for name in sorted(named) if finders.find(name) is None]


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
