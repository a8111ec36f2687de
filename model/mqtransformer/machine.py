"""Where training computes: Accelerate, which brings several processes and GPUs and mixed precision; without it one CPU process."""

import contextlib
import os

import torch


class OneProcess:
    """The part of Accelerate's interface that training uses, for one CPU process in float32."""

    device = torch.device('cpu')
    process_index, num_processes, is_main_process = 0, 1, True

    def prepare(self, *parts):
        return parts

    def unwrap_model(self, net):
        return net

    def autocast(self):
        return contextlib.nullcontext()

    def backward(self, loss):
        loss.backward()

    def clip_grad_norm_(self, parameters, largest):
        return torch.nn.utils.clip_grad_norm_(parameters, largest)

    def reduce(self, tensor, reduction):
        return tensor

    def wait_for_everyone(self):
        pass

    def end_training(self):
        pass


def machine(precision):
    """`precision`: float32 or bfloat16, in which float32 weights stay and autocast computes. Processes are those that torchrun or
    `accelerate launch` started. Exits with a message when Accelerate is needed and not there."""
    several, gpu = int(os.environ.get('WORLD_SIZE', 1)) > 1, torch.cuda.is_available()
    try:
        import accelerate
    except ImportError as error:
        if precision != 'float32' or several or gpu:
            raise SystemExit('several processes, GPUs and bfloat16 need Accelerate: pip install "mqtransformer[train]"') from error
        return OneProcess()
    # What a form leaves unused in one step it leaves unused in all; sizes of pictures may change.
    parallel = accelerate.DistributedDataParallelKwargs(static_graph=True)
    return accelerate.Accelerator(mixed_precision={'float32': 'no', 'bfloat16': 'bf16'}[precision], cpu=several and not gpu,
                                  kwargs_handlers=[parallel])
