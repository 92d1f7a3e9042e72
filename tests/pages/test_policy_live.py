"""No page breaks the content security policy: what a browser would have to forbid is collected on each."""

import pytest

PAGES = (
    "/", "/self-check/", "/admin/board/", "/admin/board/wall/", "/admin/bulletin/", "/admin/intake/",
    "/admin/facility/", "/admin/beneficiaries/person/", "/admin/beneficiaries/person/add/",
    "/admin/services/facilitystay/add/", "/api/docs/try/",
)  # fmt: skip
COLLECT = """
window.forbidden = [];
document.addEventListener("securitypolicyviolation", (event) => window.forbidden.push(
  `${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
"""


@pytest.mark.usefixtures("city")
def test_no_page_asks_for_what_the_policy_forbids(page, see, city_clerk):
    page.context.add_init_script(COLLECT)
    see(city_clerk)
    for path in PAGES:
        assert page.goto(path).status == 200, path
        page.wait_for_load_state("load")
        assert page.evaluate("window.forbidden") == [], path
    page.evaluate("document.body.setAttribute('style', 'color: red')")
    page.wait_for_function("window.forbidden.length > 0")
    assert page.evaluate("window.forbidden")[0].startswith("style-src"), "and the collector collects"
