"""bin/bundle and bin/install-offline: what leaves one machine is what stands on the other, and no index is asked.

The portal of these tests is two small wheels, made here: what is tested is the way, not PyPI. With all wheels of the
lock it was walked by hand in a network namespace without a network (docs/architecture.md).
"""

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile

import pytest

from tests.house.project import ROOT

pytestmark = pytest.mark.xdist_group("offline")
CLOSED = "http://127.0.0.1:9/"
SCRIPTS = ("_env.sh", "bundle", "install-offline", "manage")


def make_wheel(folder, name) -> str:
    """A wheel of one module; gives its line for requirements.txt."""
    info, path = f"{name}-5.2.dist-info", folder / f"{name}-5.2-py3-none-any.whl"
    files = {
        f"{name}.py": "WHERE = __file__\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 5.2\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    digests = {at: base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()) for at, text in files.items()}
    lines = [f"{at},sha256={digest.decode().rstrip('=')},{len(files[at])}" for at, digest in digests.items()]
    with zipfile.ZipFile(path, "w") as wheel:
        for at, text in {**files, f"{info}/RECORD": "\n".join([*lines, f"{info}/RECORD,,"])}.items():
            wheel.writestr(at, text)
    return f"{name}==5.2 --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


def run(*command, cwd, **environment):
    """A command whose indexes and proxies are closed, whose HOME and caches are empty."""
    home = cwd / "home"
    home.mkdir(exist_ok=True)
    closed = dict.fromkeys(("PIP_INDEX_URL", "UV_INDEX_URL", "http_proxy", "https_proxy", "all_proxy"), CLOSED)
    own = {"HOME": str(home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TMPDIR": str(cwd), "PIP_RETRIES": "0"}
    return subprocess.run(
        [str(part) for part in command], cwd=cwd, env={**own, **closed, **environment},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300,
    )  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """(folder, bundle): a repository whose lock is two wheels, bundled from a folder of wheels."""
    folder = tmp_path_factory.mktemp("offline")
    wheels, repository = folder / "wheels", folder / "repository"
    wheels.mkdir()
    (repository / "bin").mkdir(parents=True)
    for name in SCRIPTS:
        shutil.copy2(ROOT / "bin" / name, repository / "bin" / name)
    (repository / "requirements.txt").write_text(
        "".join(make_wheel(wheels, name) for name in ("django", "portalwheel"))
    )
    (repository / "uv.lock").write_text("version = 1\n")
    (repository / "manage.py").write_text("import django, portalwheel\nprint(django.WHERE)\n")
    git = ("git", "-C", repository, "-c", "user.name=test", "-c", "user.email=test@portal.invalid")
    for command in (("init", "-q"), ("add", "-A"), ("commit", "-q", "-m", "portal")):
        result = run(*git, *command, cwd=folder)
        assert result.returncode == 0, result.stderr
    (repository / "not-committed.txt").write_text("left out")
    bundle = folder / "bundle.tar.gz"
    result = run(
        repository / "bin" / "bundle", bundle, cwd=folder,
        PORTAL_PYTHON=sys.executable, PIP_FIND_LINKS=str(wheels), PIP_NO_INDEX="1",
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() == str(bundle)
    return folder, bundle


def install(made, bundle, name):
    folder, _ = made
    command = (folder / "repository" / "bin" / "install-offline", bundle, folder / name)
    return run(*command, cwd=folder, PORTAL_PYTHON=sys.executable), folder / name


def unpacked(made, name):
    """The unpacked bundle in a folder of its own."""
    folder, bundle = made
    with tarfile.open(bundle) as archive:
        archive.extractall(folder / name, filter="data")
    (found,) = (folder / name).iterdir()
    return found


def test_the_bundle_holds_the_commit_the_wheels_and_the_hash_of_each_file(made):
    folder, bundle = made
    content = unpacked(made, "looked-at")
    names = {str(path.relative_to(content)) for path in content.rglob("*") if path.is_file()}
    assert {"install", "PLATFORM", "portal/uv.lock", "portal/requirements.txt", "portal/bin/install-offline"} <= names
    assert {"wheelhouse/django-5.2-py3-none-any.whl", "wheelhouse/portalwheel-5.2-py3-none-any.whl"} <= names
    assert "portal/not-committed.txt" not in names
    listed = dict(reversed(line.split("  ./")) for line in (content / "SHA256SUMS").read_text().splitlines())
    assert listed == {
        name: hashlib.sha256((content / name).read_bytes()).hexdigest() for name in names - {"SHA256SUMS"}
    }
    told = (folder / "bundle.tar.gz.sha256").read_text().split()
    assert told == [hashlib.sha256(bundle.read_bytes()).hexdigest(), "bundle.tar.gz"]


def test_it_is_installed_where_no_index_answers_and_made_anew_there(made):
    result, folder = install(made, made[1], "installed")
    assert result.returncode == 0, result.stderr
    for _ in range(2):
        told = run(folder / "bin" / "manage", cwd=made[0], PORTAL_PYTHON=sys.executable)
        assert told.returncode == 0, told.stderr
        assert told.stdout.startswith(str(folder / ".venv"))
        # A later start makes a lost environment out of the same wheels.
        shutil.rmtree(folder / ".venv")
    again, _ = install(made, made[1], "installed")
    assert again.returncode != 0 and "不是空文件夹" in again.stderr


def test_what_was_altered_added_or_lost_is_not_installed(made):
    _, bundle = made
    damages = {
        "altered": lambda at: (at / "portal" / "manage.py").write_text("print('another')\n"),
        "lost": lambda at: (at / "wheelhouse" / "django-5.2-py3-none-any.whl").unlink(),
        "added": lambda at: (at / "wheelhouse" / "more.whl").write_text("more"),
    }
    for name, damage in damages.items():
        content = unpacked(made, f"damage-{name}")
        damage(content)
        result, folder = install(made, content, f"refused-{name}")
        assert result.returncode == 3 and "没有安装" in result.stderr, name
        assert not any(folder.iterdir()), name
    cut = bundle.with_name("cut.tar.gz")
    cut.write_bytes(bundle.read_bytes()[:-200])
    result, _ = install(made, cut, "refused-cut")
    assert result.returncode == 3 and "安装包不完整" in result.stderr


def relisted(content) -> None:
    """The list of hashes made anew, as somebody would who replaces a file and its hash."""
    names = [path for path in sorted(content.rglob("*")) if path.is_file() and path.name != "SHA256SUMS"]
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  ./{path.relative_to(content)}\n" for path in names]
    (content / "SHA256SUMS").write_text("".join(lines))


def test_a_wheel_that_is_not_the_locks_is_not_installed_even_with_its_hash_on_the_list(made):
    content = unpacked(made, "exchanged")
    make_wheel(content / "wheelhouse", "django")
    with zipfile.ZipFile(content / "wheelhouse" / "django-5.2-py3-none-any.whl", "a") as wheel:
        wheel.writestr("intruder.py", "")
    relisted(content)
    result, folder = install(made, content, "refused-exchanged")
    assert result.returncode == 3 and "校验值不符" in result.stderr
    assert not any(folder.iterdir())


def test_a_bundle_for_another_python_says_so(made):
    content = unpacked(made, "elsewhere")
    (content / "PLATFORM").write_text("3.99 linux-riscv64\n")
    relisted(content)
    result, folder = install(made, content, "refused-elsewhere")
    assert result.returncode == 3 and "3.99 linux-riscv64" in result.stderr
    assert not any(folder.iterdir())
