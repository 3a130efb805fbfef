"""The modality ladder: one stream, then each further one added."""
from dataclasses import asdict, dataclass
from typing import Any, Dict, List, Sequence

import numpy as np

from .classification import macro_f1, top_k_accuracy
from .fusion_search import _checked_stack, predict


@dataclass(frozen=True)
class LadderStep:
    """What a stream reaches alone and what it adds.

    Attributes:
        stream (str): Name of the stream.
        weight (float): Its weight in the fusion of all.
        top1 (float): Top-1 of the stream alone.
        macro_f1 (float): Macro F1 of the stream alone.
        equal_top1 (float): Top-1 of the streams so far, equally weighted.
        equal_macro_f1 (float): Macro F1 of them.
        fused_top1 (float): Top-1 of the streams so far with the weights of
            the fusion; of equal ones while all of these are 0.
        fused_top5 (float): Top-5 of them, or of all classes if there are
            fewer.
        fused_macro_f1 (float): Macro F1 of them.
    """

    stream: str
    weight: float
    top1: float
    macro_f1: float
    equal_top1: float
    equal_macro_f1: float
    fused_top1: float
    fused_top5: float
    fused_macro_f1: float

    def to_dict(self) -> Dict[str, Any]:
        """The figures in plain types.

        Returns:
            dict: By the names of the attributes.
        """
        return asdict(self)


def modality_ladder(stack: np.ndarray, labels: Sequence[int],
                    weights: Sequence[float],
                    names: Sequence[str]) -> List[LadderStep]:
    """Add the streams one by one, in the order given.

    Equal weights show what a modality brings by itself; the last step with
    the fusion's own weights is the fusion.

    Args:
        stack (np.ndarray): Scores of the streams, probabilities or logits,
            shape (S, n, C).
        labels (Sequence[int]): Ground truth, length n.
        weights (Sequence[float]): Weights of the fusion, length S.
        names (Sequence[str]): Names of the streams, length S.

    Returns:
        list[LadderStep]: One a stream; shares in [0, 1].

    Raises:
        ValueError: If shapes disagree or there is no clip.
    """
    stack, labels = _checked_stack(stack, labels)
    number = len(stack)
    weights = np.asarray(weights, dtype=np.float64)
    if weights.shape != (number, ) or len(names) != number:
        raise ValueError(f'expected {number} weights and names, got '
                         f'{weights.size} and {len(names)}')
    best = min(5, stack.shape[2])
    steps = []
    for index in range(number):
        alone = predict(stack[index:index + 1], np.ones(1))
        part = stack[:index + 1]
        even = np.full(index + 1, 1 / (index + 1))
        sofar = weights[:index + 1]
        sofar = sofar / sofar.sum() if sofar.sum() > 0 else even
        equal, fused = predict(part, even), predict(part, sofar)
        steps.append(
            LadderStep(
                stream=str(names[index]),
                weight=float(weights[index]),
                top1=float(np.mean(alone == labels)),
                macro_f1=macro_f1(labels, alone),
                equal_top1=float(np.mean(equal == labels)),
                equal_macro_f1=macro_f1(labels, equal),
                fused_top1=float(np.mean(fused == labels)),
                fused_top5=top_k_accuracy(
                    np.tensordot(sofar, part, axes=1), labels, best),
                fused_macro_f1=macro_f1(labels, fused)))
    return steps
