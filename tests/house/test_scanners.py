"""What the scanners say of our code is nothing, or stands in scanners.toml with its reason."""

import tomllib

from tests.house import scanners
from tests.house.scanners import LEFT_AS_IT_IS, bandit_findings, unjustified


def test_bandit_finds_nothing_that_is_not_justified():
    findings = bandit_findings()
    assert findings, "bandit looked at nothing"
    assert unjustified(findings) == []


def test_a_new_finding_and_an_entry_without_one_are_told(monkeypatch):
    entries = tomllib.loads(LEFT_AS_IT_IS.read_text(encoding="utf-8"))["bandit"]
    assert all(len(one["why"]) > 40 for one in entries)
    found = [
        (check, where.replace("*", "x"), "") for one in entries for check in one["checks"] for where in one["where"]
    ]
    assert unjustified(found) == []
    assert unjustified([*found, ("B602", "services/actions.py", "shell")]) == ["shell"]
    rest = [one for one in found if one[1] != "lianyungang_cdpf/keys.py"]
    assert unjustified(rest) == ["lianyungang_cdpf/keys.py: an entry of scanners.toml without a finding"]


def test_without_a_net_the_audit_says_that_it_did_not_look(monkeypatch, capsys):
    monkeypatch.setattr(scanners, "bandit_findings", list)
    monkeypatch.setattr(scanners, "unjustified", lambda findings: [])
    for code, said, ends in ((-1, "没有检查", 0), (0, "没有发现", 0), (1, "有已知漏洞", 1)):
        monkeypatch.setattr(scanners, "audit", lambda code=code: (code, ""))
        assert scanners.main() == ends and said in capsys.readouterr().out
