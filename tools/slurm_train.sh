#!/usr/bin/env bash
# Train on a Slurm cluster:
#   [GPUS=8 GPUS_PER_NODE=8 CPUS_PER_TASK=5 SRUN_ARGS='...'] \
#       bash tools/slurm_train.sh PARTITION JOB_NAME CONFIG [options of tools/train.py]
# GPUS_PER_NODE=0 trains on CPU, with TASKS_PER_NODE processes on each node.
# Add --resume to the options: a job that is started again then goes on from
# its newest undamaged checkpoint.
#
# On SIGUSR1 or SIGTERM a training finishes its step, saves and ends with exit
# code 75. As a batch job that is sent SIGUSR1 five minutes before its time is
# up, queues itself again then, and is queued again by Slurm when it is
# preempted (SIGTERM; the partition's GraceTime must do for a step and a
# checkpoint) or loses a node:
#   sbatch --requeue --open-mode=append --signal=USR1@300 ... job.sh
# with these last lines of job.sh (srun ends with the highest code of all
# tasks: above 128 if one was killed while the first ended with 75):
#   code=0; bash tools/slurm_train.sh ... --resume || code=$?
#   [ "$code" -lt 75 ] || scontrol requeue "$SLURM_JOB_ID"
# Codes below 75 are errors that a new start would meet again.
set -euo pipefail
if [ $# -lt 3 ]; then
    sed -n '2,7s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi
partition=$1
job=$2
config=$3
shift 3
gpus_per_node=${GPUS_PER_NODE:-8}
tasks=${GPUS:-8}
tasks_per_node=${TASKS_PER_NODE:-$gpus_per_node}
tools=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$tools")
export PYTHONPATH="$root${PYTHONPATH:+:$PYTHONPATH}"
export MASTER_PORT="${MASTER_PORT:-29500}"
request=()
if [ "$gpus_per_node" -gt 0 ]; then
    request+=("--gres=gpu:$gpus_per_node")
fi
# The first host of the allocation is known only inside of it.
# shellcheck disable=SC2016,SC2086
exec srun --partition="$partition" --job-name="$job" "${request[@]}" \
    --ntasks="$tasks" --ntasks-per-node="$tasks_per_node" \
    --cpus-per-task="${CPUS_PER_TASK:-5}" --kill-on-bad-exit=1 \
    ${SRUN_ARGS:-} \
    bash -c 'export MASTER_ADDR="${MASTER_ADDR:-$(scontrol show hostnames "$SLURM_JOB_NODELIST" | head -n 1)}"; exec "$@"' _ \
    "${PYTHON:-python}" -u "$tools/train.py" "$config" --launcher slurm "$@"
