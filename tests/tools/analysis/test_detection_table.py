import json
import subprocess
import sys

import numpy as np

from mmgesture.structures import VideoDetections
from mmgesture.submission import DetectionFile, write_detections


def test_table_is_written_as_markdown_and_json(tmp_path, repository):
    place = tmp_path / 'study' / 'dyn@x' / 'seed_0'
    truth = np.array([[0, 6], [10, 16]])
    video = VideoDetections('v', truth, np.array([0, 1]),
                            np.array([.9, .1]), truth, np.array([0, 1]))
    place.mkdir(parents=True)
    write_detections(place / 'detections.jsonl',
                     DetectionFile([video], ['a', 'b'], threshold=.5))
    command = [sys.executable,
               str(repository / 'tools/analysis/detection_table.py'),
               str(tmp_path / 'study'), '--out', str(tmp_path / 't.md'),
               '--json', str(tmp_path / 't.json')]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    lines = (tmp_path / 't.md').read_text().splitlines()
    assert len(lines) == 3 and lines[2].startswith('| dyn |  | 0.667 |')
    row, = json.loads((tmp_path / 't.json').read_text())
    assert row['precision']['mean'] == 1 and row['recall']['mean'] == .5
    command[2] = str(tmp_path / 'gone')
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 2 and 'no runs' in done.stdout
