# shellcheck shell=bash
# Sourced by dist_train.sh and dist_test.sh:
#
#   start_processes NUMBER TOOL [its arguments]
#
# starts TOOL of this folder in NUMBER processes on this machine. Several
# machines: NNODES is their number, NODE_RANK counts from 0, MASTER_ADDR and
# MASTER_PORT name the first.

start_processes() {
    local processes=$1 tool=$2 tools root
    shift 2
    tools=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
    root=$(dirname "$tools")
    export PYTHONPATH="$root${PYTHONPATH:+:$PYTHONPATH}"
    # One thread a process unless told otherwise: torchrun's own default.
    export OMP_NUM_THREADS="${OMP_NUM_THREADS:-1}"
    exec "${PYTHON:-python}" -m torch.distributed.run \
        --nnodes="${NNODES:-1}" \
        --node_rank="${NODE_RANK:-0}" \
        --master_addr="${MASTER_ADDR:-127.0.0.1}" \
        --master_port="${MASTER_PORT:-29500}" \
        --nproc_per_node="$processes" \
        "$tools/$tool" "$@" --launcher pytorch
}
