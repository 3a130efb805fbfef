import pytest
import torch

from mmgesture.models.layers import refuse_half_precision


def test_fp32_and_bf16_pass():
    refuse_half_precision(torch.zeros(1), 'Model')
    refuse_half_precision(torch.zeros(1, dtype=torch.bfloat16), 'Model')
    with torch.autocast('cpu', torch.bfloat16):
        refuse_half_precision(torch.zeros(1), 'Model')


def test_fp16_tensors_are_refused_with_the_remedy():
    with pytest.raises(RuntimeError, match='Model.*bf16'):
        refuse_half_precision(torch.zeros(1, dtype=torch.float16), 'Model')


def test_fp16_autocast_is_refused():
    with torch.autocast('cpu', torch.float16):
        with pytest.raises(RuntimeError, match='overflows'):
            refuse_half_precision(torch.zeros(1), 'Model')
