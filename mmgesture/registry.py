"""The registries that mmgesture registers in.

They are MMAction2's own. A scope of our own fails: MMAction2's heads build
their losses without a scope prefix, so a config has to live in the scope
``mmaction``. This is the only module that knows which registry is used.
"""
from mmaction.registry import (DATA_SAMPLERS, DATASETS, EVALUATOR, HOOKS,
                               LOOPS, METRICS, MODEL_WRAPPERS, MODELS,
                               OPTIM_WRAPPER_CONSTRUCTORS, OPTIM_WRAPPERS,
                               OPTIMIZERS, PARAM_SCHEDULERS, RUNNERS,
                               TASK_UTILS, TRANSFORMS, VISBACKENDS,
                               VISUALIZERS)

__all__ = [
    'DATASETS', 'DATA_SAMPLERS', 'EVALUATOR', 'HOOKS', 'LOOPS', 'METRICS',
    'MODELS', 'MODEL_WRAPPERS', 'OPTIMIZERS', 'OPTIM_WRAPPERS',
    'OPTIM_WRAPPER_CONSTRUCTORS', 'PARAM_SCHEDULERS', 'RUNNERS', 'TASK_UTILS',
    'TRANSFORMS', 'VISBACKENDS', 'VISUALIZERS'
]
