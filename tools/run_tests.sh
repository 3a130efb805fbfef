#!/usr/bin/env bash
# Runs the tests in the environment of the quickstart.
#   bash tools/run_tests.sh [pytest arguments]
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/environment.sh
prepare_environment tests.txt
say 'Running the tests'
exec "$VENV/bin/python" -m pytest "$@"
