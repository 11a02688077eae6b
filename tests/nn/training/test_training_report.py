"""The page of a run: everything from the user is text on it."""

from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest

from nn.data import Standardizer
from nn.training import Architecture, Epoch, Evaluation, History, plots
from nn.training.report import Findings, Graph, Mistake, report_page
from nn.training.run import Config, Settings, Source

MARKUP = "<b onload=x>&amp;\"'"
CONFUSION = np.array([[3, 1], [0, 4]])


@pytest.fixture
def config():
    source = Source(MARKUP, MARKUP, None, None, ("a", "b"), (2,), (MARKUP, "dog"), {"training": 30, "test": 8})
    settings = Settings(10, 8, 0.1, 0.9, 0.0, 0.0, 5, 0.2, 0.2, 0)
    results = {"parameters": 1234}
    return Config(
        source, Standardizer.fit(np.eye(2)), Architecture(2, (), "relu", 2), settings, results, {"numpy": "2"}
    )


@pytest.fixture
def findings():
    history = History((Epoch(1, 0.9, 0.5, 0.8, 0.6), Epoch(2, 0.5, 0.7, 0.7, 0.75), Epoch(3, 0.4, 0.8, 0.9, 0.7)))
    return Findings(
        data=MARKUP,
        network=MARKUP,
        gradients=MARKUP,
        history=history,
        test=Evaluation(0.3, CONFUSION),
        graphs=(),
        curves=plots.curves(history),
        confusion=plots.confusion(CONFUSION, (MARKUP, "dog")),
        mistakes=[Mistake(np.eye(3), MARKUP, MARKUP, 0.75)] * 20,
    )


class Text(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.text, self.tags, self.best = "", [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.text += data


def test_names_from_everywhere_stay_text(config, findings):
    page = Text(report_page(MARKUP, f"chainrule train --data {MARKUP}", config, findings))
    assert not any("onload" in attributes for _, attributes in page.tags)
    # title, heading, three tables, 12 mistakes of two names, the command, and the labels of the matrix
    assert page.text.count(MARKUP) >= 2 + 3 + 24 + 1
    assert "&lt;" not in page.text


def test_the_result_comes_first(config, findings):
    text = Text(report_page("pets-001", "", config, findings)).text
    assert text.index("87.50%") < text.index("7 of 8") < text.index("1,234") < text.index("Network")


def test_the_best_epoch_is_marked(config, findings):
    page = report_page("pets-001", "", config, findings)
    assert page.count('class="best"') == 1
    assert '<tr class="best"><td>2</td>' in page


def test_how_the_training_ended_is_said(config, findings):
    assert "Training stopped after epoch 3, 5 epochs without" in report_page("pets-001", "", config, findings)
    done = replace(config, settings=replace(config.settings, epochs=3))
    assert "Training went through all 3 epochs" in report_page("pets-001", "", done, findings)


def test_of_many_mistakes_some_are_shown_and_the_rest_counted(config, findings):
    page = report_page("pets-001", "", config, findings)
    assert page.count("data:image/png;base64,") == 12
    assert "and 8 more" in page
    assert "Mistakes" not in report_page("pets-001", "", config, replace(findings, mistakes=[]))


def test_examples_that_are_no_images_are_named_only(config, findings):
    page = report_page("pets-001", "", config, replace(findings, mistakes=[Mistake(None, "cat", "dog", 0.5)]))
    assert "<img" not in page
    assert "<b>cat</b> taken for <b>dog</b>" in page


def test_an_image_of_one_grey_is_shown(config, findings):
    blank = Mistake(np.full((2, 2), 3.0), "cat", "dog", 0.5)
    assert "<img" in report_page("pets-001", "", config, replace(findings, mistakes=[blank]))


def test_without_a_picture_of_the_graphs_the_texts_are_named(config, findings):
    page = report_page("pets-001", "", config, findings)
    assert "graph-first.dot" in page
    assert "graph.dot" in page


def test_two_graphs_and_what_changed_between_them(config, findings):
    graphs = (Graph(1, "<svg><style>.a{}</style></svg>", 0.01234), Graph(2, "<svg/>", 0.00056))
    page = report_page("pets-001", "", config, replace(findings, graphs=graphs))
    assert page.index("After epoch 1<") < page.index("After epoch 2, whose weights are kept<")
    assert "From epoch 1 to epoch 2 the median rms of the parameters' gradients went from 0.012 to 0.00056." in page
    assert "<style>.a{}</style>" in page


def test_where_the_first_epoch_was_the_best_the_graphs_are_said_to_be_the_same(config, findings):
    graph = Graph(1, "<svg/>", 0.01234)
    page = report_page("pets-001", "", config, replace(findings, graphs=(graph, graph)))
    assert "both are the same; the median rms of the parameters' gradients is 0.012." in page


def test_the_same_findings_give_the_same_page(config, findings):
    assert report_page("pets-001", "", config, findings) == report_page("pets-001", "", config, findings)


def test_the_pictures_follow_light_and_dark(config, findings):
    page = report_page("pets-001", "", config, findings)
    for colour in (plots.INK, plots.TRAIN, plots.VALIDATION):
        assert colour not in page[page.index("<body>") :]
    assert "prefers-color-scheme: dark" in page
