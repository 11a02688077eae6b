"""The layers: an import never points up, `nn` uses only what `autograd` offers, and nothing reads a pickle."""

import ast
import graphlib
from pathlib import Path

import pytest

import autograd
import autograd.ops
import nn

AUTOGRAD = Path(autograd.__file__).parent
NN = Path(nn.__file__).parent

# From the bottom up. A module may import those below it, and of its own layer what does not lead back to it.
LAYERS = [
    ["errors"],
    ["hooks", "memory"],
    ["views"],
    ["graph", "grad_mode", "nested", "explain"],
    ["tensor", "random_state"],
    ["plans"],
    ["primitive"],
    ["ops"],
    ["batching", "regions", "trace", "observe", "sites", "journal", "substitutes", "locks"],
    ["matrices", "anomaly"],
    ["functional", "checkpointing"],
    ["gradcheck", "drawing", "profiling"],
    # the names of HIPS autograd
    ["builtins", "curried", "differential_operators", "extend", "misc", "numpy", "test_util", "tracer", "vspace"],
    ["coverage", "scipy"],
    [""],  # the package itself
]
# What of the engine drawings know, and those of their parts that know its nodes: all others read the model.
DRAWING_IMPORTS = {
    *("errors", "memory", "graph", "grad_mode", "nested", "tensor", "plans", "primitive"),
    *("regions", "observe", "sites", "journal", "drawing"),
}
READERS_OF_NODES = ("reading", "gradients", "failure", "formulas", "drawing")
OPTIONAL = {"graphviz", "matplotlib", "pygraphviz", "safetensors", "tqdm"}  # imported where they are first needed
UNSAFE = {"cloudpickle", "dill", "joblib", "marshal", "pickle", "shelve"}


def modules_of(package):
    """Return the syntax tree of every module of the package in a folder, by dotted name."""
    files = {path: path.relative_to(package.parent).with_suffix("").parts for path in package.rglob("*.py")}
    return {
        ".".join(parts[:-1] if parts[-1] == "__init__" else parts): ast.parse(path.read_text(encoding="utf-8"))
        for path, parts in files.items()
    }


def imported_by(tree, known):
    """Yield what a module imports: (module, name), name None for ``import module``; submodules count as modules."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, None) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: a relative import"
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield (whole, None) if whole in known else (node.module, alias.name)


def imports_within(modules):
    return {name: {to for to, _ in imported_by(tree, modules) if to in modules} for name, tree in modules.items()}


def part(module):
    """Return the first name below the package: ``autograd.ops.linalg`` is of ``ops``."""
    return [*module.split("."), ""][1]


def layer(module):
    found = [height for height, parts in enumerate(LAYERS) if part(module) in parts]
    assert found, f"{module} has no layer; say in LAYERS where it belongs"
    return found[0]


def upward_imports(modules):
    return {f"{a} imports {b}" for a, below in imports_within(modules).items() for b in below if layer(b) > layer(a)}


def circle(modules):
    """Return the modules of a circle of imports, or []. A package that imports its own modules is none."""
    edges = {
        name: {to for to in below if not name.startswith(f"{to}.")} for name, below in imports_within(modules).items()
    }
    try:
        graphlib.TopologicalSorter(edges).prepare()
    except graphlib.CycleError as error:
        return error.args[1]
    return []


def imports_in_functions(modules):
    functions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
    return {
        f"{name}:{statement.lineno} imports {module}"
        for name, tree in modules.items()
        for function in ast.walk(tree)
        if isinstance(function, functions)
        for statement in ast.walk(function)
        if isinstance(statement, ast.Import | ast.ImportFrom)
        for module, _ in imported_by(statement, ())
        if module.split(".")[0] not in OPTIONAL
    }


def unsafe_readers(modules):
    imports = {
        f"{name} imports {to}" for name, tree in modules.items() for to, _ in imported_by(tree, ()) if to in UNSAFE
    }
    flags = {
        f"{name}:{node.lineno} allows pickle"
        for name, tree in modules.items()
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        for node in [keyword.value for keyword in call.keywords if keyword.arg == "allow_pickle"]
        if not (isinstance(node, ast.Constant) and node.value is False)
    }
    return imports | flags


def private_names(modules):
    """Return the underscored names that modules define or use as attributes."""
    nodes = [node for tree in modules.values() for node in ast.walk(tree)]
    names = {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    names |= {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    names |= {node.id for node in nodes if isinstance(node, ast.Name)}
    return {name for name in names if name.startswith("_") and not name.startswith("__")}


def private_uses(modules, private):
    """Return where `modules` import from autograd what it does not offer, or reach for what is private there."""
    offered = {"autograd": set(autograd.__all__), "autograd.ops": set(autograd.ops.__all__)}
    imports = {
        f"{name} imports {module}{f'.{item}' if item else ''}"
        for name, tree in modules.items()
        for module, item in imported_by(tree, ())
        if (module.split(".")[0] == "autograd" and module != "autograd" and item not in offered.get(module, ()))
        or (module == "autograd" and item is not None and item not in offered["autograd"] | {"ops", "DISTRIBUTION"})
    }
    attributes = {
        f"{name}:{node.lineno} uses .{node.attr}"
        for name, tree in modules.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in private
        if not (isinstance(node.value, ast.Name) and node.value.id in ("self", "cls"))
    }
    return imports | attributes


@pytest.fixture(scope="module")
def engine():
    return modules_of(AUTOGRAD)


@pytest.fixture(scope="module")
def networks():
    return modules_of(NN)


def test_no_import_of_the_engine_points_up(engine):
    assert upward_imports(engine) == set()


def test_no_imports_go_round_in_a_circle(engine, networks):
    assert circle(engine) == []
    assert circle(networks) == []


def test_drawing_knows_only_the_graph(engine):
    drawing = {name: to for name, to in imports_within(engine).items() if part(name) == "drawing"}
    assert {
        f"{name} imports {b}" for name, to in drawing.items() for b in to if part(b) not in DRAWING_IMPORTS
    } == set()


def test_every_output_reads_only_the_model_of_the_graph(engine):
    readers = tuple(f"autograd.drawing.{name}" for name in READERS_OF_NODES)
    outputs = {
        name: to
        for name, to in imports_within(engine).items()
        if name.startswith("autograd.drawing.") and not name.startswith(readers)
    }
    assert {"autograd.drawing.picture.dot", "autograd.drawing.texts.tree", "autograd.drawing.fold.merge"} < set(outputs)
    assert {
        f"{name} imports {b}"
        for name, to in outputs.items()
        for b in to
        if part(b) not in ("drawing", "errors") or b.startswith(readers)
    } == set()


def test_the_engine_does_not_know_the_networks(engine):
    assert {name for name, tree in engine.items() for to, _ in imported_by(tree, ()) if part(f".{to}") == "nn"} == set()


def test_networks_use_only_what_the_engine_offers(engine, networks):
    assert private_uses(networks, private_names(engine)) == set()


def test_data_knows_neither_the_engine_nor_the_networks(networks):
    data = {name: tree for name, tree in networks.items() if part(name) == "data"}
    outside = {
        f"{name} imports {to}"
        for name, tree in data.items()
        for to, _ in imported_by(tree, networks)
        if to.split(".")[0] in ("autograd", "nn") and not f"{to}.".startswith("nn.data.")
    }
    assert data
    assert outside == set()


def test_only_optional_packages_are_imported_inside_functions(engine, networks):
    assert imports_in_functions(engine | networks) == set()


def test_nothing_reads_or_writes_pickles(engine, networks):
    assert unsafe_readers(engine | networks) == set()


class TestTheChecksThemselves:
    """Each sees a violation of what it is there for."""

    @pytest.fixture
    def broken(self, tmp_path):
        files = {
            "__init__": "from autograd.tensor import Tensor",
            "errors": "",
            "graph": "from autograd import grad_mode\nfrom autograd.tensor import wrap",
            "grad_mode": "from autograd.graph import Node",
            "tensor": "from autograd.errors import AutogradError",
            "functional": "def f():\n    import tqdm\n    import numpy\n    from autograd import tensor",
            "nested": "import pickle\nnumpy.load(path, allow_pickle=True)",
            "ops/__init__": "from autograd.ops.linalg import dot",
            "ops/linalg": "",
        }
        for name, text in files.items():
            path = tmp_path / "autograd" / f"{name}.py"
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return modules_of(tmp_path / "autograd")

    def test_upward(self, broken):
        assert upward_imports(broken) == {"autograd.graph imports autograd.tensor"}

    def test_circular(self, broken):
        assert {"autograd.graph", "autograd.grad_mode"} == set(circle(broken))

    def test_in_a_function(self, broken):
        found = imports_in_functions(broken)
        assert found == {"autograd.functional:3 imports numpy", "autograd.functional:4 imports autograd"}

    def test_pickle(self, broken):
        assert unsafe_readers(broken) == {"autograd.nested imports pickle", "autograd.nested:2 allows pickle"}

    def test_private(self):
        text = "from autograd.graph import Node\nfrom autograd import Tensor, wrap\nx._node\nself._node\nx._other"
        assert private_uses({"nn.layer": ast.parse(text)}, {"_node"}) == {
            "nn.layer imports autograd.graph.Node",
            "nn.layer imports autograd.wrap",
            "nn.layer:3 uses ._node",
        }

    def test_without_a_layer(self):
        with pytest.raises(AssertionError, match=r"autograd\.utils has no layer"):
            layer("autograd.utils")
