#!/usr/bin/env bash
# From a fresh clone to a trained MSF-Mamba+, its scores and a submission.
#   bash tools/quickstart.sh
# Running it again reuses what is there. MINI_SMG and WORK move the drawn
# data and the results elsewhere.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/environment.sh

DATA="${MINI_SMG:-data/mini_smg}"
WORK="${WORK:-work_dirs/quickstart}"
CONFIG=configs/msf_mamba/msf-quickstart_mini-smg.py
SECONDS=0

prepare_environment
PY="$VENV/bin/python"
"$PY" -m mmgesture.doctor

say "Drawing mini-SMG in $DATA: 20 people, 4 minutes each"
"$PY" tools/data/mini_smg/generate.py --out "$DATA" --subjects 20 \
    --minutes 4 --size 160x120 --fps 20 --gap 0.4 --seed 1
"$PY" tools/data/smg/convert.py "$DATA"

say "Training $CONFIG"
"$PY" tools/train.py "$CONFIG" --data-root "$DATA" --work-dir "$WORK" --resume
CHECKPOINT="$(cat "$WORK/last_checkpoint")"

say 'Testing on people who were never seen in training'
"$PY" tools/test.py "$CONFIG" "$CHECKPOINT" --data-root "$DATA" \
    --work-dir "$WORK" --dump "$WORK/scores.jsonl"

say 'Packing and checking the submission'
"$PY" tools/submit.py "$WORK/scores.jsonl" --format miga --split test \
    --annotations "$DATA/annotations.jsonl" --out "$WORK/submission.zip"

say 'Predicting three seconds of a test video'
VIDEO="$DATA/Sample0036/Sample0036_color.mp4"
"$PY" tools/predict.py "$VIDEO" --config "$CONFIG" \
    --checkpoint "$CHECKPOINT" --start 0 --end 3 --out "$WORK/prediction.mp4"

say 'What came out of it'
"$PY" tools/analysis/score_report.py "$WORK/scores.jsonl"
cat <<EOT
drawn data            $DATA (with annotations.jsonl)
checkpoint            $CHECKPOINT
confusion matrix      $WORK/confusion_matrix.png
scores per clip       $WORK/scores.jsonl
MiGA submission       $WORK/submission.zip
annotated video       $WORK/prediction.mp4
took                  $((SECONDS / 60)) min $((SECONDS % 60)) s

Next: $PY tools/predict.py YOUR_VIDEO --config $CONFIG --checkpoint $CHECKPOINT
EOT
