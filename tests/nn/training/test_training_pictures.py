"""The pictures: deterministic, well-formed, without global state, and fit for one page."""

import subprocess
import sys
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from nn.training import Epoch, History, plots
from nn.training.inline import inline_svg
from nn.training.table import confusion_text

SVG = "{http://www.w3.org/2000/svg}"
HISTORY = History(tuple(Epoch(i, 1 / i, 1 - 1 / (i + 1), 1.1 / i, 1 - 1.2 / (i + 1)) for i in range(1, 9)))


def texts(svg):
    return ["".join(element.itertext()).strip() for element in ET.fromstring(svg).iter(f"{SVG}text")]


def test_the_curves_show_loss_and_accuracy_of_both_parts():
    shown = texts(plots.curves(HISTORY))
    assert {"loss (nats)", "accuracy (%)", "training", "validation", "epoch"} <= set(shown)


def test_a_history_of_one_epoch_is_drawn():
    assert texts(plots.curves(History(HISTORY.rows[:1])))


def test_the_counts_of_ten_classes_are_in_the_cells():
    matrix = np.diag(np.arange(101, 111))
    matrix[3, 5] = 7
    shown = texts(plots.confusion(matrix, [f"class {i}" for i in range(10)]))
    assert {*map(str, range(101, 111)), "7"} <= set(shown)
    assert "0" not in shown


def test_many_classes_are_drawn_without_counts():
    shown = texts(plots.confusion(np.eye(100, dtype=int) * 12345, [f"c{i}" for i in range(100)]))
    assert "12345" not in shown
    assert "c0" in shown


def test_a_name_is_not_read_as_mathematics():
    assert texts(plots.confusion(np.eye(2, dtype=int), ["$x$", "other"])).count("$x$") == 2


@pytest.mark.parametrize("name", ["$x$", "<script>", "a & b", "bell\a", "日本語", "x" * 80, "", "new\nline"])
def test_a_class_of_any_name_gives_a_well_formed_picture(name):
    svg = plots.confusion(np.array([[3, 1], [0, 2]]), [name, "other"])
    assert texts(svg)
    assert "<script>" not in svg


def test_the_same_numbers_give_the_same_bytes_in_every_process():
    script = (
        "from nn.training import Epoch, History, plots; import sys; import numpy as np\n"
        "sys.stdout.write(plots.curves(History((Epoch(1, .5, .5, .5, .5), Epoch(2, .4, .6, .4, .6)))))\n"
        "sys.stdout.write(plots.confusion(np.eye(3, dtype=int), 'abc'))"
    )
    first, second = (subprocess.run([sys.executable, "-c", script], capture_output=True, check=True) for _ in "12")
    assert first.stdout == second.stdout
    assert b"<dc:date>" not in first.stdout


def test_matplotlibs_settings_and_backend_are_left_alone():
    script = (
        "import matplotlib, sys; before = dict(matplotlib.rcParams.copy())\n"
        "from nn.training import Epoch, History, plots\n"
        "plots.curves(History((Epoch(1, .5, .5, .5, .5),)))\n"
        "assert dict(matplotlib.rcParams.copy()) == before\n"
        "assert 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_importing_the_networks_imports_no_optional_library():
    script = "import nn, nn.training, sys; assert not {'matplotlib', 'tqdm', 'safetensors', 'PIL'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", script], check=True)


# ------------------------------------------------------------------------------------------------ in a page


def test_ids_and_references_take_the_prefix():
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">'
        '<defs><clipPath id="c"/><path id="m"/></defs>'
        '<g clip-path="url(#c)" style="fill: url( \'#m\' )"><use xlink:href="#m"/></g></svg>'
    )
    root = ET.fromstring(inline_svg(svg, "p-", "t"))
    assert {element.get("id") for element in root.iter()} == {None, "p-c", "p-m"}
    assert root.find("g").get("clip-path") == "url(#p-c)"
    assert root.find("g").get("style") == "fill: url(#p-m)"
    assert root.find("g/use").get("href") == "#p-m"


def test_scripts_styles_and_metadata_do_not_reach_the_page():
    svg = '<svg xmlns="http://www.w3.org/2000/svg"><style>*{}</style><script>1</script><metadata>x</metadata><g/></svg>'
    assert inline_svg(svg, "p-", "t") == '<svg role="img" aria-label="t"><g /></svg>'


def test_styles_of_its_own_classes_stay_where_that_is_said():
    svg = "<svg><style>.own .a{fill:red}</style><script>f()</script></svg>"
    kept = inline_svg(svg, "p-", "t", keep_styles=True)
    assert kept == '<svg role="img" aria-label="t"><style>.own .a{fill:red}</style></svg>'


def test_a_title_cannot_break_out():
    assert "&quot;&lt;b&gt;" in inline_svg("<svg/>", "p-", '"<b>')


def test_text_that_looks_like_a_reference_stays_as_it_is():
    assert ">id=&quot;a&quot;<" in inline_svg("<svg><text>id=&quot;a&quot;</text></svg>", "p-", "t").replace(
        '"a"', "&quot;a&quot;"
    )


def test_a_size_without_a_view_becomes_one():
    root = ET.fromstring(inline_svg('<svg width="40pt" height="30pt"/>', "p-", "t"))
    assert root.get("viewBox") == "0 0 40 30"
    assert root.get("width") is None
    assert root.get("style") == "max-width: 40pt"


def test_a_broken_picture_is_refused():
    with pytest.raises(ValueError, match="not well-formed"):
        inline_svg("<svg>", "p-", "t")


# ------------------------------------------------------------------------------------------------ as text


def test_the_text_table_is_aligned():
    lines = confusion_text(np.array([[8, 0], [1, 1100]]), ["cat", "a very long name indeed"]).splitlines()
    assert len({len(line) for line in lines}) == 1
    assert "1100" in lines[2]
    assert "…" in lines[0]


def test_of_many_classes_the_worst_confusions_are_named():
    matrix = np.eye(25, dtype=int)
    matrix[3, 4], matrix[7, 1] = 2, 30
    lines = confusion_text(matrix, [f"c{i}" for i in range(25)]).splitlines()
    assert lines[1:] == ["30 × c7 taken for c1", " 2 × c3 taken for c4"]
    assert confusion_text(np.eye(25, dtype=int), ["c"] * 25) == "no example was taken for another class"
