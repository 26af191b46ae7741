"""Compile: check a graph, put it in order, and decide how the engine works on it."""

from dataclasses import replace

from nnstudio.compiler.problems import Facts, Problem, find_problems, output_node
from nnstudio.core.errors import ModelError
from nnstudio.engine.losses import Loss, MeanSquaredError
from nnstudio.engine.plan import Encoding, Plan, Step
from nnstudio.graph.graph import Graph
from nnstudio.graph.inference import infer_shapes
from nnstudio.layers.base import Layer

WORTH_LANES = 5_000_000  # Multiplications of a batch from which a second thread pays for being woken.
IMAGE_SHARD = 64  # Samples of an image network that are worked on at a time; more calls of fewer samples are slower.
FLAT_SHARD = 1024  # Beyond this, larger matrix products are no quicker.
LANES = 2


class InvalidModel(ModelError):
    """A model cannot be compiled; carries all problems."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = tuple(problem for problem in problems if not problem.warning)
        super().__init__("\n".join(problem.sentence for problem in self.problems))


def compile_graph(
    graph: Graph,
    loss: Loss | None = None,
    batch: int = 32,
    precision: str = "float32",
    facts: Facts | None = None,
) -> Plan:
    """The plan of a graph for batches of about that size, or an InvalidModel with every problem."""
    problems = find_problems(graph, loss, facts)
    if any(not problem.warning for problem in problems):
        raise InvalidModel(problems)
    steps = _steps(graph)
    number = {step.id: index for index, step in enumerate(steps)}
    last = output_node(graph)
    loss = loss or MeanSquaredError()
    plan = Plan(
        steps=steps,
        quick=_pool_before_rectifying(steps, last.id),
        input=number[graph.sources()[0].id],
        output=number[last.id],
        loss=loss,
        encoding=_encoding(loss, last.layer, facts),
        shard=1,
        lanes=1,
        precision=precision,
    )
    lanes, shard = _split(plan, batch)
    return replace(plan, lanes=lanes, shard=shard)


def _encoding(loss: Loss, last: Layer, facts: Facts | None) -> Encoding:
    if facts is not None and facts.no_and_yes is not None:
        return Encoding(*facts.no_and_yes)
    return Encoding(loss.no if loss.no is not None else no_of(last))


def no_of(layer: Layer) -> float:
    """The number with which a last layer says no."""
    return -1.0 if layer.kind == "tanh" else float(getattr(layer, "no", 0.0))


def _steps(graph: Graph) -> tuple[Step, ...]:
    shapes = infer_shapes(graph).known
    number = {node.id: index for index, node in enumerate(graph.order)}
    made = []
    for node in graph.order:
        sources = [wire.source for wire in graph.into(node.id)]
        made.append(
            Step(
                id=node.id,
                name=node.label,
                layer=node.layer,
                inputs=tuple(number[source] for source in sources),
                input_shapes=tuple(shapes[source] for source in sources),
                shape=shapes[node.id],
            )
        )
    return tuple(made)


def _pool_before_rectifying(steps: tuple[Step, ...], output: str) -> tuple[Step, ...]:
    """Let a max-pool go before the rectifier it follows: same numbers, but the rectifier sees fewer of them."""
    steps = tuple(steps)
    for number, step in enumerate(steps):
        if step.layer.kind != "max_pool" or step.id == output:
            continue
        before = steps[step.inputs[0]]
        readers = sum(step.inputs[0] in each.inputs for each in steps)
        if before.layer.commutes_with_max and readers == 1:
            pool = replace(step, inputs=before.inputs, input_shapes=before.input_shapes)
            rectifier = replace(before, inputs=(step.inputs[0],), input_shapes=(step.shape,), shape=step.shape)
            swapped = list(steps)
            swapped[step.inputs[0]], swapped[number] = pool, rectifier
            steps = tuple(swapped)
    return steps


def _split(plan: Plan, batch: int) -> tuple[int, int]:
    """Into how many lanes, and shards of how many samples, a batch is split. Never a matter of the machine."""
    if plan.whole_batch_at_once:
        return 1, batch
    if not any(step.layer.group == "Images" for step in plan.steps):
        # The threads share the large products instead: that needs no second gradient, and no adding up.
        return 1, min(batch, FLAT_SHARD)
    lanes = LANES if plan.multiplications * batch >= WORTH_LANES and batch >= LANES else 1
    return lanes, min(-(-batch // lanes), IMAGE_SHARD)
