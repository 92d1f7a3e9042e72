"""The portal's end: a file goes to a child of its own, and what comes back may be kept."""

import logging
import signal
import subprocess
import sys
from pathlib import Path

from django.core.exceptions import ValidationError

from lianyungang_cdpf.intake.pictures.child import LIMITS, MOST_PIXELS

log = logging.getLogger(__name__)

ROOT = str(Path(__file__).resolve().parents[3])
START = f"import sys; sys.path.insert(0, {ROOT!r}); from lianyungang_cdpf.intake.pictures.child import main; main()"
DAMAGED = "文件打不开，可能已损坏，或内容不是它的扩展名所说的格式：请用看图或办公软件打开后另存，再重新上传。"
WHY = {
    "large": f"图片太大（超过 {MOST_PIXELS // 10_000:,} 万像素）或 PDF 展开后过大：请缩小或拆分后重新上传。",
    "active": "PDF 文件里有脚本、附件或自动动作，为安全起见不予接收：请用“打印为 PDF”另存一份，再重新上传。",
    "hidden": "PDF 文件里有系统无法检查的部分，为安全起见不予接收：请用“打印为 PDF”另存一份，再重新上传。",
    "locked": "PDF 文件设有密码或加密，系统无法检查：请取消密码后另存，再重新上传。",
    "damaged": DAMAGED,
}


def cleaned(content: bytes, form: str) -> bytes:
    """A photo drawn anew without what was hidden in it, or a PDF that does nothing. Raises ValidationError.

    form  image/jpeg, image/png or application/pdf, as its first bytes say
    """
    try:
        child = subprocess.run(
            [sys.executable, "-I", "-X", "utf8", "-c", START, form], input=content, capture_output=True, cwd="/",
            env={}, timeout=LIMITS.max_seconds, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise ValidationError(WHY["large"]) from None
    said, _, body = child.stdout.partition(b"\n")
    if said == b"clean":
        return body
    if child.returncode == -signal.SIGXCPU:
        raise ValidationError(WHY["large"])
    if said != b"refused":
        log.warning("the cleaner of attachments ended with code %s", child.returncode)
    raise ValidationError(WHY.get(body.decode() if said == b"refused" else "damaged", DAMAGED))
