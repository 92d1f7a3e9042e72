"""Security scanners over our code and what it stands on; `bin/scan` runs all of them, the tests those without a net.

bandit     our own packages; what is left as it is stands in scanners.toml with its reason
pip-audit  known holes in the locked packages, where the advisories can be had
"""

import json
import sys
import tomllib
from fnmatch import fnmatch
from pathlib import Path

from tests.house.project import ROOT, tool

PACKAGES = ("lianyungang_cdpf", "beneficiaries", "subsidies", "services", "facilities")
LEFT_AS_IT_IS = Path(__file__).with_name("scanners.toml")
NO_NET = (
    "ConnectionError",
    "Max retries",
    "NameResolution",
    "ServiceError",
    "Failed to establish",
    "timed out",
    "not found on PyPI",
)


def bandit_findings() -> list[tuple[str, str, str]]:
    """Check, file and what was said, of every finding."""
    ran = tool("bandit", "-q", "-r", *PACKAGES, "-f", "json")
    report = json.loads(ran.stdout[ran.stdout.index("{") :])
    assert not report["errors"], report["errors"]
    said = ((one["test_id"], one["filename"].removeprefix("./"), one) for one in report["results"])
    return [(check, path, f"{path}:{one['line_number']} {check} {one['issue_text']}") for check, path, one in said]


def unjustified(findings) -> list[str]:
    """Findings without an entry, and entries without a finding."""
    entries = tomllib.loads(LEFT_AS_IT_IS.read_text(encoding="utf-8"))["bandit"]
    left = {(check, where): False for one in entries for check in one["checks"] for where in one["where"]}
    wrong = []
    for check, path, said in findings:
        allowed = [key for key in left if key[0] == check and fnmatch(path, key[1])]
        left.update(dict.fromkeys(allowed, True))
        wrong += [] if allowed else [said]
    places = {where: False for _, where in left}
    places |= {where: True for (_, where), found in left.items() if found}
    wrong += [f"{where}: an entry of scanners.toml without a finding" for where, found in places.items() if not found]
    return wrong


def audit() -> tuple[int, str]:
    """pip-audit's exit code and words; -1 where its advisories can't be had."""
    ran = tool(
        "pip_audit", "--strict", "--disable-pip", "--require-hashes", "-r", "requirements.txt", "--timeout", "20"
    )
    said = ran.stdout + ran.stderr
    return (-1 if ran.returncode and any(word in said for word in NO_NET) else ran.returncode), said


def main() -> int:
    """Runs both; 0 where nothing is found, with a word where a scanner could not look."""
    say = sys.stdout.write
    wrong = unjustified(bandit_findings())
    say(
        "\n".join(
            [*wrong, f"bandit: {len(wrong)} 处需要处理（{ROOT.name}，已说明理由的见 tests/house/scanners.toml）\n"]
        )
    )
    code, said = audit()
    if code == -1:
        say("pip-audit: 无法取得漏洞公告（没有网络），没有检查。请在能上网的机器上再运行一次。\n")
    else:
        say(f"{said}pip-audit: {'没有发现' if code == 0 else '有已知漏洞，见上'}\n")
    return 1 if wrong or code > 0 else 0


if __name__ == "__main__":
    sys.exit(main())
