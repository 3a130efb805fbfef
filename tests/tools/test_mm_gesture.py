import json
import os
import re
import subprocess

import pytest

DRAW = '--subjects 13 --minutes 0.5 --size 96x72 --fps 12 --gap 0.8'


def test_the_script_is_valid_shell_and_names_what_exists(repository):
    path = repository / 'tools/mm_gesture.sh'
    subprocess.run(['bash', '-n', str(path)], check=True)
    text = path.read_text()
    for word in text.replace('"', ' ').split():
        if word.startswith('tools/') and word.endswith('.py'):
            assert (repository / word).is_file(), word
    used = re.findall(r'^ *(?:stream|merged) \S+ (\w\S*)', text, re.M)
    names = {name.replace('$modality', modality) for name in used
             for modality in ('taylor', 'flow', 'depth')}
    assert len(names) == 10
    for name in names:
        path = repository / f'configs/mm_gesture/{name}_mini-smg.py'
        assert path.is_file(), name


@pytest.mark.slow
def test_the_whole_chain_runs_and_goes_on_where_it_was(repository, tmp_path):
    environment = dict(
        os.environ, MINI_SMG=str(tmp_path / 'mini_smg'),
        WORK=str(tmp_path / 'work'), DRAW=DRAW,
        OPTIONS='train_cfg.max_epochs=1 param_scheduler.0.end=0.5 '
        'param_scheduler.1.begin=0.5 param_scheduler.1.end=1')

    def run():
        return subprocess.run(
            ['bash', 'tools/mm_gesture.sh'], cwd=repository, env=environment,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    done = run()
    assert done.returncode == 0, done.stdout[-3000:]
    work = tmp_path / 'work'
    weights = json.loads((work / 'weights.json').read_text())
    assert weights['streams'] == ['rgb+joint', 'rgb+limb', 'rgb-star',
                                  'taylor', 'flow', 'depth']
    assert weights['search']['left_out']['num_groups'] >= 2
    for name in ('ladder.png', 'ladder.md', 'comparison.md', 'submission.zip',
                 'fused/scores.jsonl', 'rgb+joint/scores_pose.jsonl'):
        assert (work / name).stat().st_size > 0, name
    assert 'valid' in done.stdout
    (work / 'flow/scores.jsonl').unlink()
    again = run()
    assert again.returncode == 0, again.stdout[-3000:]
    assert 'Training flow' in again.stdout
    assert 'Training taylor' not in again.stdout
