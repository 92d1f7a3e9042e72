"""Fixtures of the tests that use the portal as a person does: the system's Chromium against a served portal.

A test that asks for `page` gets a live portal on the test database: page.goto("/admin/").
"""

import os
import shutil
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Error

AXE = (Path(__file__).parent / "data" / "axe" / "axe.min.js").read_text(encoding="utf-8")
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A request to another host is caught by no_other_host; this one keeps it from getting anywhere.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
HEIGHTS = {1920: 1080, 1280: 800, 640: 480, 390: 844, 320: 256}


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args, tmp_path_factory):
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        pytest.fail("no Chromium on this machine: apt-get install chromium fonts-noto-cjk, or run bin/test as root")
    # Chromium leaves crash reports and certificates in HOME.
    home = {**os.environ, "HOME": str(tmp_path_factory.mktemp("chromium-home"))}
    args = [*browser_type_launch_args.get("args", []), *CHROMIUM_FLAGS]
    return {**browser_type_launch_args, "executable_path": chromium, "args": args, "env": home}


@pytest.fixture(scope="session")
def live_portal(live_server):
    """The portal, served in a thread of this process on the test database; str() is its address."""
    return live_server


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args, live_portal):
    return {
        **browser_context_args,
        "base_url": live_portal.url,
        "locale": "zh-CN",
        "timezone_id": "Asia/Shanghai",
        "reduced_motion": "reduce",
        "viewport": {"width": 1280, "height": HEIGHTS[1280]},
    }


class Watch:
    """Every request of a browser to another host than the portal's, in order."""

    def __init__(self, own_host):
        self.own_host = own_host
        self.strangers = []

    def __call__(self, request):
        address = urlsplit(request.url)
        if address.scheme in {"http", "https", "ws", "wss"} and address.netloc != self.own_host:
            self.strangers.append(request.url)


@pytest.fixture
def no_other_host(live_portal):
    """Watches every browser context of the test, and fails it when a page asked another host for anything."""
    watch = Watch(urlsplit(live_portal.url).netloc)
    yield watch
    assert not watch.strangers, f"requests to another host: {watch.strangers}"


@pytest.fixture
def new_context(new_context, no_other_host):
    """pytest-playwright's own, watched: two clerks in one test are two contexts."""

    def watched(**arguments):
        context = new_context(**arguments)
        context.on("request", no_other_host)
        return context

    return watched


@pytest.fixture
def at_width(page):
    """at_width(390) turns the page into a phone, at_width(1280) into a desk."""

    def resize(width):
        page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        return page

    return resize


def _describe(violation):
    nodes = "\n".join(f"    {node['target']}: {node['failureSummary']}" for node in violation["nodes"][:5])
    return f"{violation['id']} ({violation['impact']}): {violation['help']}, {len(violation['nodes'])}x\n{nodes}"


@pytest.fixture
def axe():
    """axe(page): no violation of WCAG 2.0, 2.1 or 2.2, level A and AA, on the page as it stands; axe(page,
    best_practice=True) of axe's own rules of good practice either.
    """

    def findings(page, options):
        page.wait_for_load_state("load")
        for frame in page.frames:
            frame.evaluate(AXE)
        return page.evaluate("options => axe.run(document, options)", options)["violations"]

    def check(page, best_practice=False):
        tags = [*AXE_TAGS, *(["best-practice"] if best_practice else [])]
        options = {"runOnly": {"type": "tag", "values": tags}, "resultTypes": ["violations"]}
        try:
            violations = findings(page, options)
        except Error:
            # A click returns before its page does: the old document was taken away under axe. The new one is judged.
            violations = findings(page, options)
        assert not violations, f"{page.url}\n" + "\n".join(map(_describe, violations))

    return check
