"""Looking at pages as people do: signed in, at both widths, and asking whether a word of English is left.

see(staff)             the page fixture, signed in as that account
english_words(page)    the English words that a person sees or hears there, apart from formats, products and codes
sound(path, *allowed)  nothing wrong with the page at either width: accessibility, English, overflow, console;
                       sound.here(*allowed, widths=(1280, 390)) the same for the page as it stands
"""

import re

import pytest
from django.conf import settings

# File formats, product names and names of keys; everything else in Latin letters is a word somebody must translate.
KNOWN = {
    "excel", "csv", "tsv", "txt", "xls", "xlsx", "ods", "et", "zip", "json", "pdf", "word", "wps", "utf", "gb",
    "cookie", "ctrl", "sha", "id", "mb", "kb", "gb18030", "null", "jpg", "png",
}  # fmt: skip
WORD = re.compile(r"[A-Za-z][A-Za-z'’]+")
# Codes and what users typed stand in elements that say so.
EVERYTHING_SAID = """() => {
  const said = [document.title];
  const typed = "code, bdi, kbd, .id, script, style, noscript";
  for (const element of document.body.querySelectorAll("*")) {
    if (element.closest(typed) || !element.checkVisibility()) continue;
    for (const node of element.childNodes) if (node.nodeType === 3) said.push(node.data);
    for (const name of ["alt", "title", "aria-label", "aria-description", "placeholder"])
      if (element.hasAttribute(name)) said.push(element.getAttribute(name));
    if (element.matches("input[type=submit], input[type=button]")) said.push(element.value);
    if (element.matches("select")) for (const option of element.options) said.push(option.label);
  }
  return said;
}"""


@pytest.fixture
def english_words():
    """english_words(page, *allowed): what is left of English; `allowed` are codes and names that users typed."""

    def find(page, *allowed):
        found = set()
        page.wait_for_selector("body", state="attached")
        for text in page.evaluate(EVERYTHING_SAID):
            for word in sorted(map(str, allowed), key=len, reverse=True):
                text = text.replace(word, " ")
            found.update(word for word in WORD.findall(text) if word.lower() not in KNOWN)
        return sorted(found)

    return find


@pytest.fixture
def see(page, sign_in, live_portal):
    """see(staff) signs the browser in as the account, without typing."""

    def signed_in(staff):
        session = sign_in(staff).cookies[settings.SESSION_COOKIE_NAME].value
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_portal.url}
        page.context.clear_cookies()
        page.context.add_cookies([cookie])
        return page

    return signed_in


@pytest.fixture
def sound(page, axe, english_words, at_width):
    """sound(path, *allowed): the page has nothing wrong at either width; returns the page."""
    complaints = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))

    def check_here(*allowed, widths=(1280, 390)):
        for width in widths:
            at_width(width)
            axe(page)
            too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert too_wide <= 0, f"{page.url} is {too_wide} px too wide at {width}"
        assert english_words(page, *allowed) == [], page.url
        blocked = [text for text in complaints if "Failed to load resource" not in text]
        assert blocked == [], page.url

    def check(path, *allowed):
        at_width(1280)
        page.goto(path)
        check_here(*allowed)
        return page

    check.here = check_here
    return check
