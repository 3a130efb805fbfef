"""Wrong arguments of the scan are named, with what was expected."""
import pytest
import torch

from mmgesture.ops.selective_scan.checks import check_scan

ORDER = ('u', 'delta', 'A', 'B', 'C', 'D', 'z', 'delta_bias')


def check(scan, suffix='', **changes):
    scan = {**scan, **changes}
    check_scan(*(scan[name] for name in ORDER), suffix=suffix)


def test_right_arguments_pass(make_scan):
    check(make_scan())
    check(make_scan(), D=None, z=None, delta_bias=None)
    check(make_scan(dtype=torch.bfloat16), A=make_scan()['A'].float())


@pytest.mark.parametrize('name', ORDER)
def test_a_wrong_shape_names_the_argument(make_scan, name):
    scan = make_scan()
    wrong = torch.cat((scan[name], scan[name][:, :1] if scan[name].dim() > 1
                       else scan[name][:1]), min(scan[name].dim() - 1, 1))
    # A longer u or A moves the blame to whoever must fit it.
    with pytest.raises(ValueError, match=r'expected shape .* got'):
        check(scan, **{name: wrong})
    if name not in ('u', 'A'):
        with pytest.raises(ValueError, match=f'^{name}_b: '):
            check(scan, '_b', **{name: wrong})


def test_a_missing_axis_names_the_argument(make_scan):
    scan = make_scan()
    with pytest.raises(ValueError, match='u: expected 3 axes'):
        check(scan, u=scan['u'][0])
    with pytest.raises(ValueError, match='A: expected 2 axes'):
        check(scan, A=scan['A'][0])


def test_wrong_types_name_the_argument(make_scan):
    scan = make_scan()
    with pytest.raises(TypeError, match='u: expected a Tensor, got list'):
        check(scan, u=[1.0])
    with pytest.raises(TypeError, match='C: expected a Tensor .* NoneType'):
        check(scan, C=None)
    with pytest.raises(TypeError, match='z: .* got torch.int64'):
        check(scan, z=scan['z'].long())


def test_float64_must_not_be_mixed(make_scan):
    scan = make_scan()
    with pytest.raises(ValueError, match='all arguments in float64 or none'):
        check(scan, A=scan['A'].float())


def test_a_foreign_device_names_the_argument(make_scan):
    scan = make_scan()
    with pytest.raises(ValueError, match='B: expected device cpu .* meta'):
        check(scan, B=scan['B'].to('meta'))
