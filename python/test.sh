#!/bin/sh
# Builds the wheel, installs it in a virtual environment of its own, and runs everything that tests it.
#
#   python/test.sh [arguments of pytest]
#
# PYTHON chooses the interpreter (3.11 or later), PROFILE the build: dev, which shares its parts with every other build of the
# workspace, or release. Where pip cannot install an optional package, its tests are skipped and say so.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
target=${CARGO_TARGET_DIR:-$here/../target}
venv=$target/python-venv
wheels=$target/wheels

for candidate in "${PYTHON:-}" python3.13 python3.12 python3.11 python3 "$HOME"/.pyenv/versions/3.1[1-9]*/bin/python; do
    if [ -n "$candidate" ] && "$candidate" -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
        python=$candidate
        break
    fi
done
if [ -z "${python:-}" ]; then
    echo "python tests: skipped, there is no Python of version 3.11 or later (PYTHON=/path/to/python make python-tests)"
    exit 0
fi

[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
pip() { "$venv/bin/python" -m pip --quiet --disable-pip-version-check "$@"; }
if ! pip install 'maturin>=1.9,<2'; then
    echo "python tests: skipped, maturin cannot be installed"
    exit 0
fi

rm -rf "$wheels"
(cd "$here" && CARGO_TARGET_DIR=$target "$venv/bin/maturin" build --profile "${PROFILE:-dev}" --features workspace \
    --interpreter "$venv/bin/python" --out "$wheels")
pip install --force-reinstall --no-deps "$wheels"/*.whl
pip install "$(echo "$wheels"/*.whl)[test]"
"$venv/bin/python" - "$here/pyproject.toml" <<'PYTHON' | while read -r package; do
import sys, tomllib
print(*tomllib.load(open(sys.argv[1], "rb"))["project"]["optional-dependencies"]["test-all"], sep="\n")
PYTHON
    pip install "$package" >/dev/null 2>&1 || echo "python tests: $package cannot be installed, its tests are skipped"
done

# The package alone, with what it asks for itself and nothing else, runs the examples of its README that need no more.
bare=$target/python-bare
rm -rf "$bare"
"$python" -m venv "$bare"
"$bare/bin/python" -m pip --quiet --disable-pip-version-check install "$wheels"/*.whl
(cd "$bare" && "$bare/bin/python" "$here/tests/run_examples.py" "$here/README.md")

# Away from the sources, so that what was installed is what is tested.
cd "$here"
"$venv/bin/mypy" --config-file pyproject.toml datafusion_ml
(cd "$wheels" && "$venv/bin/stubtest" --mypy-config-file "$here/pyproject.toml" --ignore-disjoint-bases datafusion_ml._internal)
package=$(cd "$wheels" && "$venv/bin/python" -c 'import datafusion_ml, pathlib; print(pathlib.Path(datafusion_ml.__file__).parent)')
"$venv/bin/pytest" -p no:cacheprovider tests "$@"
"$venv/bin/pytest" -p no:cacheprovider --doctest-modules --doctest-ignore-import-errors "$package"
