"""Looking through wrappers such as RepeatDataset and ConcatDataset."""
from typing import Any, Iterator


def inner_datasets(dataset: Any) -> Iterator[Any]:
    """Find the data sets inside of wrappers.

    Args:
        dataset (Any): A data set, or a wrapper with a ``dataset`` (repeat)
            or ``datasets`` (concatenate).

    Yields:
        Any: The data sets that wrap no other one, in order.
    """
    inner = list(getattr(dataset, 'datasets', ()))
    if hasattr(dataset, 'dataset'):
        inner.append(dataset.dataset)
    if not inner:
        yield dataset
    for item in inner:
        yield from inner_datasets(item)
