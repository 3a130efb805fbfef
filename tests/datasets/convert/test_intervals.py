import pytest

from mmgesture.datasets.convert.intervals import parse_intervals


@pytest.mark.parametrize('cell,expected', [
    (' Sitting[0 to 1]; Sleeping[2 to 8]', [('Sitting', 0, 1),
                                            ('Sleeping', 2, 8)]),
    ('Sitting [ 0 to 11];', [('Sitting', 0, 11)]),
    ('Falling (SW)[3.4 to 6]', [('Falling (SW)', 3.4, 6)]),
    ('Up[0 to 0.5; 4.2 to 6.5]; Go[.5 to 1.]', [('Up', 0, 0.5),
                                               ('Up', 4.2, 6.5),
                                               ('Go', 0.5, 1)]),
    ('', []),
    ('  ', []),
])
def test_labels_with_intervals_are_read(cell, expected):
    assert parse_intervals(cell) == expected


@pytest.mark.parametrize('cell,expected', [
    ('Reading; Sitting[0 to 1]', 'Reading'),
    ('Sitting[0 to 1', 'cannot read'),
    ('Sitting[0 to 1]:; Walking[0 to 2]', 'cannot read'),
    ('Eating[0.9 4.6]', 'START to END'),
    ('Sitting[]', 'START to END'),
    ('Sitting[9.7 to 3]', 'START < END'),
    ('Sitting[3 to 3]', 'START < END'),
    ('[0 to 1]', 'cannot read'),
    ('Up[0 to 1; Go[1 to 2]', 'cannot read'),
])
def test_other_texts_are_refused(cell, expected):
    with pytest.raises(ValueError, match=expected):
        parse_intervals(cell)
