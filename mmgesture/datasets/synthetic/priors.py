"""How often each class occurs, and which subjects go into which part."""
import numpy as np

from ..smg import SMG_SPLITS, SMG_TEST_COUNTS

# Instances of class 1..17 in SMG's training part (subjects 1-30), of which
# the multiset and the counts of 8, 9, 12 and 15 are known; the others are
# assigned by rank in the test part, which is an assumption.
SMG_TRAIN_COUNTS = (63, 21, 101, 14, 720, 11, 19, 249, 724, 175, 41, 167, 39,
                    40, 11, 9, 48)


def subject_numbers(num_subjects):
    """Number the subjects into SMG's ranges.

    About a fifth is tested on, at least two; 13 subjects become 1-8, 31-32
    and 36-38.

    Args:
        num_subjects (int): Number of subjects, 4..40.

    Returns:
        list[tuple[int, str]]: Subject number and part, sorted.

    Raises:
        ValueError: If the number is out of range.
    """
    if not 4 <= num_subjects <= 40:
        raise ValueError('expected 4 to 40 subjects (SMG has 40; one to '
                         'validate and two to test on at least), got '
                         f'{num_subjects}')
    test = min(5, max(2, round(num_subjects * 0.22)))
    val = min(5, max(1, round(num_subjects * 0.14)))
    sizes = {'train': num_subjects - test - val, 'val': val, 'test': test}
    out = []
    for part, (first, _) in SMG_SPLITS.items():
        out += [(first + i, part) for i in range(sizes[part])]
    return out


def class_shares(part, tail=1.0, floor=0.0):
    """Share of every class in one part.

    Args:
        part (str): 'train', 'val' or 'test'.
        tail (float): Exponent on SMG's counts: 1 keeps SMG's long tail, 0
            makes all classes equally frequent.
        floor (float): Smallest share of a class before normalisation.

    Returns:
        np.ndarray: Shares that sum to 1, shape (17,).
    """
    counts = SMG_TRAIN_COUNTS if part == 'train' else SMG_TEST_COUNTS
    shares = np.maximum(np.asarray(counts, float), 0.5)**tail
    shares = np.maximum(shares / shares.sum(), floor)
    return shares / shares.sum()


def deal_labels(rng, total, shares):
    """Deal class labels so that the counts follow the shares exactly.

    Args:
        rng (np.random.Generator): Shuffles the order.
        total (int): Number of labels.
        shares (np.ndarray): Shares of the classes, sum 1, shape (17,).

    Returns:
        np.ndarray: Class ids 1..17 in random order, shape (total,).
    """
    counts = np.floor(shares * total).astype(int)
    rest = shares * total - counts
    # Largest remainders get what is left.
    for index in np.argsort(-rest, kind='stable')[:total - counts.sum()]:
        counts[index] += 1
    labels = np.repeat(np.arange(1, len(shares) + 1), counts)
    return rng.permutation(labels)
