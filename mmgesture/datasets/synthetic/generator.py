"""Drawing the whole of mini-SMG: who performs what, on several processes."""
import multiprocessing
import shutil
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2
import numpy as np

from .priors import class_shares, deal_labels, subject_numbers
from .render import StreamRenderer
from .scene import draw_scene
from .script import Timing, plan_events, stream_motion
from .writer import RECIPE, read_recipe, write_recording

# To be raised when the same parameters draw something else than before.
DRAWING_VERSION = 1


@dataclass(frozen=True)
class MiniSMG:
    """Everything that decides what is drawn.

    Args:
        subjects (int): Number of subjects, 4..40; one recording each.
        minutes (float): Length of every recording.
        size (tuple[int, int]): Width and height, even, pixels.
        subtlety (float): 0 (broad) .. 1 (barely visible); the amplitude of
            all movement is ``1.5 - subtlety`` of the ordinary.
        seed (int): Fixes every frame.
        fps (float): Frames per second; SMG has 28.
        gap (float): Mean pause between gestures, seconds.
        train_tail (float): Exponent on SMG's class counts in training.
        test_tail (float): The same in validation and test; 1 is SMG's own
            long tail.
        train_floor (float): Smallest share of a class in training.
        test_floor (float): The same in validation and test.
    """
    subjects: int = 13
    minutes: float = 3.0
    size: tuple = (320, 240)
    subtlety: float = 0.5
    seed: int = 0
    fps: float = 28
    gap: float = 2.0
    train_tail: float = 0.5
    test_tail: float = 1.0
    train_floor: float = 0.03
    test_floor: float = 0.012

    def __post_init__(self):
        if min(self.size) < 32 or self.size[0] % 2 or self.size[1] % 2:
            raise ValueError('expected even width and height of 32 pixels or '
                             f'more, got {self.size[0]}x{self.size[1]}')
        if not 0 <= self.subtlety <= 1:
            raise ValueError('expected a subtlety in 0..1, got '
                             f'{self.subtlety}')
        if not 5 <= self.fps <= 60:
            raise ValueError(f'expected 5 to 60 frames/s, got {self.fps}')
        if self.gestures < 1:
            raise ValueError(f'{self.minutes} minutes are too short for one '
                             'gesture and its pauses; ask for more minutes')

    @property
    def timing(self):
        """Timing: Lengths of gestures and pauses."""
        return Timing(gap=self.gap)

    @property
    def num_frames(self):
        """int: Frames of one recording."""
        return round(self.minutes * 60 * self.fps)

    @property
    def gestures(self):
        """int: Gestures in one recording."""
        return int((self.minutes * 60 - self.gap) / self.timing.cycle)


@dataclass(frozen=True)
class Recording:
    """What one subject performs.

    Args:
        subject (int): Number in SMG's ranges.
        part (str): 'train', 'val' or 'test'.
        labels (tuple[int]): Classes in order.
    """
    subject: int
    part: str
    labels: tuple

    @property
    def name(self):
        """str: For instance ``Sample0001``."""
        return f'Sample{self.subject:04d}'


def plan(config):
    """Deal gestures to subjects.

    Args:
        config (MiniSMG): Parameters.

    Returns:
        list[Recording]: Sorted by subject.
    """
    subjects = subject_numbers(config.subjects)
    out = []
    for number, part in enumerate(('train', 'val', 'test')):
        members = [s for s, p in subjects if p == part]
        train = part == 'train'
        shares = class_shares(
            part, config.train_tail if train else config.test_tail,
            config.train_floor if train else config.test_floor)
        labels = deal_labels(np.random.default_rng([config.seed, 7, number]),
                             config.gestures * len(members), shares)
        for subject, own in zip(members, labels.reshape(len(members), -1)):
            out.append(Recording(subject, part, tuple(own.tolist())))
    return out


def stage(config, recording):
    """Scene, motion and events of one recording, ready to be drawn.

    Args:
        config (MiniSMG): Parameters.
        recording (Recording): Subject and gestures.

    Returns:
        tuple[StreamRenderer, list[Event]]: The recording.
    """
    def rng(number):
        return np.random.default_rng([config.seed, recording.subject, number])

    scene = draw_scene(rng(1), config.size)
    events = plan_events(rng(2), config.num_frames, config.fps,
                         recording.labels, config.timing)
    motion = stream_motion(rng(3), config.num_frames, config.fps, events,
                           1.5 - config.subtlety, scene.restless,
                           scene.left_handed)
    return StreamRenderer(scene, motion, [config.seed, recording.subject,
                                          4]), events


def _recipe(config, recording):
    parameters = asdict(config)
    parameters['size'] = list(config.size)
    return dict(drawing_version=DRAWING_VERSION, parameters=parameters,
                subject=recording.subject, labels=list(recording.labels))


_counter = None


def _start_worker(counter):
    global _counter
    _counter = counter
    cv2.setNumThreads(1)  # one process per core instead


def _count(frames):
    with _counter.get_lock():
        _counter.value += frames


def _draw(config, recording, folder, on_frames=_count):
    renderer, events = stage(config, recording)
    write_recording(folder, recording.name, renderer, events, config.fps,
                    [config.seed, recording.subject, 5],
                    _recipe(config, recording), on_frames)


def _draw_alone(config, todo, root, report):
    frames = 0

    def count(new):
        nonlocal frames
        frames += new
        report(frames)

    for recording in todo:
        _draw(config, recording, root / recording.name, count)


def _draw_together(config, todo, root, workers, report):
    # Not 'fork': OpenCV's and the codecs' threads do not survive it.
    context = multiprocessing.get_context('spawn')
    counter = context.Value('q', 0)
    with ProcessPoolExecutor(workers, mp_context=context,
                             initializer=_start_worker,
                             initargs=(counter, )) as pool:
        jobs = {pool.submit(_draw, config, recording, root / recording.name)
                for recording in todo}
        while jobs:
            done, jobs = wait(jobs, timeout=0.25,
                              return_when=FIRST_COMPLETED)
            report(counter.value)
            try:
                for job in done:
                    job.result()
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise


def _sort_out(config, recordings, root, overwrite):
    """Recordings still to be drawn; complains about foreign ones."""
    todo, foreign = [], []
    for recording in recordings:
        recipe = read_recipe(root / recording.name, recording.name)
        if recipe == _recipe(config, recording):
            continue
        if recipe is not None:
            foreign.append(recording.name)
        todo.append(recording)
    names = {r.name for r in recordings}
    surplus = [p for p in sorted(root.glob('Sample[0-9][0-9][0-9][0-9]'))
               if p.name not in names and
               (p / RECIPE.format(p.name)).exists()]
    if (foreign or surplus) and not overwrite:
        raise FileExistsError(
            f'{root} holds recordings that other parameters made '
            f'({", ".join(foreign + [p.name for p in surplus])}); choose '
            'another folder, the same parameters as before, or overwrite')
    for recording in todo:
        # Without its recipe a half-overwritten recording counts as open.
        (root / recording.name /
         RECIPE.format(recording.name)).unlink(missing_ok=True)
    for folder in surplus:
        shutil.rmtree(folder)
    return todo


def generate(config, out_dir, workers=1, overwrite=False, on_progress=None):
    """Draw mini-SMG; recordings that are finished already are kept.

    Args:
        config (MiniSMG): Parameters.
        out_dir (str | Path): Root folder, made when absent.
        workers (int): Number of processes.
        overwrite (bool): Redraw recordings made with other parameters and
            remove those that these parameters do not have.
        on_progress (Callable[[int, int], None] | None): Called now and then
            with the frames done and the frames wanted.

    Returns:
        tuple[list[Recording], list[str]]: All recordings, and the names of
        those drawn now.

    Raises:
        FileExistsError: If the folder holds recordings that other parameters
            made and ``overwrite`` is not set.
    """
    root = Path(out_dir)
    root.mkdir(parents=True, exist_ok=True)
    recordings = plan(config)
    todo = _sort_out(config, recordings, root, overwrite)
    total = config.num_frames * len(todo)

    def report(frames):
        if on_progress:
            on_progress(frames, total)

    workers = min(workers, len(todo))
    if workers > 1:
        _draw_together(config, todo, root, workers, report)
    else:
        _draw_alone(config, todo, root, report)
    return recordings, [r.name for r in todo]
