"""Measure memory: the peak of training against PyTorch's, what a graph keeps, and that nothing grows.

What concerns the whole process is measured in fresh interpreters, which run this file as a program; so it imports
nothing but the standard library at the top, and can be run by an interpreter that has PyTorch and not this library.
What a graph keeps is counted by `tracemalloc`, to which NumPy reports the memory of its arrays.
"""

from __future__ import annotations

import gc
import itertools
import json
import resource
import statistics
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

SIZES = (784, 512, 512, 10)
BATCH = 1024
STEPS = 20
LR = 0.01
THREADS = (1, 2)
ROUNDS = 3
LIBRARIES = ("chainrule", "NumPy by hand", "PyTorch")

MANY_STEPS = 10_000
CLASSES = (10, 1_000, 100_000, 1_000_000)
LENGTHS = (10, 100)  # of chains on a large array
LARGE = 1_000_000  # elements of it
NODES = 10_000  # of chains on a tiny array

MB = 1e6

Step = Callable[[Any, Any], float]  # of a batch and its labels


def measure(peers_python: str | None = None, rounds: int = ROUNDS) -> dict[str, Any]:
    """Return all results; PyTorch's are those of the interpreter `peers_python`, by default the peers' own."""
    if peers_python is None:
        from benchmarks import environments

        peers_python = str(environments.python("main"))
    results: dict[str, Any] = {"training": {}, "notes": []}
    for library in LIBRARIES:
        python = peers_python if library == "PyTorch" else sys.executable
        if library == "PyTorch" and subprocess.run([python, "-c", "import torch"], capture_output=True).returncode:
            results["notes"].append("PyTorch was not measured: the interpreter given for it cannot import torch.")
            continue
        results["training"][library] = {
            str(threads): _median_of([_in_child(python, threads, "training", library) for _ in range(rounds)])
            for threads in THREADS
        }
    _require_equal_losses(results["training"])
    for name in ("steps", "classes", "chains", "nodes"):
        results[name] = _in_child(sys.executable, 1, name)
    return results


def section(results: dict[str, Any]) -> str:
    """Return the Markdown section of what `measure` returned."""
    return "\n".join(
        [
            *_section_of_training(results),
            *_section_of_steps(results["steps"]),
            *_section_of_saved(results["classes"], results["chains"]),
            *_section_of_nodes(results["nodes"]),
        ]
    )


# ------------------------------------------------------------------------------------------- the peak of training


def training(library: str) -> dict[str, float]:
    """Train, and return the process's memory in bytes and the last loss.

    The memory is that after the imports (``imported``), after a step on one example, by when every library has
    loaded and set up what it puts off until it is used (``ready``), and the peak (``peak``).
    """
    import numpy as np

    rng = np.random.default_rng(0)
    prepare = {"chainrule": _chainrule, "PyTorch": _torch, "NumPy by hand": _by_hand}[library]()
    imported = resident()
    pairs = list(itertools.pairwise(SIZES))
    weights = [rng.standard_normal((b, a), np.float32) / np.float32(a**0.5) for a, b in pairs]
    step = prepare(weights, [np.zeros(b, np.float32) for _, b in pairs])
    step(rng.standard_normal((1, SIZES[0]), np.float32), np.zeros(1, int))
    ready = resident()
    x, labels = rng.standard_normal((BATCH, SIZES[0]), np.float32), rng.integers(0, SIZES[-1], BATCH)
    for _ in range(STEPS):
        loss = step(x, labels)
    return {"imported": imported, "ready": ready, "peak": resident(at_peak=True), "loss": loss}


def _chainrule() -> Callable[[Any, Any], Step]:
    import nn

    def prepare(weights: Any, biases: Any) -> Step:
        layers: list[nn.Module] = []
        for weight, bias in zip(weights, biases, strict=True):
            layers += [nn.Linear(weight.shape[1], weight.shape[0]), nn.ReLU()]
            layers[-2].load_state_dict({"weight": weight, "bias": bias})
        model = nn.Sequential(*layers[:-1])
        loss_function = nn.CrossEntropyLoss()
        optimizer = nn.optim.SGD(model.parameters(), lr=LR)

        def step(x: Any, labels: Any) -> float:
            optimizer.zero_grad()
            loss = loss_function(model(x), labels)
            loss.backward()
            optimizer.step()
            return float(loss.item())

        return step

    return prepare


def _torch() -> Callable[[Any, Any], Step]:
    import torch

    def prepare(weights: Any, biases: Any) -> Step:
        layers: list[Any] = []
        for weight, bias in zip(weights, biases, strict=True):
            layers += [torch.nn.Linear(weight.shape[1], weight.shape[0]), torch.nn.ReLU()]
            layers[-2].load_state_dict({"weight": torch.from_numpy(weight), "bias": torch.from_numpy(bias)})
        model = torch.nn.Sequential(*layers[:-1])
        loss_function = torch.nn.CrossEntropyLoss()
        optimizer = torch.optim.SGD(model.parameters(), lr=LR)

        def step(x: Any, labels: Any) -> float:
            optimizer.zero_grad()
            loss = loss_function(model(torch.from_numpy(x)), torch.from_numpy(labels))
            loss.backward()
            optimizer.step()
            return float(loss.item())

        return step

    return prepare


def _by_hand() -> Callable[[Any, Any], Step]:
    import numpy as np

    def prepare(weights: Any, biases: Any) -> Step:
        def step(x: Any, labels: Any) -> float:
            rows, activations = np.arange(len(x)), [x]
            for w, b in zip(weights, biases, strict=True):
                z = activations[-1] @ w.T
                z += b
                activations.append(np.maximum(z, 0, out=z) if w is not weights[-1] else z)
            g = activations.pop()
            g -= g.max(axis=1, keepdims=True)
            picked = g[rows, labels]
            np.exp(g, out=g)
            total = g.sum(axis=1, keepdims=True)
            loss = float((np.log(total[:, 0]) - picked).mean())
            g /= total
            g[rows, labels] -= 1
            g /= len(x)
            for w, b in zip(reversed(weights), reversed(biases), strict=True):
                a = activations.pop()
                gw, gb = g.T @ a, g.sum(axis=0)
                if activations:
                    g = g @ w
                    g *= a > 0
                gw *= LR
                gb *= LR
                w -= gw
                b -= gb
            return loss

        return step

    return prepare


def _require_equal_losses(results: dict[str, Any]) -> None:
    losses = [result["loss"] for by_threads in results.values() for result in by_threads.values()]
    if max(losses) - min(losses) > 1e-3 * min(losses):
        raise AssertionError(f"the libraries did not do the same: losses {losses}")


def resident(at_peak: bool = False) -> int:
    """Return the resident memory of this process in bytes, now or at its peak."""
    status = Path("/proc/self/status")
    if status.exists():
        field = "VmHWM" if at_peak else "VmRSS"
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith(field)) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # all there is without /proc
    return peak if sys.platform == "darwin" else peak * 1024


def _section_of_training(results: dict[str, Any]) -> list[str]:
    threads = [f"{number} thread{'s' * (number > 1)}" for number in THREADS]
    lines = [
        "## Memory",
        "",
        f"Training {'-'.join(map(str, SIZES))} (ReLU, softmax, cross-entropy, SGD, float32) on batches of {BATCH:,}: "
        "the process's peak memory beyond what it held after its imports, in MB, and beyond what it held after a step "
        "on one example, by when every library has set up what it puts off. Target: at most PyTorch's.",
        "",
        "| library | " + " | ".join(f"beyond imports, {t} | beyond one example | in all" for t in threads) + " |",
        "|---|" + "---:|---:|---:|" * len(threads),
    ]
    for library, by_threads in results["training"].items():
        cells = [
            f"{(r['peak'] - r['imported']) / MB:.1f} | {(r['peak'] - r['ready']) / MB:.1f} | {r['peak'] / MB:.0f}"
            for r in by_threads.values()
        ]
        lines.append(f"| {library} | {' | '.join(cells)} |")
    return [*lines, "", *(f"{note}\n" for note in results["notes"])]


# ------------------------------------------------------------------------------------------- nothing grows


def steps() -> dict[str, Any]:
    """Return the resident memory at points of a long training of a small network, without the garbage collector."""
    import numpy as np

    import nn

    rng = np.random.default_rng(0)
    model = nn.Sequential(nn.Linear(16, 32, rng=0), nn.ReLU(), nn.Linear(32, 4, rng=1))
    loss_function = nn.CrossEntropyLoss()
    optimizer = nn.optim.SGD(model.parameters(), lr=LR, momentum=0.9)
    x, labels = rng.standard_normal((32, 16), np.float32), rng.integers(0, 4, 32)
    memory = {}
    for step in range(1, MANY_STEPS + 1):
        optimizer.zero_grad()
        loss_function(model(x), labels).backward()
        optimizer.step()
        if step == 1:
            gc.collect()  # what the imports and the first calls left
            gc.disable()
        if step in (10, 100) or step % 1000 == 0:
            memory[str(step)] = resident()
    return {"memory": memory, "unreachable": gc.collect()}


def _section_of_steps(result: dict[str, Any]) -> list[str]:
    memory = result["memory"]
    shown = [step for step in memory if step in ("10", "100", "1000", "5000", str(MANY_STEPS))]
    return [
        f"Resident memory while a small network trains for {MANY_STEPS:,} steps without the garbage collector, which "
        f"then finds {result['unreachable']} unreachable objects:",
        "",
        "| step | " + " | ".join(f"{int(step):,}" for step in shown) + " |",
        "|---|" + "---:|" * len(shown),
        "| MB | " + " | ".join(f"{memory[step] / MB:.2f}" for step in shown) + " |",
        "",
    ]


# ------------------------------------------------------------------------------------------- what a graph keeps


def classes() -> dict[str, dict[str, int]]:
    """Return the bytes that the graph of one operation keeps, by the number of its classes; float64."""
    import numpy as np

    from autograd import Tensor
    from nn import functional

    label = np.array([0])
    operations: dict[str, Callable[[Tensor], Any]] = {
        "softmax": lambda logits: functional.softmax(logits, axis=1).sum(),
        "log_softmax": lambda logits: functional.log_softmax(logits, axis=1).sum(),
        "cross_entropy": lambda logits: functional.cross_entropy(logits, label),
    }
    rows = [Tensor(np.linspace(0.0, 1.0, number)[None], requires_grad=True) for number in CLASSES]
    return {
        name: {str(row.size): held(partial(operation, row)) for row in rows} for name, operation in operations.items()
    }


def chains() -> dict[str, dict[str, dict[str, float]]]:
    """Return the peak of the forward pass and of the backward pass through chains on a large array, in arrays."""
    import numpy as np

    from autograd import Tensor

    constant = np.linspace(0.5, 1.5, LARGE)
    links: dict[str, Callable[[Any], Any]] = {
        "x + constant": lambda x: x + constant,
        "x * constant": lambda x: x * constant,
        "np.negative(x)": np.negative,
        "np.maximum(x, 0)": lambda x: np.maximum(x, 0.0),
        "np.tanh(x)": np.tanh,
        "x * x": lambda x: x * x,
    }
    peaks: dict[str, dict[str, dict[str, float]]] = {name: {} for name in links}
    for name, link in links.items():
        for length in LENGTHS:
            variable = Tensor(np.linspace(-1.0, 1.0, LARGE), requires_grad=True)

            def forward(link: Any = link, length: int = length, variable: Tensor = variable) -> Any:
                y = variable
                for _ in range(length):
                    y = link(y)
                return y.sum()

            tracemalloc.start()
            loss = forward()
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.reset_peak()
            loss.backward()
            peak_backward = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            peaks[name][str(length)] = {
                "forward": peak / constant.nbytes,
                "backward": peak_backward / constant.nbytes,
            }
    return peaks


def nodes() -> dict[str, dict[str, float]]:
    """Return the bytes that a node takes in a chain on arrays of one element, and of these the arrays it keeps."""
    import numpy as np

    from autograd import Tensor

    other = Tensor(np.ones(1), requires_grad=True)
    array = held(lambda: [np.ones(1) for _ in range(NODES)]) / NODES - 8  # less the list's pointer
    links: dict[str, tuple[Callable[[Any], Any], int]] = {
        "np.negative(x)": (np.negative, 0),
        "np.tanh(x)": (np.tanh, 1),
        "x + other": (lambda x: x + other, 0),
        "x * other": (lambda x: x * other, 1),  # its other operand is shared by all nodes
        "x * constant": (lambda x: x * 0.5, 0),
        "x[0:1]": (lambda x: x[0:1], 0),
    }
    found = {}
    for name, (link, arrays) in links.items():

        def forward(link: Any = link) -> Any:
            y = Tensor(np.ones(1), requires_grad=True)
            for _ in range(NODES):
                y = link(y)
            return y

        found[name] = {"all": held(forward) / NODES, "arrays": arrays * array}
    return found


def held(compute: Callable[[], Any]) -> int:
    """Return the bytes that the result of `compute` keeps allocated."""
    compute()  # fills caches
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    result = compute()
    after = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    del result
    return after - before


def _section_of_saved(by_classes: dict[str, Any], by_chain: dict[str, Any]) -> list[str]:
    lines = [
        "Bytes that the graph of one row of n classes keeps for the backward pass (float64: the row itself is 8 n):",
        "",
        "| operation | " + " | ".join(f"n = {n:,}" for n in CLASSES) + " |",
        "|---|" + "---:|" * len(CLASSES),
    ]
    lines += [
        f"| {operation} | {' | '.join(f'{kept:,}' for kept in by_number.values())} |"
        for operation, by_number in by_classes.items()
    ]
    lines += [
        "",
        f"Peak memory of a chain on {LARGE:,} numbers, in arrays of that size. What no VJP needs dies during the "
        "forward pass; what one needed, as the backward pass goes by:",
        "",
        "| operation, repeated | " + " | ".join(f"forward, {n} times | backward, {n} times" for n in LENGTHS) + " |",
        "|---|" + "---:|---:|" * len(LENGTHS),
    ]
    for operation, by_length in by_chain.items():
        cells = [f"{peak['forward']:.1f} | {peak['backward']:.1f}" for peak in by_length.values()]
        lines.append(f"| `{operation}` | {' | '.join(cells)} |")
    return [*lines, ""]


def _section_of_nodes(by_operation: dict[str, dict[str, float]]) -> list[str]:
    lines = [
        "Bytes that recording one operation takes, beyond the arrays that it saves:",
        "",
        "| operation | node | saved arrays of one element |",
        "|---|---:|---:|",
    ]
    lines += [
        f"| `{operation}` | {found['all'] - found['arrays']:.0f} | {found['arrays']:.0f} |"
        for operation, found in by_operation.items()
    ]
    return [*lines, ""]


# ------------------------------------------------------------------------------------------- fresh interpreters

_CHILDREN: dict[str, Callable[..., Any]] = {
    "training": training,
    "steps": steps,
    "classes": classes,
    "chains": chains,
    "nodes": nodes,
}


def _in_child(python: str, threads: int, *arguments: str) -> Any:
    from benchmarks.processes import environment

    command = [python, "-P", __file__, "--child", *arguments]  # -P: this folder's files shadow no module
    answer = subprocess.run(command, env=environment(threads), stdout=subprocess.PIPE, text=True, check=True).stdout
    return json.loads(answer)


def _median_of(runs: list[dict[str, float]]) -> dict[str, float]:
    return {name: statistics.median(run[name] for run in runs) for name in runs[0]}


def main() -> None:
    """Print the section; with ``--child``, the JSON of one measurement. An argument is the peers' interpreter."""
    if sys.argv[1:2] == ["--child"]:
        name, *arguments = sys.argv[2:]
        print(json.dumps(_CHILDREN[name](*arguments)))
    else:
        print(section(measure(sys.argv[1] if sys.argv[1:] else None)))


if __name__ == "__main__":
    main()
