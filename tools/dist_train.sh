#!/usr/bin/env bash
# Train with several processes, on GPUs or (gloo) on CPU:
#   bash tools/dist_train.sh CONFIG PROCESSES [options of tools/train.py]
# Several machines: run it on each with the same MASTER_ADDR and MASTER_PORT,
# NNODES set to their number and NODE_RANK from 0 up. PROCESSES counts one
# machine's.
set -euo pipefail
if [ $# -lt 2 ]; then
    sed -n '2,6s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi
# shellcheck source=tools/torchrun.sh
. "$(dirname "$0")/torchrun.sh"
start_processes "$2" train.py "$1" "${@:3}"
