"""A bulletin as tagged .pdf (PDF/UA-1), printed by a process of its own that is ended when it takes too long.

It needs the system's Pango and a Chinese font; where they are missing, the sentence says which package to install.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

from django.template.loader import render_to_string

from lianyungang_cdpf.targets.bulletin.paper import Paper
from lianyungang_cdpf.targets.bulletin.printer import MISSING

ROOT = str(Path(__file__).resolve().parents[3])
START = f"import sys; sys.path.insert(0, {ROOT!r}); from lianyungang_cdpf.targets.bulletin.printer import main; main()"
# Wall clock of a busy server; its own CPU seconds the printer limits itself.
SECONDS = 60
STYLE = Path(__file__).with_name("paper.css")
NO_PANGO = (
    "服务器缺少生成 PDF 的系统软件 Pango，请联系系统管理员安装："
    "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0。现在可以下载 Word 文件。"
)
NO_FONT = (
    "服务器没有中文字体，PDF 中的汉字会是空白，请联系系统管理员安装："
    "apt-get install fonts-noto-cjk。现在可以下载 Word 文件。"
)
FAILED = "没有能生成 PDF。请下载 Word 文件；再次失败请联系系统管理员。"


class NotPrinted(Exception):
    """No .pdf could be made; the text is the Chinese sentence for the reader."""


def printed(paper: Paper) -> bytes:
    """The bulletin as the bytes of a .pdf. Raises NotPrinted."""
    if not has_chinese_font():
        raise NotPrinted(NO_FONT)
    order = {"html": render_to_string("targets/bulletin/paper.html", {"paper": paper}), "css": STYLE.read_text("utf-8")}
    try:
        answer = subprocess.run(
            [sys.executable, "-c", START], input=json.dumps(order).encode(), capture_output=True, timeout=SECONDS,
            check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise NotPrinted(FAILED) from None
    if answer.returncode == MISSING:
        raise NotPrinted(NO_PANGO)
    if answer.returncode or not answer.stdout.startswith(b"%PDF"):
        raise NotPrinted(FAILED)
    return answer.stdout


def has_chinese_font() -> bool:
    """Whether the system knows a font for Chinese; true where it can't be asked: Pango then finds what there is."""
    if shutil.which("fc-list") is None:
        return True
    answer = subprocess.run(["fc-list", ":lang=zh-cn", "family"], capture_output=True, timeout=SECONDS, check=False)
    return answer.returncode != 0 or bool(answer.stdout.strip())
