"""The text of the script that trains an exported PyTorch module."""

from string import Template

SHUFFLED = '''\
stream = np.random.SeedSequence((SEED, 2, self.epoch))
order = np.random.Generator(np.random.PCG64(stream)).permutation(count)'''

WEIGHTS = '''\
weights = [each for name, each in network.named_parameters() if name in DECAYING]
'''
ALIKE = "groups = network.parameters()"
APART = '''\
others = [each for name, each in network.named_parameters() if name not in DECAYING]
groups = [{"params": weights}, {"params": others, "weight_decay": 0.0}]'''

FREEZE = '''
    for name in FROZEN:
        network.get_submodule(name).requires_grad_(False).eval()'''

SYNCHRONISED = '''
    if device.type == "cuda":  # Means and variances of the whole batch, not of one process's part.
        network = nn.SyncBatchNorm.convert_sync_batchnorm(network)'''

TRAINING = Template('''\
"""Train $title as nnstudio does: in one process, on one machine, or on many.

    python ${name}_train.py DATA.npz
    torchrun --nproc-per-node 2 ${name}_train.py DATA.npz
    torchrun --nnodes 4 --nproc-per-node 8 --rdzv-backend c10d --rdzv-endpoint HOST:29500 \\\\
        ${name}_train.py DATA.npz

DATA.npz holds the training samples: `inputs` $batch as the data stores them, and
`targets` $of_targets. With nnstudio it is made by

    data = nnstudio.load("PROJECT.nns").data()
    train = data.training()
    np.savez("DATA.npz", inputs=data.inputs[train], targets=data.targets[train])

A training begins with the first weights of the project, in ${name}_start.safetensors, or with
others that --weights names. Every batch has the samples that it has in nnstudio, as long as the
number of processes divides its size; each process works on its part. The result,
${name}_trained.safetensors, is read by $name.py and by `nnstudio import`.
$remarks
"""

import argparse$math
import os$imports
from importlib import import_module
from pathlib import Path

import numpy as np
import torch
import torch.distributed as dist
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from torch import nn
from torch.nn.parallel import DistributedDataParallel
from torch.utils.data import DataLoader, TensorDataset
from torch.utils.data.distributed import DistributedSampler
$import_of_ours
HERE = Path(__file__).parent$taken

EPOCHS = $epochs
SEED = $seed
$lists

class InOrder(DistributedSampler):
    """Deals an epoch's samples out to all processes, in the order in which nnstudio learns them."""

    def __iter__(self):
        count = len(self.dataset)
$order
        # So that every process gets as many, some samples come twice.
        order = np.resize(order, self.total_size)
        return iter(order[self.rank :: self.num_replicas].tolist())


def targets_of(numbers):
    """What the output should be, one row for each sample."""
$targets


def loss_of($loss_reads):
    """The mean over a batch of how wrong the answers are."""
$loss


def factor(step, steps_per_epoch, losses):
    """What the learning rate is multiplied by; `losses` are those of the epochs so far."""
$rate


def mean(value, device):
    """The mean over all processes."""
    total = torch.tensor(float(value), dtype=torch.float64, device=device)
    if dist.is_initialized():
        dist.all_reduce(total)
        total /= dist.get_world_size()
    return total.item()


def dataset_of(path):
    """The samples of an npz file."""
    with np.load(path) as file:
        inputs, targets = file["inputs"], file["targets"]
    inputs = np.ascontiguousarray(inputs).reshape(len(inputs), *SAMPLE)
    return TensorDataset(torch.from_numpy(inputs), targets_of(targets))


def device_of_this_process():
    """A GPU of its own for every process, where there are any."""
    if not torch.cuda.is_available():
        return torch.device("cpu")
    device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", 0)))
    torch.cuda.set_device(device)
    return device


def train(network, dataset, device, first):
    """Learn; `first` says whether this process is the one that talks."""
    processes = dist.get_world_size() if dist.is_initialized() else 1
    rank = dist.get_rank() if dist.is_initialized() else 0
    size = $batch_size
    sampler = InOrder(dataset, processes, rank)
    loader = DataLoader(dataset, max(1, size // processes), sampler=sampler)
    parallel = DistributedDataParallel(network) if dist.is_initialized() else network
$groups
    optimizer = torch.optim.$optimizer
    schedule = [(group, group["lr"]) for group in optimizer.param_groups]
    step, losses = 0, []
    for epoch in range(EPOCHS):
        sampler.set_epoch(epoch)
        total = 0.0
        for samples, target in loader:
            for group, rate in schedule:
                group["lr"] = rate * factor(step, len(loader), losses)
            optimizer.zero_grad()
            x = parallel(samples.to(device))
            loss = loss_of($loss_gives)
            loss.backward()$clip
            optimizer.step()
            if step == 0:
                told = mean(loss.item(), device)
                if first:
                    print(f"first loss: {told:.7f}", flush=True)
            step += 1
            total += loss.item() * len(samples)
        losses.append(mean(total / len(sampler), device))
        if first:
            print(f"epoch {epoch + 1}: loss {losses[-1]:.6f}", flush=True)


def join_the_others():
    """Become one of all processes that learn together."""
    # DistributedDataParallel loads it anyway. Loaded while the group is there, it would keep the
    # group, whose threads would then outlive its end, and might abort the process at its own.
    import_module("torch._dynamo")
    dist.init_process_group("nccl" if torch.cuda.is_available() else "gloo")


def main():
    """Train, and save the weights."""
    parser = argparse.ArgumentParser(description="Train $in_help as nnstudio does.")
    parser.add_argument("data", type=Path, help="an npz file with inputs and targets")
    parser.add_argument("--weights", type=Path, default=HERE / $start_file)
    parser.add_argument("--output", type=Path, default=HERE / $end_file)
    given = parser.parse_args()
    if "RANK" in os.environ:  # Set by torchrun.
        join_the_others()
    first = not dist.is_initialized() or dist.get_rank() == 0
    torch.manual_seed(SEED)
    device = device_of_this_process()
    network = Network()$double
    network.load_state_dict(load_file(given.weights))
    network.to(device).train()$freeze$synchronised
    train(network, dataset_of(given.data), device, first)
    if first:
        save_file(network.state_dict(), given.output)
        print(f"saved: {given.output}")
    if dist.is_initialized():
        dist.destroy_process_group()


if __name__ == "__main__":
    main()
''')
