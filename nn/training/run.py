"""The run folder: everything a training leaves behind, and all that is needed to use the model again.

A folder is built under another name, ``digits-001.partial``, and renamed when it is complete. So a folder without that
ending is complete, whatever happened; one that a killed process left behind can be deleted.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from autograd import CheckpointError
from nn.data import Standardizer
from nn.module import Module
from nn.training.architecture import Architecture
from nn.training.checkpoint import load_weights

CONFIG, WEIGHTS = "config.json", "model.safetensors"
FORMAT = 1
PARTIAL = ".partial"


@dataclass(frozen=True)
class Source:
    """Where the examples of a run came from, what they are called, and how many went into which part.

    `file` is None for the digits that come with the package; `target` and `labels` are as given to `nn.data.read`.
    """

    name: str
    file: str | None
    target: str | int | None
    labels: str | None
    feature_names: tuple[str, ...]
    feature_shape: tuple[int, ...]
    class_names: tuple[str, ...]
    split: Mapping[str, int]


@dataclass(frozen=True)
class Settings:
    """The choices of a training that are not the data's nor the network's."""

    epochs: int
    batch_size: int
    lr: float
    momentum: float
    weight_decay: float
    label_smoothing: float
    patience: int
    validation: float
    test: float
    seed: int


@dataclass(frozen=True)
class Config:
    """What ``config.json`` holds: enough to rebuild the network and to repeat the training."""

    source: Source
    standardizer: Standardizer
    architecture: Architecture
    settings: Settings
    results: Mapping[str, Any]
    versions: Mapping[str, str]

    def to_json(self) -> str:
        """Return the text of ``config.json``."""
        content = {
            "format": FORMAT,
            "versions": dict(self.versions),
            "results": dict(self.results),
            "settings": asdict(self.settings),
            "architecture": self.architecture.to_dict(),
            "data": asdict(self.source),
            "standardizer": self.standardizer.to_dict(),
        }
        return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Config:
        """Rebuild a `Config` from the text of ``config.json``.

        Raises
        ------
        ValueError
            If something is missing, of the wrong kind, or contradicts something else.
        """
        content = json.loads(text)
        try:
            if content["format"] > FORMAT:
                raise ValueError(f"written by format {content['format']}, this reads up to {FORMAT}; update chainrule")
            data = dict(content["data"])
            for key in ("feature_names", "feature_shape", "class_names"):
                data[key] = tuple(data[key])
            config = cls(
                Source(**data),
                Standardizer.from_dict(content["standardizer"]),
                Architecture.from_dict(content["architecture"]),
                Settings(**content["settings"]),
                content["results"],
                content["versions"],
            )
        except KeyError as error:
            raise ValueError(f"{error} is missing") from None
        except (TypeError, AttributeError) as error:
            raise ValueError(f"an entry is not of its kind ({error})") from None
        config._check_sizes()
        return config

    def _check_sizes(self) -> None:
        features, classes = len(self.source.feature_names), len(self.source.class_names)
        sizes = {"architecture": self.architecture.features, "standardizer": len(self.standardizer.mean)}
        for name, size in sizes.items():
            if size != features:
                raise ValueError(f"the {name} has {size} features but {features} are named")
        if self.architecture.classes != classes:
            raise ValueError(f"the architecture has {self.architecture.classes} classes but {classes} are named")


@dataclass(frozen=True)
class Run:
    """A trained model with all that belongs to it."""

    folder: Path
    config: Config
    model: Module


def load_run(folder: str | os.PathLike[str]) -> Run:
    """Read a run folder.

    Raises
    ------
    CheckpointError
        If it is not one, is not complete, or a file in it is damaged.
    """
    path = Path(folder)
    if not path.is_dir():
        raise CheckpointError(f"{path}: no such run folder; 'chainrule train' makes one")
    if path.name.endswith(PARTIAL):
        raise CheckpointError(f"{path}: was left by a training that did not finish; train again and delete it")
    try:
        config = Config.from_json((path / CONFIG).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CheckpointError(f"{path}: is not a run folder, it has no {CONFIG}") from None
    except OSError as error:
        raise CheckpointError(f"{path / CONFIG}: cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise CheckpointError(f"{path / CONFIG}: is damaged: {error}") from None
    model = config.architecture.build(np.random.default_rng(0))  # the weights are replaced
    load_weights(model, path / WEIGHTS)
    return Run(path, config, model)


@contextmanager
def new_folder(out: str | os.PathLike[str] | None, name: str) -> Iterator[tuple[Path, Path]]:
    """Make a folder inside the block, and give it its name at the end; if the block raises, remove it.

    Parameters
    ----------
    out : path-like, optional
        The folder to make, which must not exist. Default: ``runs/name-001``, or the next number that is free.
    name : str
        What a numbered folder is called.

    Yields
    ------
    partial, final : Path
        Where to write, and what it will be called.

    Raises
    ------
    FileExistsError
        If `out` exists, or another process is writing it.
    """
    partial = _claim_next(Path("runs"), name) if out is None else _claim(Path(out))
    final = partial.with_name(partial.name.removesuffix(PARTIAL))
    try:
        yield partial, final
        _refuse_existing(final)
        os.rename(partial, final)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise


def _claim_next(parent: Path, name: str) -> Path:
    parent.mkdir(exist_ok=True)
    for number in itertools.count(1):
        with contextlib.suppress(FileExistsError):
            return _claim(parent / f"{name}-{number:03}")
    raise AssertionError("there is always a next number")


def _claim(folder: Path) -> Path:
    _refuse_existing(folder)
    partial = folder.with_name(folder.name + PARTIAL)
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        partial.mkdir()  # fails if it is there: of several processes one gets it
    except FileExistsError:
        raise FileExistsError(
            f"{partial}: another training is writing this folder, or one was killed; in that case delete it"
        ) from None
    return partial


def _refuse_existing(folder: Path) -> None:
    if os.path.lexists(folder):
        raise FileExistsError(f"{folder}: exists and is not overwritten; choose another folder or delete it")
