# shellcheck shell=bash
# Sourced by the scripts beside it: finds the project, makes its Python environment and the folder of its data.
# Everything said here goes to standard error; standard output belongs to the command that follows.
set -euo pipefail

ROOT=$(dirname -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")")
ENV_DIR=${PORTAL_ENV_DIR:-$ROOT/.venv}
INSTALLER=
WHEELHOUSE=${PORTAL_WHEELHOUSE:-$ROOT/wheelhouse}
UV_RELEASE="uv>=0.9,<1"     # what pip fetches where the machine has no uv; it verifies the hashes in uv.lock
OLDEST_PYTHON="3.11"

say() { printf '%s\n' "$*" >&2; }
die() {
    say "$1"
    exit "${2:-1}"
}

absolute() { case $1 in /*) printf '%s' "$1" ;; *) printf '%s/%s' "$PWD" "$1" ;; esac }

# The environment wins over the file, so that PORT=8001 bin/serve does what it says.
read_dotenv() {
    local line name value
    [ -f "$ROOT/.env" ] || return 0
    while IFS= read -r line || [ -n "$line" ]; do
        line=${line%$'\r'}
        [[ $line =~ ^[[:space:]]*(export[[:space:]]+)?([A-Z][A-Z0-9_]*)=(.*)$ ]] || continue
        name=${BASH_REMATCH[2]} value=${BASH_REMATCH[3]}
        [[ $value =~ ^\"(.*)\"[[:space:]]*$ || $value =~ ^\'(.*)\'[[:space:]]*$ ]] && value=${BASH_REMATCH[1]}
        [ -n "${!name+set}" ] || export "$name=$value"
    done <"$ROOT/.env"
}

may_install() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

# Debian packages, where this user may: apt_install PACKAGE...
apt_install() {
    may_install || return 1
    say "正在安装系统软件包: $* (installing system packages)"
    local try
    for try in 1 2 3; do
        apt-get -qq update </dev/null >/dev/null 2>&1 || true
        DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends -o DPkg::Lock::Timeout=600 \
            install "$@" </dev/null >/dev/null 2>"$ENV_DIR/.apt.log" && { rm -f "$ENV_DIR/.apt.log"; return; }
        sleep $((try * 5))
    done
    tail -n 15 "$ENV_DIR/.apt.log" >&2
    return 1
}

# Prints the real interpreter behind a name: a pyenv shim or another environment's python would tie us to it.
base_python() {
    "$1" -I -c "import sys
if sys.version_info < tuple(map(int, '$OLDEST_PYTHON'.split('.'))): sys.exit(1)
print(getattr(sys, '_base_executable', None) or sys.executable)" 2>/dev/null
}

# What a wheel must fit: "3.11 linux-x86_64".
platform_of() {
    "$1" -I -c 'import sys, sysconfig; print("%d.%d" % sys.version_info[:2], sysconfig.get_platform())'
}

find_python() {
    local candidate
    for candidate in ${PORTAL_PYTHON:+"$PORTAL_PYTHON"} python3 /usr/bin/python3 python3.11 python3.12 python3.13; do
        base_python "$candidate" && return
    done
    return 1
}

require_python() {
    PYTHON=$(find_python) && return
    if ! command -v python3 >/dev/null && apt_install python3 python3-venv; then
        PYTHON=$(find_python) && return
    fi
    die "需要 Python $OLDEST_PYTHON 或更新版本, 本机的是: $(python3 --version 2>&1 || true)。
请安装: apt-get install python3 python3-venv; 或用 PORTAL_PYTHON=/路径/python3 指定 (Python >= $OLDEST_PYTHON needed)." 3
}

# Debian splits pip's own installer off into python3-venv.
require_venv() {
    "$PYTHON" -I -c 'import ensurepip' 2>/dev/null && return
    apt_install python3-venv && "$PYTHON" -I -c 'import ensurepip' 2>/dev/null && return
    die "缺少 python3-venv。请以管理员身份运行: apt-get install python3-venv (python3-venv is missing)" 3
}

lock_hash() { sha256sum <"$ROOT/uv.lock" | cut -d ' ' -f 1; }

env_version() {
    "$ENV_DIR/bin/python" -I -S -c 'import sys; print("%d.%d.%d" % sys.version_info[:3], sys.prefix)' 2>/dev/null
}

# The stamp says what is installed: the lock's hash, the interpreter and its place, and whether the test tools are in.
stamp_holds() {
    local stamp expected
    [ -f "$ENV_DIR/.stamp" ] || return 1
    stamp=$(<"$ENV_DIR/.stamp")
    expected="$(lock_hash) $(env_version)" || return 1
    [ "$stamp" = "$expected test" ] || { [ "$1" = serve ] && [ "$stamp" = "$expected serve" ]; }
}

# An environment whose interpreter was upgraded underneath it no longer finds its packages: it is made anew.
env_works() {
    local library
    PYTHON=$(base_python "$ENV_DIR/bin/python") || return 1
    library=$("$ENV_DIR/bin/python" -I -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    [ -e "$ENV_DIR/pyvenv.cfg" ] && [ -d "$library" ]
}

make_empty_env() {
    env_works && return
    require_python
    if [ ! -e "$ENV_DIR/pyvenv.cfg" ] && [ -n "$(ls -A -- "$ENV_DIR")" ]; then
        die "$ENV_DIR 不是空文件夹, 也不是 Python 环境; 请改用别的 PORTAL_ENV_DIR (not an environment of ours)." 3
    fi
    "$PYTHON" -I -m venv --clear --without-pip "$ENV_DIR"
}

# pip and uv live in a folder of their own, so that the environment holds exactly what the lock names.
make_installer() {
    [ -x "$INSTALLER/bin/python" ] && "$INSTALLER/bin/python" -m pip --version >/dev/null 2>&1 && return
    require_venv
    "$PYTHON" -I -m venv --clear "$INSTALLER"
}

# sync UV: what --inexact leaves in place at a serving start are the test tools of an earlier bin/test.
sync_with() {
    local groups=(--no-dev --inexact)
    [ "$MODE" = test ] && groups=(--all-groups)
    # An office's proxy is known to the system's certificates, not to uv's own (the option has two names by release).
    UV_SYSTEM_CERTS=${UV_SYSTEM_CERTS:-1} UV_NATIVE_TLS=${UV_NATIVE_TLS:-1} \
        UV_PROJECT_ENVIRONMENT=$ENV_DIR UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=${UV_LINK_MODE:-copy} \
        "$1" sync --quiet --frozen --no-install-project --project "$ROOT" --python "$ENV_DIR/bin/python" "${groups[@]}"
}

with_present_uv() { command -v uv >/dev/null && sync_with uv; }

fetch() { "$INSTALLER/bin/python" -m pip "$@" --quiet --disable-pip-version-check; }

with_fetched_uv() {
    make_installer
    [ -x "$INSTALLER/bin/uv" ] || fetch install --only-binary :all: "$UV_RELEASE" || return 1
    sync_with "$INSTALLER/bin/uv"
}

with_pip() {
    local list=$ROOT/requirements.txt
    [ "$MODE" = test ] && list=$ROOT/requirements-dev.txt
    make_installer
    fetch --python "$ENV_DIR/bin/python" install --no-deps --require-hashes -r "$list"
}

# What bin/bundle collected, and nothing else: no index, no setting of this machine's pip.
with_wheelhouse() {
    [ "$MODE" = serve ] && [ -d "$WHEELHOUSE" ] || return 1
    make_installer
    fetch --isolated --python "$ENV_DIR/bin/python" install --no-index --find-links "$WHEELHOUSE" \
        --only-binary :all: --no-deps --require-hashes -r "$ROOT/requirements.txt"
}

# A folder that was installed without internet stays so: trying an index there would only wait for nothing.
ways_to_install() {
    if [ "$MODE" = serve ] && [ -d "$WHEELHOUSE" ]; then
        printf with_wheelhouse
    else
        printf 'with_present_uv with_fetched_uv with_pip'
    fi
}

install_packages() {
    local way
    for way in ${PORTAL_INSTALL_WITH:-$(ways_to_install)}; do
        "$way" >&2 && "$ENV_DIR/bin/python" -I -c 'import django' 2>/dev/null && return
        [ "$way" = with_present_uv ] || say "这种安装方式没有成功, 换下一种 ($way did not work, trying the next way)."
    done
    [ "${PORTAL_INSTALL_WITH:-$(ways_to_install)}" != with_wheelhouse ] ||
        die "离线安装依赖失败: $WHEELHOUSE 里的软件包缺少或与 requirements.txt 的校验值不符 (the wheelhouse does not hold)." 3
    die "安装依赖失败, 请检查能否访问 PyPI (或用 PIP_INDEX_URL 指定镜像) 后重试 (could not install the packages)." 3
}

# portal_env serve|test: the environment, made when missing or out of date; a second call costs some 30 ms.
portal_env() {
    local MODE=$1 PYTHON
    unset PYTHONHOME VIRTUAL_ENV
    mkdir -p -- "$ENV_DIR" || die "无法创建环境文件夹 $ENV_DIR (cannot make the environment folder)." 3
    ENV_DIR=$(cd -- "$ENV_DIR" && pwd -P)
    INSTALLER=$ENV_DIR/.installer
    export PYTHONPYCACHEPREFIX=$ENV_DIR/.pycache
    stamp_holds "$MODE" && return
    exec 9<"$ENV_DIR"
    if command -v flock >/dev/null; then flock 9; fi
    stamp_holds "$MODE" || update_env
    exec 9<&-
}

update_env() {
    # Where HOME is no place to write (a service account), the caches stay inside the environment.
    if [ -z "${HOME:-}" ] || [ ! -w "$HOME" ]; then
        export UV_CACHE_DIR=$ENV_DIR/.cache/uv PIP_CACHE_DIR=$ENV_DIR/.cache/pip
    fi
    say "正在准备 Python 环境: $ENV_DIR (preparing the Python environment)"
    make_empty_env
    rm -f "$ENV_DIR/.stamp"
    mkdir -p "$ENV_DIR/.tmp"
    # uv leaves locks in TMPDIR; pip asks any rustc for its version, and a rustup that answers settles in its home.
    local -x TMPDIR=$ENV_DIR/.tmp RUSTUP_HOME=${RUSTUP_HOME:-$ENV_DIR/.tmp}
    install_packages
    rm -rf "$ENV_DIR/.tmp"
    printf '%s %s %s\n' "$(lock_hash)" "$(env_version)" "$MODE" >"$ENV_DIR/.stamp"
}

# The folder of database, keys and uploads; nobody else on the machine may look into it.
portal_data() {
    read_dotenv
    PORTAL_DATA_DIR=$(absolute "${PORTAL_DATA_DIR:-$ROOT/var}")
    umask 077
    mkdir -p -- "$PORTAL_DATA_DIR" ||
        die "无法创建数据文件夹 $PORTAL_DATA_DIR, 请检查权限或改用别的 PORTAL_DATA_DIR (cannot make the data folder)." 3
    export PORTAL_DATA_DIR DJANGO_SETTINGS_MODULE=lianyungang_cdpf.settings
}

manage() { "$ENV_DIR/bin/python" "$ROOT/manage.py" "$@"; }
