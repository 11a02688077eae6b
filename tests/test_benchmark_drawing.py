"""The comparison of drawings draws the same networks for all, and finds in a picture what is there and nothing else."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.append(str(Path(__file__).parent.parent))  # last, so that an installed chainrule stays the one that is tested

pytest.importorskip("graphviz", reason="chainrule's drawings need it; pip install 'chainrule[draw]'")

from benchmarks.drawing import facts, networks, page
from benchmarks.drawing.contestants import chainrule

PICTURE = """<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">
<g class="node"><title>keeps 160 B</title><text>x W</text><text>5 × 8</text></g>
<g class="node"><a xlink:title="model.py:7"><text>tanh</text></a></g></svg>"""


def evidence(svg=PICTURE, setting="", others=None, bare=None, **counts):
    drawn = {"svg": svg, "on_edges": [], "on_nodes": [], "edge_colors": 1, "node_colors": 1, "nodes": 9, "clusters": 0}
    pictures = {"": dict.fromkeys(networks.NETWORKS, drawn), setting: dict.fromkeys(networks.NETWORKS, drawn | counts)}
    return facts.Evidence(pictures, others or {}, bare or {"picture": {"error": "no dot"}}, True)


def test_the_loss_and_the_gradients_by_hand_are_those_of_the_engine():
    task, (expected, by_hand) = chainrule.Task("mlp"), networks.truth()
    results = [task.network[0](task.x)]
    for layer in task.network[1:]:
        results.append(layer(results[-1]))
    for result in results:
        result.retain_grad()
    loss = task.loss_function(results[-1], task.labels)
    loss.backward()
    assert loss.item() == pytest.approx(expected, rel=1e-6)
    for result, gradient in zip(results, by_hand, strict=True):
        np.testing.assert_allclose(result.grad, gradient, rtol=1e-4, atol=1e-7)


@pytest.mark.parametrize("name", networks.NETWORKS)
def test_each_network_has_a_finite_loss(name):
    assert np.isfinite(chainrule.Task(name).loss().item())


@pytest.mark.filterwarnings("ignore:.*encountered in:RuntimeWarning")
def test_a_nan_arises_forward_in_one_network_and_only_backward_in_the_other():
    forward, backward = (chainrule.Task(name) for name in networks.BROKEN)
    assert np.isnan(forward.loss().item())
    loss = backward.loss()
    assert np.isfinite(loss.item())
    loss.backward()
    assert np.isnan(backward.network.inner.weight.grad).any()


def test_words_of_a_picture_are_told_from_those_on_hover():
    assert facts.visible(PICTURE).split() == ["x", "W", "5", "×", "8", "tanh"]
    assert "keeps 160 B" in facts.on_hover(PICTURE)
    assert "model.py:7" in facts.on_hover(PICTURE)


def test_a_fact_is_answered_by_where_it_stands():
    assert facts.shown("5 × 8")(evidence()) == "✓"
    assert facts.shown("160 B")(evidence()) == "✓ on hover"
    assert facts.shown("float32")(evidence()) == "–"
    other = evidence()
    other.pictures["deep=True"] = {"mlp": {"svg": PICTURE.replace("tanh", "float32")}}
    assert facts.shown("float32")(other) == "deep=True"


@pytest.mark.parametrize("size", [np.linalg.norm, lambda g: np.sqrt(np.mean(g**2)), lambda g: np.abs(g).max()])
def test_gradients_are_told_by_norm_or_rms_or_maximum_with_two_digits(size):
    words = [f"5 × 8  ∂ {size(gradient):.1e}" for gradient in networks.truth()[1]]
    assert facts.tells_gradients(words)
    assert not facts.tells_gradients(words[:2])
    assert not facts.tells_gradients(["5 × 8", "5 × 8", "5 × 3"])


def test_gradients_at_nodes_are_told_from_those_on_edges():
    words = [f"grad-norm: {np.linalg.norm(gradient):.4f}" for gradient in networks.truth()[1]]
    answer = facts.FACTS["sizes of gradients, in numbers"]
    assert answer(evidence(setting="grad", on_nodes=words)) == "grad, nodes"
    assert answer(evidence(setting="grad", on_edges=words)) == "grad, edges"
    assert answer(evidence()) == "–"


def test_colours_count_where_there_are_more_of_them_than_without_gradients():
    answer = facts.FACTS["sizes of gradients, in colours"]
    assert answer(evidence(setting="grad", edge_colors=5)) == "grad, edges"
    assert answer(evidence(setting="grad", node_colors=5)) == "grad, nodes"
    assert answer(evidence(setting="grad", edge_colors=4)) == "–"
    assert answer(evidence(setting="other", edge_colors=5)) == "–"


def test_a_nan_is_named_by_one_operation_only():
    answer = facts.FACTS["the operation where a NaN arises"]
    named = PICTURE.replace("tanh", "first NaN forward: log_1 at model.py:7")
    each = PICTURE.replace("tanh", "log_1_2 nan: yes")
    assert answer(evidence(others={"nan forward ": {"text": named}})) == "✓"
    assert answer(evidence(others={"nan forward ": {"text": each}})) == "–"
    assert answer(evidence(others={"first nan": {"text": "First non-finite out is log_1_2"}})) == "in a report"


def test_a_schematic_drawing_without_dot_is_not_taken_for_the_picture():
    answer = facts.FACTS["a picture without the program `dot`"]
    assert answer(evidence(bare={"picture": {"text": PICTURE}})) == "✓"
    assert answer(evidence(bare={"picture": {"error": "no dot"}, "svg": {"text": PICTURE}})) == "a schematic SVG"
    assert answer(evidence()) == "–"


def results():
    return {
        "versions": {"chainrule": "1", "torchlens": "2"},
        "facts": {
            "chainrule": {"a picture without the program `dot`": "✓", "HTML": "–"},
            "torchlens": {"a picture without the program `dot`": "–", "HTML": "✓"},
        },
        "bare": {"chainrule": "", "torchlens": "GraphvizUnavailableError: no dot"},
        "sizes": {
            name: {"": {key: {"nodes": 7, "edges": 6, "svg": 9001} for key in networks.NETWORKS}}
            for name in ("chainrule", "torchlens")
        },
        "times": {
            name: {"": dict.fromkeys(("first", *networks.NETWORKS), seconds)}
            for name, seconds in (("chainrule", [0.003, 0.07]), ("torchlens", [0.002, 0.06]))
        },
        "rounds": 9,
        "start": 0.06,
        "others_busy": 0.0,
    }


def test_the_page_says_what_others_have_and_who_is_sooner():
    text = page.section(results())
    assert "chainrule has not: HTML (TorchLens)" in text
    assert "TorchLens has its default picture sooner than chainrule: MLP 4-8-3" in text
    assert "| TorchLens | default | 7 nodes, 6 edges, 9 kB |" in text


def test_edges_through_a_point_count_once_and_legends_not_at_all():
    pytest.importorskip("pygraphviz", reason="it counts; pip install 'chainrule[draw]'")
    from benchmarks.drawing import graph

    found = graph.counted(
        'digraph { subgraph cluster_a { a -> p [label="5 × 4"]; p -> b; p [shape=point] }; b -> c [style=invis];'
        'legend [label="key"]; c [label=""]; b [label=<<b>x</b>>] }'
    )
    assert (found["nodes"], found["edges"], found["clusters"]) == (2, 1, 1)
    assert found["branches"] == 1
    assert found["on_edges"] == ["5 × 4"]
    assert found["on_nodes"] == ["a", "x"]


def test_the_stand_in_reads_the_command_line_of_dot(tmp_path, capfdbinary):
    pytest.importorskip("pygraphviz", reason="it is the engine; pip install 'chainrule[draw]'")
    from benchmarks.drawing import stand_in

    source, picture = tmp_path / "a.gv", tmp_path / "a.svg"
    source.write_text("digraph { a -> b }", encoding="utf-8")
    stand_in.main(["-Kdot", "-Tsvg", "-o", str(picture), str(source)])
    assert "<svg" in picture.read_text(encoding="utf-8")
    stand_in.main(["-Tplain", str(source)])
    assert capfdbinary.readouterr().out.startswith(b"graph ")
    stand_in.main(["-Tsvg", "-Gbgcolor=red", "-O", str(source)])
    assert 'fill="red"' in (tmp_path / "a.gv.svg").read_text(encoding="utf-8")
