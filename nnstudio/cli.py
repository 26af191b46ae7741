"""The command line: the jobs without a window, and the way to the window."""

import logging
import os
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from io import TextIOWrapper

from nnstudio.arguments import UsageError, parser_of
from nnstudio.core.errors import FieldError, StudioError, UnknownKind
from nnstudio.printed import print_json

DONE, PROBLEM, USAGE, INTERRUPTED = 0, 1, 2, 130
NO_MEMORY = "There is not enough memory for this. Make the model or the batches smaller."
ENDING = ".nns"
OpenWindow = Callable[[str | None], int]


def run(arguments: Sequence[str], open_window: OpenWindow | None = None) -> int:
    """Do what the arguments say; gives back the exit code. No traceback ever reaches the user.

    Without a job it is the window that is meant, with the project that is named; `open_window` opens it.
    """
    _print_any_character()
    try:
        code = _code_of(arguments, open_window)
        sys.stdout.flush()
        return code
    except OSError as error:
        _give_up_output()
        # A reader of our output that goes away, as `head` does, is not worth a word.
        if not isinstance(error, BrokenPipeError):
            print(f"nnstudio: The output could not be written ({error.strerror}).", file=sys.stderr)
        return PROBLEM


def _code_of(arguments: Sequence[str], open_window: OpenWindow | None) -> int:
    """The exit code; what is left to raise says that the output cannot be written."""
    as_json = "--json" in arguments
    try:
        return _do(arguments, open_window)
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
        from nnstudio.core.plugged import blame

        logging.getLogger(__name__).debug("A bug", exc_info=True)
        sentence = blame(error) or f"This is a bug in nnstudio, please report it: {type(error).__name__}: {error}"
        return _failed(sentence, PROBLEM, as_json)


def _do(arguments: Sequence[str], open_window: OpenWindow | None) -> int:
    if open_window is not None and (not arguments or arguments[0].lower().endswith(ENDING)):
        if len(arguments) > 1:
            raise UsageError("A window shows one project. Name a single file, or a job first; see `nnstudio --help`.")
        return open_window(arguments[0] if arguments else None)
    parser = parser_of(JOBS)
    try:
        given = parser.parse_args(list(arguments))
    except SystemExit:  # After --help and --version.
        return DONE
    if not hasattr(given, "job"):
        parser.print_help()
        return DONE
    return int(given.job(given))


def _failed(sentence: str, code: int, as_json: bool) -> int:
    print(f"nnstudio: {sentence}", file=sys.stderr)
    if as_json:
        print_json({"error": sentence})
    return code


def _print_any_character() -> None:
    """What the terminal's alphabet lacks is written out; it is no reason to fail."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _give_up_output() -> None:
    # Python would complain once more when it ends and finds unwritten text.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _templates(given: Namespace) -> int:
    from nnstudio.project.templates import load_template, template_names

    found = {name: load_template(name) for name in template_names()}
    if given.json:
        shown = [{"name": name, "title": each.title, "description": each.description} for name, each in found.items()]
        print_json({"templates": shown})
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
        print_json({"project": str(path), "template": given.template})
    else:
        print(f"Made {shown(path)}: {model.project.description}")
    return DONE


def _check(given: Namespace) -> int:
    from nnstudio import api
    from nnstudio.check_report import as_json, as_text, data_to_check

    model = api.load(given.project)
    data = data_to_check(model, given.data)
    problems = model.problems(data)
    rows = model.table()
    if given.json:
        print_json(as_json(rows, problems))
    else:
        print(as_text(rows, problems))
    return PROBLEM if any(not problem.warning for problem in problems) else DONE


def _train(given: Namespace) -> int:
    from nnstudio.training_job import TrainingJob

    try:
        job = TrainingJob.from_options(vars(given))
    except (FieldError, UnknownKind) as error:
        raise UsageError(str(error)) from None
    report = job.run()
    if given.json:
        print_json(report)
    if job.interrupted:
        return INTERRUPTED
    return PROBLEM if report["diverged"] else DONE


def _lr_range(given: Namespace) -> int:
    from nnstudio.range_job import RangeJob

    try:
        job = RangeJob.from_options(vars(given))
    except FieldError as error:
        raise UsageError(str(error)) from None
    report = job.run()
    if given.json:
        print_json(report)
    else:
        print(job.text)
    if job.interrupted:
        return INTERRUPTED
    return PROBLEM if job.broken else DONE


def _sweep(given: Namespace) -> int:
    from nnstudio.sweep_job import SweepJob

    try:
        job = SweepJob.from_options(vars(given))
        report = job.run()
    except (FieldError, UnknownKind) as error:
        raise UsageError(str(error)) from None
    if given.json:
        print_json(report)
    else:
        print("\n".join(job.table))
    if job.cancelled:
        return INTERRUPTED
    return PROBLEM if report["failed"] == len(report["trials"]) else DONE


def _evaluate(given: Namespace) -> int:
    from nnstudio import api

    evaluation = api.load(given.project).evaluate(given.data, given.split)
    if given.json:
        print_json(evaluation.to_json())
        return DONE
    print(f"{evaluation.count:,} samples of the {evaluation.part} part: loss {evaluation.loss:.4f}", end="")
    print(f", {evaluation.accuracy:.2%} right" if evaluation.accuracy is not None else "", end="")
    print(f", R² {evaluation.r_squared:.4f}" if evaluation.r_squared is not None else "")
    return DONE


def _classify(given: Namespace) -> int:
    from nnstudio.classify_job import ClassifyJob

    job = ClassifyJob.from_options(vars(given))
    job.run()
    if given.json:
        print_json(job.report)
    else:
        print(*job.table, sep="\n")
    for complaint in job.complaints:
        print(complaint, file=sys.stderr)
    if job.interrupted:
        return INTERRUPTED
    return PROBLEM if job.found.unreadable else DONE


def _cross(given: Namespace) -> int:
    """Export and import: a model crosses the border."""
    from nnstudio.crossing_job import CrossingJob

    try:
        job = CrossingJob.from_options(vars(given))
    except UnknownKind as error:
        raise UsageError(f"{error} See `nnstudio export --help`.") from None
    if given.json:
        print_json(job.report)
    else:
        print(job.text)
    return PROBLEM if job.disproved else DONE


def _data_list(given: Namespace) -> int:
    from nnstudio import data_report

    rows = data_report.named_sets()
    if given.json:
        print_json({"data": [vars(row) for row in rows]})
    else:
        print(data_report.list_as_text(rows))
    return DONE


def _data_get(given: Namespace) -> int:
    from nnstudio.fetching_job import FetchingJob

    job = FetchingJob.of(given.name)
    job.run()
    if given.json:
        print_json({"data": given.name, "folder": str(job.folder), "files": job.files})
    elif not job.interrupted:
        print(f"{given.name} is in {job.folder}. Look at it with `nnstudio data info {given.name}`.")
    return INTERRUPTED if job.interrupted else DONE


def _data_info(given: Namespace) -> int:
    from nnstudio import data_report
    from nnstudio.data.sources import open_data

    data = open_data(given.data)
    if given.json:
        print_json(data_report.as_json(data))
    else:
        print(data_report.as_text(data))
    return DONE


def _plugins(given: Namespace) -> int:
    from nnstudio.plugin_job import tell_plugins

    return DONE if tell_plugins(given.json) else PROBLEM


def _help(given: Namespace) -> int:
    from nnstudio.help_job import tell_page
    return tell_page(given.topic, given.json)


JOBS = {
    "templates": _templates,
    "new": _new,
    "check": _check,
    "train": _train,
    "lr-range": _lr_range,
    "sweep": _sweep,
    "evaluate": _evaluate,
    "classify": _classify,
    "export": _cross,
    "import": _cross,
    "plugins": _plugins,
    "help": _help,
    "data list": _data_list,
    "data get": _data_get,
    "data info": _data_info,
}
