"""The arguments of the command line: which jobs there are, and what each can be told."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

Job = Callable[[Namespace], int]
USAGE = "nnstudio [FILE.nns]\n       nnstudio JOB ...\n       nnstudio --help | --version"
EXAMPLE = "For example: nnstudio "
PROJECT_HELP = "the project file"
DATA_HELP = "a data set's name, file or folder, with options after commas; by default the project's own"


class UsageError(Exception):
    """An option has a value that it cannot have."""


class _Parser(ArgumentParser):
    """Says what is wrong as every other part does, so that `--json` is heard here too."""

    def error(self, message: str) -> NoReturn:
        """Refuse the arguments."""
        raise UsageError(f"{message[:1].upper()}{message[1:]}. See `{self.prog} --help`.")


def parser_of(does: Mapping[str, Job]) -> ArgumentParser:
    """The parser for all jobs; what a job does is told by its name."""
    from nnstudio import __version__

    parser = _Parser(
        prog="nnstudio", usage=USAGE, description="Build neural networks, watch them learn, and export them.",
        epilog="Without a job the window opens, with the project that is named.",
    )  # fmt: skip
    parser.add_argument("--version", action="version", version=f"nnstudio {__version__}")
    jobs = parser.add_subparsers(prog="nnstudio", title="jobs", metavar="JOB")
    _add(jobs, "templates", does["templates"], "list the starting points", "templates")
    new = _add(jobs, "new", does["new"], "make a project from a template", "new digits -o digits.nns")
    new.add_argument("template", metavar="TEMPLATE", help="one that `nnstudio templates` lists")
    new.add_argument("-o", "--output", metavar="FILE.nns", required=True, help="the project file to make")
    new.add_argument("--force", action="store_true", help="replace a file that is there already")
    check = _add(jobs, "check", does["check"], "show layers, shapes, parameters and every problem", "check digits.nns")
    check.add_argument("project", metavar="FILE.nns", help=PROJECT_HELP)
    check.add_argument("--data", metavar="D", help=DATA_HELP)
    _add_train(jobs, does["train"])
    _add_range(jobs, does["lr-range"])
    _add_sweep(jobs, does["sweep"])
    says = "judge a trained project on a part of the data"
    evaluate = _add(jobs, "evaluate", does["evaluate"], says, "evaluate digits.nns --split test")
    evaluate.add_argument("project", metavar="FILE.nns", help=PROJECT_HELP)
    evaluate.add_argument("--data", metavar="D", help=DATA_HELP)
    evaluate.add_argument("--split", choices=("train", "validation", "test"), default="test", help="the part")
    _add_classify(jobs, does["classify"])
    _add_data(jobs, does)
    _add_crossings(jobs, does)
    _add(jobs, "plugins", does["plugins"], "list the plugins, what each adds, and what failed", "plugins")
    pages = _add(jobs, "help", does["help"], "explain a layer, a loss, a panel, a job or an idea", "help learning rate")
    pages.add_argument("topic", metavar="TOPIC", nargs="*", help="its title or address, such as layers/dense, or words")
    return parser


def _add(jobs: Any, name: str, job: Job, help: str, example: str) -> ArgumentParser:
    says = help[0].upper() + help[1:] + "."
    parser: ArgumentParser = jobs.add_parser(name, help=help, description=says, epilog=f"{EXAMPLE}{example}")
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    parser.set_defaults(job=job)
    return parser


def _add_train(jobs: Any, job: Job) -> None:
    says = "train a project and keep the weights in it"
    train = _add(jobs, "train", job, says, "train digits.nns --epochs 20 --lr 0.001")
    train.add_argument("project", metavar="FILE.nns", help=PROJECT_HELP)
    train.add_argument("--data", metavar="D", help=DATA_HELP)
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


def _add_range(jobs: Any, job: Job) -> None:
    says = "try ever greater learning rates in one pass, and suggest one"
    lr_range = _add(jobs, "lr-range", job, says, "lr-range digits.nns --from 1e-5 --to 10")
    lr_range.add_argument("project", metavar="FILE.nns", help=PROJECT_HELP)
    lr_range.add_argument("--from", type=float, default=1e-5, metavar="X", help="the least rate; by default 1e-5")
    lr_range.add_argument("--to", type=float, default=10.0, metavar="X", help="the greatest rate; by default 10")
    lr_range.add_argument("--data", metavar="D", help=DATA_HELP)


def _add_sweep(jobs: Any, job: Job) -> None:
    says = "train a project again and again with other settings, and compare"
    sweep = _add(jobs, "sweep", job, says, "sweep digits.nns --lr 1e-4:1:9 --seeds 3 -o results.csv")
    sweep.add_argument("project", metavar="FILE.nns", help=PROJECT_HELP)
    sweep.add_argument("--data", metavar="D", help=DATA_HELP)
    varied = sweep.add_argument_group("what is varied", "values such as 8,16,32 or 1e-4:1:9 (from, to, count)")
    varied.add_argument("--lr", metavar="X,...", help="learning rates")
    varied.add_argument("--batch-size", metavar="B,...", help="samples in a step")
    varied.add_argument("--optimizer", metavar="O,...", help="sgd, momentum, adam, ...")
    varied.add_argument("--penalty", metavar="P,...", help="strengths of the project's penalty, or l1=0.01,l2=0.1,none")
    varied.add_argument("--width", metavar="W,...", help="units of every hidden layer")
    varied.add_argument("--seeds", type=int, metavar="N", help="so many seeds, from the project's own on")
    how = sweep.add_argument_group("how")
    how.add_argument("--epochs", type=int, metavar="N", help="passes through the training set")
    how.add_argument("--random", type=int, metavar="N", help="N combinations drawn at random in place of all")
    how.add_argument("--halving", action="store_true", help="train all a little, the best third longer, and so on")
    how.add_argument("--workers", type=int, metavar="N", help="processes; by default one for each core")
    how.add_argument("--cluster", metavar="ADDRESS", help="a Dask cluster: tcp://127.0.0.1:8786, tls://HOST:8786")
    for part, what in (("ca", "the authority that vouches for the cluster"), ("cert", "ours"), ("key", "its key")):
        how.add_argument(f"--tls-{part}", metavar="FILE.pem", help=f"certificate for tls://: {what}")
    how.add_argument("-o", "--output", metavar="results.csv", help="the table to write; each result is safe at once")
    how.add_argument("--resume", action="store_true", help="do only what is missing in the results")


def _add_classify(jobs: Any, job: Job) -> None:
    example = "classify mnist-trained.nns seven.png --csv answers.csv"
    classify = _add(jobs, "classify", job, "say what is on pictures", example)
    classify.add_argument("project", metavar="FILE.nns", help=PROJECT_HELP)
    classify.add_argument("pictures", metavar="IMAGE", nargs="+", help="picture files, or folders with some")
    classify.add_argument("--csv", metavar="OUT", help="write the answers into a table as well")
    classify.add_argument(
        "--stages", default="all", metavar="S,...",
        help="what is done to a picture first: all, none, or some of crop,invert,scale,centre,normalise",
    )  # fmt: skip


def _add_data(jobs: Any, does: Mapping[str, Job]) -> None:
    data = jobs.add_parser("data", help="list, fetch and look at data sets", description="List, fetch, look at data.")
    kinds = data.add_subparsers(title="jobs", metavar="JOB", required=True)
    _add(kinds, "list", does["data list"], "list every data set that has a name", "data list")
    says = "fetch a published data set into your data folder (NNSTUDIO_DATA names another for one call)"
    get = _add(kinds, "get", does["data get"], says, "data get mnist")
    get.add_argument("name", metavar="NAME", help="one that `nnstudio data list` lists")
    says = "say what is in a data set, and which Input fits it"
    info = _add(kinds, "info", does["data info"], says, "data info spiral,noise=0.2")
    info.add_argument("data", metavar="PATH", help="a data set's name, file or folder, with options after commas")


def _add_crossings(jobs: Any, does: Mapping[str, Job]) -> None:
    says = "write the trained model for other programs, and prove that it is it"
    export = _add(jobs, "export", does["export"], says, "export digits.nns --to onnx -o digits.onnx")
    export.add_argument("project", metavar="FILE.nns", help=PROJECT_HELP)
    export.add_argument("--to", metavar="FORMAT", required=True, help="onnx, torch, keras, numpy, npz, csv, ...")
    export.add_argument("-o", "--output", metavar="PATH", required=True, help="the file to write, or the folder")
    export.add_argument("--no-proof", dest="proof", action="store_false", help="do not run what was written")
    says = "make a project of an ONNX file, or put weights into a project"
    bring = _add(jobs, "import", does["import"], says, "import model.onnx -o model.nns")
    bring.add_argument("file", metavar="FILE", help="an ONNX file or, with --into, weights as npz or safetensors")
    bring.add_argument("--into", metavar="FILE.nns", help="the project that the weights are for")
    bring.add_argument("-o", "--output", metavar="FILE.nns", help="the project file to make; else the one of --into")
    bring.add_argument("--force", action="store_true", help="replace a file that is there already")
