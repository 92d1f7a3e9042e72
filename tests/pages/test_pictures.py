"""The whole demonstration in a browser: each of its pages opens, fits its width, and can be had as a picture.

`bin/test --pictures` makes a larger city and renews docs/pictures; without it the pages are only looked at.
"""

import io
from datetime import date

import pytest
from django.conf import settings as portal
from django.core.management import call_command
from django.urls import reverse
from PIL import Image

from lianyungang_cdpf.accounts.models import Staff
from lianyungang_cdpf.management.demonstration.shares import WHOLE_CITY

FEW = 250
PHONE, DESK, WALL = 390, 1280, 1920
# Name of the picture: who looks, at what, how wide, and how much of the page is kept (pixels from the top).
PICTURES = {
    "board": ("lingdao", "/admin/board/", DESK, 2400),
    "board-phone": ("lingdao", "/admin/board/", PHONE, 1700),
    "wall": ("lingdao", "/admin/board/wall/", WALL, 1080),
    "target": ("lingdao", "/admin/board/child_rehab_training/", DESK, 1700),
    "reports": ("shi", "/admin/reports/", DESK, 900),
    "supervision": ("shi", "/admin/supervision/", DESK, 700),
    "bulletin": ("shi", "/admin/bulletin/", DESK, 1500),
    # The demonstration's sample roll, as its preview stands: the address is known once it is sent in.
    "import": ("ganyu", "", DESK, 1350),
    "public": ("", "/", DESK, 900),
    "public-phone": ("", "/self-check/", PHONE, 1500),
    "public-progress": ("", "/progress/", DESK, 1200),
}
COLOURS = 128


@pytest.fixture
def demonstration(city, settings, tmp_path, request):
    settings.UPLOAD_ROOT = tmp_path / "uploads"
    renewed = request.config.getoption("--pictures")
    call_command("demo", people=WHOLE_CITY if renewed else FEW, stdout=io.StringIO())
    return portal.BASE_DIR / "docs" / "pictures" if renewed else tmp_path


@pytest.fixture
def preview(demonstration, send, run_import):
    """The address of the sample roll's preview, which has rows to post and rows with errors."""
    (sample,) = (portal.DATA_DIR / "samples").glob("赣榆区*.xlsx")
    ganyu = Staff.objects.get(username="ganyu")
    job = run_import(send(ganyu, "hardship_subsidy", sample.read_bytes(), month=date(2019, 9, 1), name=sample.name))
    assert job.state == "ready"
    return reverse("intake:job", args=[job.uid])


# A look, so once whatever the database.
@pytest.mark.usefixtures("at_width")
def test_every_page_of_the_demonstration_opens_and_fits(demonstration, preview, new_context, sign_in, live_portal):
    for name, (username, address, width, height) in PICTURES.items():
        page = _opened(new_context, sign_in, live_portal, username, width)
        answer = page.goto(address or preview)
        assert answer.status == 200, name
        if name == "bulletin":
            page.get_by_role("button", name="写成通报").click()
            page.get_by_role("heading", name="关于").first.wait_for()
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        _keep(page, demonstration / f"{name}.png", height)
        page.context.close()


def _opened(new_context, sign_in, live_portal, username, width):
    context = new_context()
    if username:
        session = sign_in(Staff.objects.get(username=username)).cookies[portal.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": portal.SESSION_COOKIE_NAME, "value": session, "url": live_portal.url}])
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 1080})
    return page


def _keep(page, path, height: int) -> None:
    """A picture of the page's upper part, in few colours so that it stays small."""
    whole = Image.open(io.BytesIO(page.screenshot(full_page=True)))
    part = whole.convert("RGB").crop((0, 0, whole.width, min(height, whole.height)))
    assert len(part.resize((40, 40)).getcolors(1600)) > 10, "an empty picture"
    part.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
