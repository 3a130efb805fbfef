import pickle

from mmgesture.datasets import UnreadableMediaError


def test_path_and_reason_survive_the_way_home_from_a_worker():
    error = pickle.loads(pickle.dumps(UnreadableMediaError('a b.mp4', 'cut')))
    assert (error.path, error.reason) == ('a b.mp4', 'cut')
    assert str(error) == 'a b.mp4: cut'
