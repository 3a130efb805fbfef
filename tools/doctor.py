"""Print what is installed, what works, and why the rest does not.

Runs ``mmgesture/doctor.py`` as a file, so that it works where the package
itself cannot be imported.
"""
import runpy
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

if __name__ == '__main__':
    # tools/ lies beside the package in a checkout, inside it in a wheel.
    folder = ROOT / 'mmgesture' if (ROOT / 'mmgesture').is_dir() \
        else ROOT.parent
    runpy.run_path(str(folder / 'doctor.py'), run_name='__main__')
