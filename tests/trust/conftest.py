"""How many examples the property tests try: few, or with --run-slow many."""
import sys

try:
    from hypothesis import settings
except ImportError:  # requirements/tests.txt has it
    collect_ignore = ['test_fuzzed_files.py', 'test_round_trips.py']
else:
    settings.register_profile('short', max_examples=10, derandomize=True)
    settings.register_profile('long', max_examples=1000)
    settings.load_profile('long' if '--run-slow' in sys.argv else 'short')
