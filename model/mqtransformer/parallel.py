"""Training in several processes of one thread each, which average their gradients. On a few shared CPU cores this does about
twice the work of one process with several threads."""

import torch
import torch.distributed as distributed
import torch.multiprocessing as multiprocessing


def run_processes(count, run, args):
    """Runs run(rank, args) in `count` processes that can call `average`; in this one when count is 1."""
    if count == 1:
        run(0, args)
        return
    meeting = (args.out / 'meeting').resolve()
    meeting.unlink(missing_ok=True)
    multiprocessing.start_processes(_start, (count, str(meeting), run, args), nprocs=count, start_method='fork')
    meeting.unlink(missing_ok=True)


def _start(rank, count, meeting, run, args):
    distributed.init_process_group('gloo', init_method=f'file://{meeting}', rank=rank, world_size=count)
    run(rank, args)
    distributed.destroy_process_group()


def average(tensors):
    """The mean of each float32 tensor over all processes."""
    if not (distributed.is_available() and distributed.is_initialized()):
        return tensors
    flat = torch.cat([tensor.reshape(-1) for tensor in tensors])
    distributed.all_reduce(flat)
    flat /= distributed.get_world_size()
    return [part.reshape(tensor.shape) for part, tensor in zip(flat.split([tensor.numel() for tensor in tensors]), tensors)]
