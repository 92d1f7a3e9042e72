"""The compiled catalogues are in the repository: a fresh clone has no gettext. They must be those of the texts."""

import ast
import gettext
import re
from pathlib import Path

import pytest
from django.utils import translation

CATALOGUES = Path(__file__).parents[2] / "locale" / "zh_Hans" / "LC_MESSAGES"
LINE = re.compile(r'(msgctxt|msgid_plural|msgid|msgstr(?:\[0\])?)? ?(".*")$')


def entries(path):
    """The catalogue's texts by key, as gettext keeps them: context and msgid, plural as (msgid, 0)."""
    found = {}
    for block in re.split(r"\n\s*\n", path.read_text(encoding="utf-8")):
        parts, part = {}, None
        for match in filter(None, map(LINE.match, block.splitlines())):
            part = match[1] or part
            parts[part] = parts.get(part, "") + ast.literal_eval(match[2])
        if parts.get("msgid"):
            key = "\4".join(filter(None, (parts.get("msgctxt"), parts["msgid"])))
            found[(key, 0) if "msgid_plural" in parts else key] = parts.get("msgstr") or parts["msgstr[0]"]
    return found


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_the_compiled_catalogue_is_that_of_the_text(domain):
    with (CATALOGUES / f"{domain}.mo").open("rb") as compiled:
        catalogue = gettext.GNUTranslations(compiled)._catalog
    catalogue.pop("", None)
    assert catalogue == entries(CATALOGUES / f"{domain}.po")


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_every_text_is_chinese_and_keeps_its_placeholders(domain):
    holes = re.compile(r"%\(\w+\)[sdr]|%[sd]|{\w*}")
    for key, text in entries(CATALOGUES / f"{domain}.po").items():
        source = key[0] if isinstance(key, tuple) else key
        assert re.search(r"[\u4e00-\u9fff]", text), source
        assert {hole[:-1] for hole in holes.findall(text)} <= {hole[:-1] for hole in holes.findall(source)}, source


def test_django_says_what_to_do_about_an_empty_field():
    with translation.override("zh-hans"):
        assert translation.gettext("This field is required.") == "请填写此项。"
        assert translation.ngettext("%(count)s item", "%(count)s items", 2) == "%(count)s items"
