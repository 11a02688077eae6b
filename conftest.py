"""What pytest collects: the modules that need SciPy only where it is installed."""

import importlib.util

collect_ignore_glob = [] if importlib.util.find_spec("scipy") else ["autograd/scipy/*"]
