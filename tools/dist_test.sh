#!/usr/bin/env bash
# Test with several processes, on GPUs or (gloo) on CPU:
#   bash tools/dist_test.sh CONFIG CHECKPOINT PROCESSES [options of tools/test.py]
# Several machines: see tools/dist_train.sh.
set -euo pipefail
if [ $# -lt 3 ]; then
    sed -n '2,4s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi
# shellcheck source=tools/torchrun.sh
. "$(dirname "$0")/torchrun.sh"
start_processes "$3" test.py "$1" "$2" "${@:4}"
