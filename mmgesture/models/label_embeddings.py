"""A fixed vector for every class, made of the words of its name.

For MA-Net's embedding loss (Guo et al., IEEE TCSVT 2024). The paper's are
the plain means of the 300-d GloVe vectors of a name's words. GloVe is not
part of this package: give the official ``.npy`` or a GloVe text file, or
train with vectors hashed from the letters.
"""
import hashlib
import logging
import re
import unicodedata
from pathlib import Path
from typing import Dict, List, Optional, Sequence, Set

import numpy as np
from mmengine.logging import print_log

__all__ = [
    'hashed_embeddings', 'label_embeddings', 'name_words', 'read_embeddings',
    'read_glove'
]

#: Mean length of the official vectors; the fallback has the same, so that
#: the loss keeps its weight.
OFFICIAL_NORM = 4.8
_GRAMS = (3, 4, 5)


def name_words(name: str) -> List[str]:
    """The words of a class name, as they are looked up.

    Accents are taken off, letters made small, a possessive 's cut; what is
    neither a letter a-z nor a digit separates words ('head/neck' and
    'body-hand' are two words each). All words stay, 'or' and repetitions
    too, as in the official vectors.

    Args:
        name (str): Name of a class.

    Returns:
        list[str]: Its words, in order.
    """
    plain = unicodedata.normalize('NFKD', name.replace('\u2019', "'"))
    plain = ''.join(c for c in plain if not unicodedata.combining(c))
    return re.findall('[a-z0-9]+', re.sub(r"'s\b", '', plain.lower()))


def _words_of(classes: Sequence[str]) -> List[List[str]]:
    words = [name_words(name) for name in classes]
    empty = [repr(n) for n, found in zip(classes, words) if not found]
    if empty:
        raise ValueError('label embeddings expected class names with letters '
                         f'a-z or digits, got {", ".join(empty)}')
    return words


def hashed_embeddings(classes: Sequence[str], dims: int = 300) -> np.ndarray:
    """Vectors from hashed character n-grams: the fallback, not the paper's.

    The vector of an n-gram is a row of signs, the first bits of its
    SHAKE-128 digest (1 -> +1, 0 -> -1). The n-grams of a word are those of 3,
    4 and 5 letters of ``<word>``, and ``<word>`` itself; their sum is scaled
    to length 1. A class is the mean of its words, scaled to the mean length
    of the official vectors (4.8). So names that share words or stems are
    close, as with GloVe, but synonyms are not. The same on every machine.

    Args:
        classes (Sequence[str]): Class names, K of them.
        dims (int): Numbers of a vector, D. Defaults to 300.

    Returns:
        np.ndarray: Shape (K, D), float32.

    Raises:
        ValueError: If a name has no words.
    """
    rows = []
    for words in _words_of(classes):
        row = np.zeros(dims)
        for word in words:
            marked = f'<{word}>'
            grams = {marked} | {
                marked[i:i + n]
                for n in _GRAMS for i in range(len(marked) - n + 1)
            }
            total = np.zeros(dims)
            for gram in sorted(grams):
                digest = hashlib.shake_128(gram.encode()).digest(-(-dims // 8))
                bits = np.unpackbits(np.frombuffer(digest, np.uint8))[:dims]
                total += 2. * bits - 1.
            row += total / np.linalg.norm(total)
        rows.append(row * (OFFICIAL_NORM / np.linalg.norm(row)))
    return np.asarray(rows, np.float32)


def read_glove(path: str, words: Set[str],
               dims: int = 300) -> Dict[str, np.ndarray]:
    """Read the vectors of some words from a GloVe text file.

    Every line is ``word number ... number``, separated by single spaces; a
    few words of the large public files contain spaces themselves.

    Args:
        path (str): The file, UTF-8.
        words (set[str]): Words that are wanted.
        dims (int): Numbers of a vector. Defaults to 300.

    Returns:
        dict[str, np.ndarray]: float64 vectors of the words that the file
        has.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If a line has another number of numbers, or something
            that is no finite number.
    """
    expected = f'expected a word and {dims} numbers, separated by spaces'
    found: Dict[str, np.ndarray] = {}
    with open(path, encoding='utf-8', errors='replace') as file:
        for number, line in enumerate(file, 1):
            line = line.rstrip('\r\n ')
            # nearly all lines of millions: the right width, not wanted
            if (line.count(' ') == dims
                    and line[:line.index(' ')] not in words):
                continue
            where = f'{path}, line {number}: {expected}'
            fields = line.rsplit(' ', dims)
            tail = fields[0].rsplit(' ', 1)
            # a number before the last dims numbers: a wider vector
            if len(fields) != dims + 1 or (len(tail) == 2
                                           and _is_number(tail[1])):
                got = max(len(line.split(' ')) - 1, 0)
                hint = (' (the head line of a word2vec file? Delete it)'
                        if number == 1 and got == 1 else
                        f'; for vectors of {got} numbers set embed_dims'
                        if number == 1 and got > 1 else '')
                raise ValueError(f'{where}, got {got} numbers{hint}')
            if fields[0] not in words or fields[0] in found:
                continue
            try:
                vector = np.array([float(v) for v in fields[1:]])
            except ValueError as error:
                raise ValueError(f'{where}, got {str(error)[:200]}') from error
            if not np.isfinite(vector).all():
                raise ValueError(f'{where}, got a number that is not finite')
            found[fields[0]] = vector
    return found


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _from_glove(path: str, classes: Sequence[str], dims: int) -> np.ndarray:
    words = _words_of(classes)
    table = read_glove(path, {w for found in words for w in found}, dims)
    rows, lost, unknown = [], {}, []
    for name, found in zip(classes, words):
        known = [table[w] for w in found if w in table]
        if len(known) < len(found):
            lost[name] = [w for w in found if w not in table]
        if not known:
            unknown.append(name)
        rows.append(np.mean(known, axis=0) if known else np.zeros(dims))
    if unknown:
        raise ValueError(
            f'{path} has none of the words of {len(unknown)} classes: '
            f'{unknown[:5]}. Expected lower-case English words, as in '
            'glove.6B.300d.txt; is it another language, or cut off?')
    if lost:
        print_log(
            f'{path} lacks these words; the means are over the others: '
            f'{lost}',
            'current',
            level=logging.WARNING)
    return np.asarray(rows, np.float32)


def read_embeddings(path: str,
                    num_classes: int,
                    dims: int = 300) -> np.ndarray:
    """Read one vector per class from a ``.npy`` file.

    Args:
        path (str): The file, an array of shape (K, D).
        num_classes (int): K.
        dims (int): D. Defaults to 300.

    Returns:
        np.ndarray: Shape (K, D), float32.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it holds something else.
    """
    expected = (f'{path} expected an array of finite numbers of shape '
                f'({num_classes}, {dims}), one row per class in the order of '
                'the labels')
    try:
        array = np.load(path, allow_pickle=False)
    except OSError:
        raise
    except Exception as error:  # damage shows in any kind of error
        raise ValueError(f'{expected}; cannot read it: {error}') from error
    if not isinstance(array, np.ndarray) or array.dtype.kind not in 'fiu':
        raise ValueError(f'{expected}, got '
                         f'{getattr(array, "dtype", type(array).__name__)}')
    if array.shape != (num_classes, dims):
        raise ValueError(f'{expected}, got shape {array.shape}')
    bad = np.flatnonzero(~np.isfinite(array).all(axis=1))
    if bad.size:
        raise ValueError(f'{expected}; rows {bad[:5].tolist()} are not finite')
    return array.astype(np.float32)


def label_embeddings(classes: Optional[Sequence[str]],
                     path: Optional[str],
                     num_classes: int,
                     dims: int = 300) -> np.ndarray:
    """The vectors of the classes, from a file or from their letters.

    Args:
        classes (Sequence[str], optional): Class names by label; a ``.npy``
            file does without.
        path (str, optional): ``.npy`` file, see :func:`read_embeddings`, or
            GloVe text file, see :func:`read_glove`; None for
            :func:`hashed_embeddings`, which the log says.
        num_classes (int): Classes of the head, K.
        dims (int): Numbers of a vector, D. Defaults to 300.

    Returns:
        np.ndarray: Shape (K, D), float32.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If names or file do not fit.
    """
    if path is not None and not Path(path).is_file():
        raise FileNotFoundError(
            f'no label vectors at {Path(path).absolute()}: expected a .npy '
            'file or a GloVe text file (glove.6B.300d.txt of '
            'https://nlp.stanford.edu/projects/glove); label_vectors=None '
            'takes hashed letters instead')
    if path is not None and str(path).endswith('.npy'):
        return read_embeddings(path, num_classes, dims)
    if classes is None:
        raise ValueError('label embeddings expected the class names (classes '
                         "of MANetHead: a list, or a dotted name such as "
                         "'mmgesture.datasets.smg.SMG_CLASSES'), or a .npy "
                         'file; got neither')
    if isinstance(classes, str) or len(classes) != num_classes:
        raise ValueError(f'label embeddings expected {num_classes} class '
                         f'names, got {len(classes)}: {list(classes)[:3]}...')
    if path is not None:
        return _from_glove(path, classes, dims)
    print_log(
        'MA-Net: label vectors are hashed from the letters of the class '
        "names, not the paper's GloVe vectors; give the head label_vectors="
        '<.npy or GloVe text file> for those',
        'current',
        level=logging.WARNING)
    return hashed_embeddings(classes, dims)
