"""Show that the motion-only pairs of mini-SMG need motion.

Gradient-boosted trees get the true joints of one frame, or the mean speed of
each joint over the gesture, of people whom they have not seen. The former
name the pair and are at chance within it; the latter tell the two apart.
"""
import argparse

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table
from sklearn.ensemble import HistGradientBoostingClassifier

from mmgesture.datasets.synthetic import MOTION_ONLY_PAIRS, MiniSMG, stage
from mmgesture.datasets.synthetic.body import JOINT
from mmgesture.datasets.synthetic.generator import Recording
from mmgesture.datasets.synthetic.priors import subject_numbers

#: Subjects up to this number train the trees, the others test them.
LAST_TRAINING_SUBJECT = 24


def draw(subjects, clips, seed):
    """Joints of one frame, joint speeds and classes, of both parts."""
    classes = [label for pair in MOTION_ONLY_PAIRS for label in pair[:2]]
    # a gesture and its pause take about two and a half seconds
    config = MiniSMG(subjects=subjects, minutes=clips * len(classes) / 20,
                     size=(32, 32), fps=20, gap=0.4, seed=seed)
    rng = np.random.default_rng(seed)
    parts = dict(train=([], [], []), test=([], [], []))
    for subject, part in track(subject_numbers(subjects), 'posing people'):
        labels = tuple(rng.permutation(np.repeat(classes, clips)).tolist())
        staged, events = stage(config, Recording(subject, part, labels))
        joints = staged.figure.joints  # (T, 25, 3), metres
        joints = joints - joints[:, [JOINT['spine_shoulder']]]
        joints = joints / staged.scene.shape.stature
        frames, speeds, targets = parts[
            'train' if subject <= LAST_TRAINING_SUBJECT else 'test']
        for event in events:
            path = joints[np.linspace(event.start, event.end, 16).astype(int)]
            speed = np.abs(np.diff(path, axis=0)).mean((0, 2))
            frame = rng.integers(event.start, event.end + 1)
            frames.append(joints[frame].ravel())
            speeds.append(speed)
            targets.append(classes.index(event.label))
    return {
        part: tuple(np.array(values) for values in columns)
        for part, columns in parts.items()
    }


def accuracies(train, test, targets, unseen):
    """Accuracy on 'which pair', then on 'which of the two' for each pair."""
    def score(mask, unseen_mask, function):
        model = HistGradientBoostingClassifier(max_iter=150, random_state=0)
        model.fit(train[mask], function(targets[mask]))
        right = model.predict(test[unseen_mask]) == function(
            unseen[unseen_mask])
        return right.mean()

    yield score(targets >= 0, unseen >= 0, lambda t: t // 2)
    for pair in range(len(MOTION_ONLY_PAIRS)):
        yield score(targets // 2 == pair, unseen // 2 == pair,
                    lambda t: t % 2)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--subjects', type=int, default=40)
    parser.add_argument('--clips', type=int, default=36,
                        help='gestures of each class and subject')
    parser.add_argument('--seed', type=int, default=5)
    args = parser.parse_args()
    parts = draw(args.subjects, args.clips, args.seed)
    (frames, speeds, targets), (new_frames, new_speeds, unseen) = (
        parts['train'], parts['test'])
    names = [f'{pair[0]} or {pair[1]}' for pair in MOTION_ONLY_PAIRS]
    table = Table('what the trees see', 'which pair', *names,
                  title=f'accuracy on {len(unseen)} gestures of unseen people '
                  '(chance within a pair: 0.5)')
    for name, train, test in (('joints of one frame', frames, new_frames),
                              ('mean speed of the joints', speeds,
                               new_speeds)):
        table.add_row(name, *(f'{value:.3f}' for value in accuracies(
            train, test, targets, unseen)))
    Console().print(table)


if __name__ == '__main__':
    main()
