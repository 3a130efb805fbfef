import logging
import math

import pytest
import torch
from mmengine.logging import MMLogger

from mmgesture.engine.optim_wrapper import GuardedOptimWrapper, NonFiniteError


def build(**options):
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.Linear(2, 1))
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.1)
    wrapper = GuardedOptimWrapper(optimizer, **options)
    wrapper.parameter_names = {
        id(p): name
        for name, p in model.named_parameters()
    }
    return model, wrapper


def snapshot(model):
    return [p.detach().clone() for p in model.parameters()]


def unchanged(model, before):
    return all(torch.equal(a, b) for a, b in zip(model.parameters(), before))


@pytest.fixture
def messages():
    found = []

    class Keep(logging.Handler):

        def emit(self, record):
            found.append(record.getMessage())

    logger, handler = MMLogger.get_current_instance(), Keep()
    logger.addHandler(handler)
    yield found
    logger.removeHandler(handler)


def test_finite_step_equals_the_plain_wrapper():
    model, wrapper = build(clip_grad=dict(max_norm=0.1))
    loss = model(torch.ones(4, 3)).square().mean()
    twin, _ = build()
    optimizer = torch.optim.AdamW(twin.parameters(), lr=0.1)
    wrapper.update_params(loss)
    twin(torch.ones(4, 3)).square().mean().backward()
    torch.nn.utils.clip_grad_norm_(twin.parameters(), 0.1)
    optimizer.step()
    assert unchanged(model, list(twin.parameters()))
    assert wrapper.skips_in_total == 0


def norm_of_step(scale, **options):
    """The norm of the gradients that a step was made with."""
    model, wrapper = build(**options)
    seen = []
    wrapper.optimizer.register_step_pre_hook(
        lambda *_: seen.append(torch.cat(
            [p.grad.flatten() for p in model.parameters()]).norm().item()))
    wrapper.update_params(model(torch.full((4, 3), scale)).square().mean())
    return seen[0], snapshot(model)


def test_gradients_are_clipped_at_40_unless_a_config_says_otherwise():
    assert norm_of_step(1e4, clip_grad=None)[0] > 1e6
    assert norm_of_step(1e4)[0] == pytest.approx(40)
    assert norm_of_step(
        1e4, clip_grad=dict(max_norm=2.0))[0] == pytest.approx(2)


def test_gradients_below_40_keep_every_bit():
    norm, clipped = norm_of_step(3.0)
    free, plain = norm_of_step(3.0, clip_grad=None)
    assert 1 < norm < 40 and norm == free
    assert all(torch.equal(a, b) for a, b in zip(clipped, plain))


@pytest.mark.parametrize('bad', [math.nan, math.inf])
def test_non_finite_step_changes_neither_weights_nor_optimizer(bad, messages):
    model, wrapper = build(clip_grad=dict(max_norm=1.0))
    wrapper.update_params(model(torch.ones(4, 3)).mean())
    before = snapshot(model)
    moments = wrapper.optimizer.state[model[0].weight]['exp_avg'].clone()
    wrapper.sample_ids = ['clip_7', 'clip_8']
    wrapper.update_params(model(torch.ones(4, 3)).mean() * bad)
    assert unchanged(model, before)
    state = wrapper.optimizer.state[model[0].weight]
    assert torch.equal(state['exp_avg'], moments) and state['step'] == 1
    assert all(p.grad is None or not p.grad.any() for p in model.parameters())
    assert 'clip_7, clip_8' in messages[-1] and '0.weight' in messages[-1]


def test_one_bad_gradient_names_its_parameter_alone(messages):
    model, wrapper = build()
    model[1].bias.register_hook(lambda g: g * math.nan)
    before = snapshot(model)
    wrapper.update_params(model(torch.ones(4, 3)).mean())
    assert unchanged(model, before)
    assert 'of 1 of 4 parameters' in messages[-1]
    assert '(1.bias)' in messages[-1] and '0.weight' not in messages[-1]


def test_infinite_loss_with_finite_gradients_is_skipped(messages):
    model, wrapper = build()
    before = snapshot(model)
    wrapper.update_params(model(torch.ones(1, 3)).mean() + math.inf)
    assert unchanged(model, before)
    assert 'the loss is inf' in messages[-1]


def test_huge_but_finite_gradients_are_no_alarm():
    model, wrapper = build(clip_grad=dict(max_norm=1.0))
    wrapper.update_params(model(torch.ones(1, 3)).mean() * 1e30)
    assert wrapper.skips_in_total == 0


def test_run_stops_after_skips_in_a_row_only():
    model, wrapper = build(max_skips=3)

    def step(factor):
        wrapper.update_params(model(torch.ones(1, 3)).mean() * factor)

    for _ in range(4):
        step(math.nan)
        step(math.nan)
        step(1.0)
    assert wrapper.skips_in_total == 8
    step(math.nan)
    step(math.nan)
    with pytest.raises(NonFiniteError, match='3 steps in a row'):
        step(math.nan)


def test_bad_part_of_an_accumulated_step_skips_the_whole_step():
    model, wrapper = build(accumulative_counts=2)
    wrapper.initialize_count_status(model, 0, 4)
    before = snapshot(model)
    wrapper.update_params(model(torch.ones(1, 3)).mean() + math.inf)
    wrapper.update_params(model(torch.ones(1, 3)).mean())
    assert unchanged(model, before)
    wrapper.update_params(model(torch.ones(1, 3)).mean())
    wrapper.update_params(model(torch.ones(1, 3)).mean())
    assert not unchanged(model, before)


def test_bfloat16_runs_the_model_under_autocast_on_cpu():
    model, wrapper = build(dtype='bfloat16')
    with wrapper.optim_context(model):
        out = model(torch.ones(2, 3))
    assert out.dtype == torch.bfloat16
    wrapper.update_params(out.float().mean())
    assert model[0].weight.dtype == torch.float32
    model, wrapper = build()
    with wrapper.optim_context(model):
        assert model(torch.ones(2, 3)).dtype == torch.float32


def test_float16_is_refused():
    with pytest.raises(ValueError, match='float16'):
        build(dtype='float16')
    with pytest.raises(ValueError, match='max_skips'):
        build(max_skips=0)
