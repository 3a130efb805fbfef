#!/usr/bin/env bash
# MM-Gesture on drawn people: modalities made, every stream trained small,
# fused with weights found on validation, handed in.
#   bash tools/mm_gesture.sh
# Running it again goes on where it was. Environment variables:
#   MINI_SMG   the drawn data (default: data/mini_smg, as in quickstart.sh)
#   WORK       the results (default: work_dirs/mm_gesture)
#   DRAW       other options for tools/data/mini_smg/generate.py
#   OPTIONS    --cfg-options for every training, such as train_cfg.max_epochs=1
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/environment.sh

DATA="${MINI_SMG:-data/mini_smg}"
WORK="${WORK:-work_dirs/mm_gesture}"
DRAW="${DRAW:---subjects 20 --minutes 4 --size 160x120 --fps 20 --gap 0.4}"
CONFIGS=configs/mm_gesture
STREAMS=(rgb+joint rgb+limb rgb-star taylor flow depth)

prepare_environment
PY="$VENV/bin/python"

# draw ROOT SEED [more options of generate.py]
draw() {
    local root="$1" seed="$2"
    shift 2
    # shellcheck disable=SC2086  # options are several words
    "$PY" tools/data/mini_smg/generate.py --out "$root" --seed "$seed" \
        $DRAW "$@"
    "$PY" tools/data/smg/convert.py "$root"
}

# stream NAME CONFIG DATA_ROOT [more options of tools/train.py]
# Trains on the training people; scores those of validation and test.
stream() {
    local name="$1" config="$CONFIGS/$2_mini-smg.py" root="$3"
    local place="$WORK/$name"
    shift 3
    [ -f "$place/scores.jsonl" ] && return
    say "Training $name"
    "$PY" tools/train.py "$config" --data-root "$root" --work-dir "$place" \
        --resume "$@" ${OPTIONS:+--cfg-options $OPTIONS}
    local last; last="$(cat "$place/last_checkpoint")"
    "$PY" tools/test.py "$config" "$last" --data-root "$root" --split val \
        --work-dir "$place/val" --dump "$place/val/scores.jsonl"
    "$PY" tools/test.py "$config" "$last" --data-root "$root" \
        --work-dir "$place" --dump "$place/scores.jsonl"
}

# merged NAME CONFIG POSE: a joint model that starts from its two streams
merged() {
    local config="$CONFIGS/$2_mini-smg.py"
    if [ ! -f "$WORK/$1.pth" ]; then
        "$PY" tools/deploy/merge_rgb_pose.py "$config" --out "$WORK/$1.pth" \
            --rgb "$(cat "$WORK/rgb-person/last_checkpoint")" \
            --pose "$(cat "$WORK/$3/last_checkpoint")"
    fi
    stream "$1" "$2" "$DATA" --load-from "$WORK/$1.pth"
}

say "Drawing people in $DATA, and others for RGB* in ${DATA}_other"
draw "$DATA" 1
# Half the frames a second: a network sees eight of a clip
draw "${DATA}_other" 7 --fps 10

# modality NAME [options of tools/modalities/generate.py]
modality() {
    local name="$1"
    shift
    say "Making $name videos in ${DATA}_$name"
    "$PY" tools/modalities/generate.py "$name" "$DATA/annotations.jsonl" \
        --root "$DATA" --out "${DATA}_$name" --workers 2 "$@"
}
modality taylor
# Farneback's flow stays with what moves in small and noisy pictures, where
# that of DIS spreads; few pixels a frame are much in 160 x 120
modality flow --method farneback --bound 5
modality depth

stream rgb-other swin-mini_rgb "${DATA}_other"
stream rgb-star swin-mini_rgb-transfer "$DATA" \
    --pretrained "$(cat "$WORK/rgb-other/last_checkpoint")"
stream rgb swin-mini_rgb "$DATA"
for modality in taylor flow depth; do
    stream $modality swin-mini_$modality "${DATA}_$modality"
done
stream joint posec3d_joint "$DATA"
stream limb posec3d_limb "$DATA"
stream rgb-person slowonly_rgb "$DATA"
merged rgb+joint rgbpose_joint joint
merged rgb+limb rgbpose_limb limb

say 'Fusing with weights found on validation, each video of it left out once'
TEST=() VAL=() ALL=()
for name in "${STREAMS[@]}"; do
    TEST+=("$name=$WORK/$name/scores.jsonl")
    VAL+=("$name=$WORK/$name/val/scores.jsonl")
done
mkdir -p "$WORK/fused"
"$PY" tools/fuse.py "${TEST[@]}" --search "${VAL[@]}" \
    --labels "$DATA/annotations.jsonl" --weights-file "$WORK/weights.json" \
    --out "$WORK/fused/scores.jsonl" --ladder "$WORK/ladder.md" \
    --figure "$WORK/ladder.png"

say 'Packing and checking the submission'
"$PY" tools/submit.py "$WORK/fused/scores.jsonl" --format miga --split test \
    --annotations "$DATA/annotations.jsonl" --out "$WORK/submission.zip"
"$PY" tools/submit.py --format miga --validate "$WORK/submission.zip" \
    --split test --annotations "$DATA/annotations.jsonl"

say 'The fusion against each stream by itself'
for name in "${STREAMS[@]}" rgb joint limb rgb-person; do
    ALL+=("$name=$WORK/$name")
done
"$PY" tools/analysis/compare.py "fused=$WORK/fused" "${ALL[@]}" \
    --baseline fused --motion-pairs none --out "$WORK/comparison.md"
cat <<EOT
took                  $((SECONDS / 60)) min $((SECONDS % 60)) s
ladder                $WORK/ladder.md and .png
fusion weights        $WORK/weights.json
fused scores          $WORK/fused/scores.jsonl
against each stream   $WORK/comparison.md
MiGA submission       $WORK/submission.zip
EOT
