"""The command line: the same jobs without a window."""

import json
import logging
import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from io import TextIOWrapper
from math import isfinite
from typing import Any, NoReturn

from nnstudio.core.errors import FieldError, StudioError, UnknownKind

DONE, PROBLEM, USAGE, INTERRUPTED = 0, 1, 2, 130
NO_MEMORY = "There is not enough memory for this. Make the model or the batches smaller."
WELCOME = """nnstudio builds, trains and exports neural networks. To see one learn:

    nnstudio new digits -o digits.nns
    nnstudio train digits.nns
"""


def run(arguments: Sequence[str]) -> int:
    """Do what the arguments say; gives back the exit code. No traceback ever reaches the user."""
    _print_any_character()
    try:
        code = _code_of(arguments)
        sys.stdout.flush()
        return code
    except OSError as error:
        _give_up_output()
        # A reader of our output that goes away, as `head` does, is not worth a word.
        if not isinstance(error, BrokenPipeError):
            print(f"nnstudio: The output could not be written ({error.strerror}).", file=sys.stderr)
        return PROBLEM


class UsageError(Exception):
    """An option has a value that it cannot have."""


class _Parser(ArgumentParser):
    """Says what is wrong as every other part does, so that `--json` is heard here too."""

    def error(self, message: str) -> NoReturn:
        """Refuse the arguments."""
        raise UsageError(f"{message[:1].upper()}{message[1:]}. See `{self.prog} --help`.")


def _code_of(arguments: Sequence[str]) -> int:
    """The exit code; what is left to raise says that the output cannot be written."""
    as_json = "--json" in arguments
    try:
        return _do(arguments)
    except KeyboardInterrupt:
        return _failed("Interrupted.", INTERRUPTED, as_json)
    except UsageError as error:
        return _failed(str(error), USAGE, as_json)
    except StudioError as error:
        return _failed(str(error), PROBLEM, as_json)
    except MemoryError:
        return _failed(NO_MEMORY, PROBLEM, as_json)
    except Exception as error:
        # Without a file's name it is the output that failed.
        if isinstance(error, OSError) and error.filename is None:
            raise
        logging.getLogger(__name__).debug("A bug", exc_info=True)
        sentence = f"This is a bug in nnstudio, please report it: {type(error).__name__}: {error}"
        return _failed(sentence, PROBLEM, as_json)


def _do(arguments: Sequence[str]) -> int:
    if arguments and arguments[0].endswith(".nns"):
        raise UsageError(
            f"The window is not part of this version. `nnstudio check {arguments[0]}` shows the model, "
            f"`nnstudio train {arguments[0]}` trains it."
        )
    parser = _parser()
    try:
        given = parser.parse_args(list(arguments))
    except SystemExit:  # After --help and --version.
        return DONE
    if not hasattr(given, "job"):
        print(WELCOME)
        parser.print_help()
        return DONE
    return int(given.job(given))


def _failed(sentence: str, code: int, as_json: bool) -> int:
    print(f"nnstudio: {sentence}", file=sys.stderr)
    if as_json:
        _print_json({"error": sentence})
    return code


def _print_any_character() -> None:
    """What the terminal's alphabet lacks is written out; it is no reason to fail."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _give_up_output() -> None:
    # Python would complain once more when it ends and finds unwritten text.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _parser() -> ArgumentParser:
    from nnstudio import __version__

    parser = _Parser(prog="nnstudio", description="Build neural networks, watch them learn, and export them.")
    parser.add_argument("--version", action="version", version=f"nnstudio {__version__}")
    jobs = parser.add_subparsers(title="jobs", metavar="JOB")
    _add(jobs, "templates", _templates, "list the starting points")
    new = _add(jobs, "new", _new, "make a project from a template")
    new.add_argument("template", metavar="TEMPLATE")
    new.add_argument("-o", "--output", metavar="FILE.nns", required=True, help="the project file to make")
    new.add_argument("--force", action="store_true", help="replace a file that is there already")
    check = _add(jobs, "check", _check, "show layers, shapes, parameters and every problem")
    check.add_argument("project", metavar="FILE.nns")
    check.add_argument("--data", metavar="D", help="a data set's name, file or folder; by default the project's own")
    _add_train(_add(jobs, "train", _train, "train a project and keep the weights in it"))
    evaluate = _add(jobs, "evaluate", _evaluate, "judge a trained project on a part of the data")
    evaluate.add_argument("project", metavar="FILE.nns")
    evaluate.add_argument("--data", metavar="D", help="a data set's name, file or folder; by default the project's own")
    evaluate.add_argument("--split", choices=("train", "validation", "test"), default="test", help="the part")
    export = _add(jobs, "export", _export, "write the trained weights for other programs")
    export.add_argument("project", metavar="FILE.nns")
    export.add_argument("--to", choices=("npz", "safetensors"), required=True, help="the format")
    export.add_argument("-o", "--output", metavar="PATH", required=True, help="the file to write")
    return parser


def _add(jobs: Any, name: str, job: Any, help: str) -> ArgumentParser:
    parser: ArgumentParser = jobs.add_parser(name, help=help, description=help[0].upper() + help[1:] + ".")
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    parser.set_defaults(job=job)
    return parser


def _add_train(train: ArgumentParser) -> None:
    train.add_argument("project", metavar="FILE.nns")
    train.add_argument("--data", metavar="D", help="a data set's name, file or folder; by default the project's own")
    train.add_argument("--epochs", type=int, metavar="N", help="passes through the training set")
    train.add_argument("--lr", type=float, metavar="X", help="the learning rate")
    train.add_argument("--batch-size", type=int, metavar="B", help="samples in a step")
    train.add_argument("--optimizer", metavar="O", help="sgd, momentum, adam, ...")
    train.add_argument("--seed", type=int, metavar="S", help="of first weights, order and split")
    train.add_argument("-o", "--output", metavar="OUT", help="where to save; by default into the project itself")
    train.add_argument("--threads", type=int, metavar="N", help="threads to use; the result is always the same")
    train.add_argument("--resume", action="store_true", help="go on with a training that was interrupted")
    train.add_argument(
        "--save-every", type=float, default=30.0, metavar="SECONDS", help="save while training, to resume from"
    )


def _templates(given: Namespace) -> int:
    from nnstudio.project.templates import load_template, template_names

    found = {name: load_template(name) for name in template_names()}
    if given.json:
        shown = [{"name": name, "title": each.title, "description": each.description} for name, each in found.items()]
        _print_json({"templates": shown})
        return DONE
    width = max(map(len, found))
    for name, project in found.items():
        print(f"{name:<{width}}  {project.description}")
    return DONE


def _new(given: Namespace) -> int:
    from pathlib import Path

    from nnstudio import api
    from nnstudio.core.files import shown

    path = Path(given.output)
    # Unlike the path's own method, this one answers for impossible names too.
    if os.path.exists(path) and not given.force:
        raise StudioError(f"{shown(path)} is there already. Choose another name, or add --force to replace it.")
    model = api.new(given.template)
    model.save(path)
    if given.json:
        _print_json({"project": str(path), "template": given.template})
    else:
        print(f"Made {shown(path)}: {model.project.description}")
    return DONE


def _check(given: Namespace) -> int:
    from nnstudio import api
    from nnstudio.check_report import as_json, as_text

    model = api.load(given.project)
    data = _data_to_check(model, given.data)
    problems = model.problems(data)
    rows = model.table()
    if given.json:
        _print_json(as_json(rows, problems))
    else:
        print(as_text(rows, problems))
    return PROBLEM if any(not problem.warning for problem in problems) else DONE


def _data_to_check(model: Any, named: str | None) -> Any:
    """The data to check against; that a project's own data is missing on this machine is no fault of the model."""
    from nnstudio.core.errors import DataError

    try:
        return model.data(named)
    except DataError:
        if named:
            raise
        return None


def _train(given: Namespace) -> int:
    from nnstudio.training_job import TrainingJob

    try:
        job = TrainingJob.from_options(vars(given))
    except (FieldError, UnknownKind) as error:
        raise UsageError(str(error)) from None
    report = job.run()
    if given.json:
        _print_json(report)
    if job.interrupted:
        return INTERRUPTED
    return PROBLEM if report["diverged"] else DONE


def _evaluate(given: Namespace) -> int:
    from nnstudio import api

    evaluation = api.load(given.project).evaluate(given.data, given.split)
    if given.json:
        _print_json(evaluation.to_json())
        return DONE
    print(f"{evaluation.count:,} samples of the {evaluation.part} part: loss {evaluation.loss:.4f}", end="")
    print(f", {evaluation.accuracy:.2%} right" if evaluation.accuracy is not None else "", end="")
    print(f", R² {evaluation.r_squared:.4f}" if evaluation.r_squared is not None else "")
    return DONE


def _export(given: Namespace) -> int:
    from nnstudio import api
    from nnstudio.core.files import shown

    api.load(given.project).export(given.to, given.output)
    if given.json:
        _print_json({"format": given.to, "file": given.output})
    else:
        print(f"Wrote {shown(given.output)}")
    return DONE


def _print_json(value: Any) -> None:
    """One JSON object in ASCII, which every terminal can take; numbers that JSON has no word for become null."""
    print(json.dumps(_finite(value), allow_nan=False))


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _finite(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not isfinite(value) else value
