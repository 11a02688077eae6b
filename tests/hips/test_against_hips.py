"""Programs written for HIPS autograd run unchanged, and their derivatives are those that it computes.

Its package has the name of ours, so it runs in an environment of its own: the one that ``make bench`` makes, or the
interpreter that CHAINRULE_HIPS_PYTHON names.
"""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

PROGRAMS = Path(__file__).parent / "programs"
PEER = Path(__file__).parents[2] / "benchmarks" / ".peers" / "hips" / "bin" / "python"
NEEDS = {"ode_net": "autograd.scipy.integrate"}
TOLERANCE = {"ode_net": 1e-5}  # of the solver's

RUN = """
import importlib, json, sys
import numpy as np
sys.path.insert(0, sys.argv[1])
try:
    results = importlib.import_module(sys.argv[2]).run()
except ModuleNotFoundError as error:
    results = {}
    print(json.dumps({"missing": str(error)}))
else:
    arrays = {name: np.asarray(value) for name, value in results.items()}
    print(json.dumps({n: [str(a.dtype), np.real(a).tolist(), np.imag(a).tolist()] for n, a in arrays.items()}))
"""


@pytest.fixture(scope="module")
def peer():
    python = Path(os.environ.get("CHAINRULE_HIPS_PYTHON", PEER))
    if not python.exists():
        pytest.skip(f"no HIPS autograd at {python}: make bench, or name its Python in CHAINRULE_HIPS_PYTHON")
    return python


def results_of_peer(peer, name):
    """Return the dtype and the values of each result."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    command = [peer, "-B", "-c", RUN, PROGRAMS, name]
    output = subprocess.run(command, env=environment, cwd=PROGRAMS, capture_output=True, text=True, check=False)
    assert output.returncode == 0, output.stderr
    results = json.loads(output.stdout)
    if "missing" in results:
        pytest.skip(f"HIPS autograd's environment: {results['missing']}")
    return {key: (dtype, np.add(real, np.multiply(1j, imag))) for key, (dtype, real, imag) in results.items()}


def load(name):
    specification = importlib.util.spec_from_file_location(f"hips_program_{name}", PROGRAMS / f"{name}.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", sorted(path.stem for path in PROGRAMS.glob("*.py")))
def test_a_program_computes_what_it_computes_there(name, peer):
    if name in NEEDS:
        pytest.importorskip(NEEDS[name])
    expected = results_of_peer(peer, name)
    computed = {key: np.asarray(value) for key, value in load(name).run().items()}
    tolerance = TOLERANCE.get(name, 1e-9)
    assert computed.keys() == expected.keys()
    for key, (dtype, values) in expected.items():
        assert computed[key].dtype == dtype, key
        assert computed[key].shape == values.shape, key
        scale = np.max(np.abs(values), initial=0.0)
        np.testing.assert_allclose(computed[key], values, rtol=tolerance, atol=tolerance * scale, err_msg=key)


def test_the_peer_is_not_this_library(peer):
    code = "import autograd, sys; sys.exit(hasattr(autograd, 'DISTRIBUTION'))"
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    result = subprocess.run([peer, "-c", code], env=environment, cwd=PROGRAMS, check=False)
    assert result.returncode == 0
    assert str(peer) != sys.executable
