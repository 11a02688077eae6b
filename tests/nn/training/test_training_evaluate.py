"""Evaluation: batches are only a matter of memory, and the model is left as it was."""

import numpy as np
import pytest

import nn
from nn.training import evaluate, probabilities


@pytest.fixture
def classifier():
    return nn.Linear(4, 3, rng=np.random.default_rng(1))


@pytest.fixture
def examples():
    rng = np.random.default_rng(2)
    return rng.normal(size=(10, 4)).astype(np.float32), rng.integers(0, 3, 10)


def test_a_short_last_batch_counts_for_its_size(classifier, examples):
    x, y = examples
    logits = x.astype(float) @ classifier.weight.data.astype(float).T + classifier.bias.data
    expected = np.mean(np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(10), y])
    assert evaluate(classifier, nn.CrossEntropyLoss(), x, y, batch_size=7).loss == pytest.approx(expected, rel=1e-6)


def test_the_confusion_matrix_counts_true_down_and_predicted_across():
    logits = np.eye(3)[[0, 0, 2, 1]]
    evaluation = evaluate(nn.Sequential(), nn.CrossEntropyLoss(), logits, np.array([0, 1, 2, 2]), batch_size=3)
    np.testing.assert_array_equal(evaluation.confusion, [[1, 0, 0], [1, 0, 0], [0, 1, 1]])
    assert (evaluation.correct, evaluation.examples, evaluation.accuracy) == (2, 4, 0.5)


def test_the_batch_size_changes_no_count(classifier, examples):
    by_one, at_once = (evaluate(classifier, nn.CrossEntropyLoss(), *examples, batch_size=size) for size in (1, 10))
    np.testing.assert_array_equal(by_one.confusion, at_once.confusion)


def test_modules_return_to_the_modes_they_were_in(examples):
    model = nn.Sequential(nn.Linear(4, 3), nn.ReLU())
    model[1].eval()
    seen = []
    model[0].forward = lambda x, forward=model[0].forward: (seen.append(model[0].training), forward(x))[1]
    evaluate(model, nn.CrossEntropyLoss(), *examples)
    assert seen == [False]
    assert (model.training, model[0].training, model[1].training) == (True, True, False)


def test_nothing_is_recorded(examples):
    outputs = []

    class Watched(nn.Linear):
        def forward(self, x):
            outputs.append(super().forward(x))
            return outputs[-1]

    evaluate(Watched(4, 3), nn.CrossEntropyLoss(), *examples)
    assert not outputs[0].requires_grad


def test_probabilities_are_the_softmax_of_the_logits(classifier, examples):
    chances = probabilities(classifier, examples[0], batch_size=3)
    logits = x = examples[0] @ classifier.weight.data.T + classifier.bias.data
    expected = np.exp(logits) / np.exp(x).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(chances, expected, rtol=1e-5)
