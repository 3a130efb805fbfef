#!/usr/bin/env bash
# All benchmarks, one after the other, on an otherwise idle machine:
#   bash tools/benchmarks/run_all.sh [CONFIG CHECKPOINT DATA]
# A quarter of an hour on two cores. The three arguments add the agreement of
# bf16 with fp32 on the test split of a trained model to models.py.
#
# Environment variables:
#   PYTHON    interpreter of an environment with mmgesture (default: that of
#             .venv, else python3)
#   OUT       where results go (default: results, beside this file)
#   THREADS   of every benchmark (default: 2)
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$(cd "$here/../.." && pwd)"
venv="${MMGESTURE_VENV:-$root/.venv}/bin/python"
if [ -z "${PYTHON:-}" ]; then
    if [ -x "$venv" ]; then PYTHON="$venv"; else PYTHON=python3; fi
fi
if [ $# -ne 0 ] && [ $# -ne 3 ]; then
    echo 'usage: run_all.sh [CONFIG CHECKPOINT DATA]' >&2
    exit 2
fi
OUT="${OUT:-$here/results}"
THREADS="${THREADS:-2}"
export OMP_NUM_THREADS="$THREADS"
export PYTHONPATH="$root${PYTHONPATH:+:$PYTHONPATH}"
mkdir -p "$OUT"

failed=()
run() {
    local name="$1"
    shift
    printf '\n\033[1m==> %s\033[0m\n' "$name"
    # one that fails shall not cost the results of the others
    "$PYTHON" "$here/$name.py" --out "$OUT" "$@" || failed+=("$name")
}

run scan  # takes OMP_NUM_THREADS
run models --threads "$THREADS" ${1:+--checkpoint "$@"}
run mcfm --threads "$THREADS"
run train_step --threads "$THREADS"
run scaling --threads "$THREADS"
run pipeline --threads "$THREADS"
run pose_heatmap --threads "$THREADS"
run localizers --threads "$THREADS"
run taylor
run annotations

{
    echo '# Results'
    echo
    echo "Assembled on $(date +%F) by \`tools/benchmarks/run_all.sh\` from" \
        'the files beside this one; each names its machine. Compare ratios' \
        'within a table, never seconds between machines.'
    for name in scan models mcfm train_step scaling pipeline \
        pose_heatmap localizers taylor annotations; do
        if [ -f "$OUT/$name.md" ]; then
            echo
            # headings one level down
            sed 's/^#/##/' "$OUT/$name.md"
        fi
    done
} > "$OUT/README.md.part"
mv "$OUT/README.md.part" "$OUT/README.md"

printf '\nResults: %s\n' "$OUT/README.md"
if [ ${#failed[@]} -ne 0 ]; then
    echo "Failed: ${failed[*]}" >&2
    exit 1
fi
