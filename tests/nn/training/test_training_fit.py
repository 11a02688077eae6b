"""`fit`: it learns, stops, restores, reports, and never takes a step that is not finite."""

import numpy as np
import pytest

import nn
from autograd import NonFiniteError
from nn.training import evaluate, fit

LOSS = nn.CrossEntropyLoss()


@pytest.fixture
def examples():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(203, 5)).astype(np.float32)
    return x, (x[:, 0] + x[:, 1] > 0).astype(int)


def new_model(seed=0):
    rng = np.random.default_rng(seed)
    return nn.Sequential(nn.Linear(5, 8, rng=rng), nn.Tanh(), nn.Linear(8, 2, rng=rng))


def train(model, examples, *, lr=0.1, momentum=0.9, validation=None, **options):
    options = {"epochs": 5, "batch_size": 16, "rng": 0, "progress": False, **options}
    optimizer = nn.optim.SGD(model.parameters(), lr=lr, momentum=momentum)
    return fit(model, LOSS, optimizer, examples, validation or examples, **options)


def test_it_learns(examples):
    model = new_model()
    assert train(model, examples).best.validation_accuracy > 0.95


def test_the_same_seed_gives_the_same_bits(examples):
    models = [new_model(), new_model()]
    histories = [train(model, examples, rng=7) for model in models]
    assert histories[0] == histories[1]
    for a, b in zip(*(model.parameters() for model in models), strict=True):
        assert a.data.tobytes() == b.data.tobytes()


def test_it_stops_when_the_validation_loss_no_longer_falls_and_restores_the_best_weights(examples):
    x, y = examples
    model = new_model()
    history = train(model, examples, validation=(x, 1 - y), epochs=50, patience=3)
    assert len(history) == history.best.epoch + 3 < 50
    assert evaluate(model, LOSS, x, 1 - y).loss == history.best.validation_loss


def test_without_patience_it_trains_all_epochs(examples):
    x, y = examples
    assert len(train(new_model(), examples, validation=(x, 1 - y), epochs=6)) == 6


def test_the_training_figures_weigh_a_short_last_batch_by_its_size(examples):
    model = new_model()
    before = evaluate(model, LOSS, *examples)
    row = train(model, examples, lr=0.0, momentum=0.0, epochs=1).rows[0]
    assert row.train_loss == pytest.approx(before.loss, rel=1e-6)
    assert row.train_accuracy == before.accuracy


def test_on_epoch_sees_each_row(examples):
    rows = []
    history = train(new_model(), examples, on_epoch=rows.append)
    assert tuple(rows) == history.rows


def test_a_non_finite_loss_names_the_step_and_leaves_the_parameters(examples):
    x, y = examples
    x = x.copy()
    x[100, 2] = np.nan
    model = new_model()
    states = []
    step = nn.optim.SGD.step

    class Watched(nn.optim.SGD):
        def step(self, closure=None):
            step(self)
            states.append(model.state_dict())

    with pytest.raises(NonFiniteError, match=r"step \d+ \(epoch 1\): the loss is nan; every parameter is finite"):
        fit(model, LOSS, Watched(model.parameters(), 0.1), (x, y), (x, y), epochs=3, rng=0, progress=False)
    for name, value in model.state_dict().items():
        np.testing.assert_array_equal(value, states[-1][name])


def test_a_non_finite_parameter_is_named(examples):
    model = new_model()
    weight = model[2].weight.data.copy()
    weight[0, 3] = np.inf
    model[2].weight.data = weight
    with pytest.raises(NonFiniteError, match=r"step 1 \(epoch 1\): .*2\.weight has 0 NaN and 1 infinite of 16"):
        train(model, examples)


def test_a_non_finite_gradient_names_its_parameter_and_leaves_all_as_they_were(examples):
    model = new_model()
    model.scale = nn.Parameter(np.zeros(1))
    before = model.state_dict()

    def loss(logits, y):
        return LOSS(logits, y) + (model.scale * 1e38 * 1e30).sum()  # 0, with the gradient 1e68

    optimizer = nn.optim.SGD(model.parameters(), lr=0.1)
    with pytest.raises(NonFiniteError, match=r"step 1 \(epoch 1\): the gradient of scale has"):
        fit(model, loss, optimizer, examples, examples, epochs=1, rng=0, progress=False)
    for name, value in model.state_dict().items():
        np.testing.assert_array_equal(value, before[name])


def test_a_training_that_diverges_is_stopped_without_a_warning(examples):
    with pytest.raises(NonFiniteError, match="lower the learning rate"):
        train(nn.Linear(5, 2, rng=np.random.default_rng(0)), examples, lr=1e38, epochs=20)


@pytest.mark.parametrize("options", [{"epochs": 0}, {"epochs": 1, "patience": 0}])
def test_counts_below_one_are_refused(examples, options):
    with pytest.raises(ValueError, match="at least 1"):
        train(new_model(), examples, **options)


def test_the_bar_says_loss_accuracy_and_examples_a_second(examples, capsys):
    train(new_model(), examples, progress=True)
    out, err = capsys.readouterr()
    assert out == ""
    assert "epoch 5/5, loss 0." in err
    assert "accuracy " in err
    assert "examples/s" in err


def test_without_progress_nothing_is_written(examples, capsys):
    train(new_model(), examples, progress=False)
    assert capsys.readouterr() == ("", "")


def test_numpys_error_state_is_as_before(examples):
    before = np.geterr()
    train(new_model(), examples)
    assert np.geterr() == before
