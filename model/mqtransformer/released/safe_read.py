"""Reads the tensors of a checkpoint that `torch.save` wrote, without running anything that the file names.

A pickle is a program: it may call any function that its reader can import. Here it can reach four things that rebuild tensors and
dictionaries. Classes that trainers are known to leave beside the weights (their callbacks, their settings) become placeholders
that keep nothing and do nothing. Any other name is refused, and so are files torch itself would not have written."""

import collections
import pickle
import zipfile
from pathlib import Path

import torch

DTYPES = {'FloatStorage': torch.float32, 'HalfStorage': torch.float16, 'BFloat16Storage': torch.bfloat16, 'DoubleStorage': torch.float64,
          'LongStorage': torch.int64, 'IntStorage': torch.int32, 'ShortStorage': torch.int16, 'CharStorage': torch.int8,
          'ByteStorage': torch.uint8, 'BoolStorage': torch.bool}
LEFT_BESIDE = ('pytorch_lightning', 'lightning', 'lightning_fabric', 'omegaconf', 'argparse')


class UnsafeCheckpoint(ValueError):
    """The file is no checkpoint, is damaged, or wants something run."""


class Placeholder:
    """Stands for an object that is not needed: takes any arguments, state and items, and drops them."""

    def __new__(cls, *arguments, **named):
        return object.__new__(cls)

    def __init__(self, *arguments, **named):
        pass

    def __setstate__(self, state):
        pass

    def __setitem__(self, key, value):
        pass

    def append(self, item):
        pass

    def extend(self, items):
        pass


def rebuild_tensor(storage, offset, size, stride, *_):
    if not isinstance(storage, torch.Tensor) or not all(type(n) is int and n >= 0 for n in (offset, *size, *stride)):
        raise UnsafeCheckpoint('a tensor is described by something other than numbers')
    reach = offset + sum((n - 1) * step for n, step in zip(size, stride)) + 1 if all(size) else 0
    if len(size) != len(stride) or reach > storage.numel():
        raise UnsafeCheckpoint(f'a tensor of {list(size)} reaches beyond its {storage.numel()} stored numbers')
    return storage.as_strided(size, stride, offset)


def rebuild_parameter(data, *_):
    return data


class Unpickler(pickle.Unpickler):
    ALLOWED = {('torch._utils', '_rebuild_tensor_v2'): rebuild_tensor, ('torch._utils', '_rebuild_parameter'): rebuild_parameter,
               ('collections', 'OrderedDict'): collections.OrderedDict, ('torch', 'Size'): torch.Size}

    def __init__(self, file, storages):
        super().__init__(file)
        self.storages = storages

    def find_class(self, module, name):
        if (module, name) in self.ALLOWED:
            return self.ALLOWED[module, name]
        if module in ('torch', 'torch.storage') and name in DTYPES:
            return DTYPES[name]
        if module.split('.')[0] in LEFT_BESIDE:
            return Placeholder
        raise UnsafeCheckpoint(f'the file wants to use {module}.{name}, which a checkpoint of weights does not need. Nothing was run. '
                               'If you trust the file, load it yourself and save only its state_dict.')

    def persistent_load(self, reference):
        kind, dtype, key, _, count = reference
        if kind != 'storage' or not isinstance(dtype, torch.dtype):
            raise UnsafeCheckpoint(f'the file refers to {kind!r}, expected a storage of numbers')
        return self.storages(dtype, str(key), count)


def read_checkpoint(path):
    """The object in the file, tensors on the CPU. Raises UnsafeCheckpoint."""
    try:
        with zipfile.ZipFile(path) as archive:
            return read_archive(archive)
    except zipfile.BadZipFile as error:
        raise UnsafeCheckpoint(f'{Path(path).name} is not what torch.save of 1.6 or newer writes ({error}). Files of older versions: '
                               'load them with that torch and save only their state_dict.') from error
    except (pickle.UnpicklingError, EOFError, KeyError, TypeError, AttributeError, IndexError, ValueError, RuntimeError) as error:
        if isinstance(error, UnsafeCheckpoint):
            raise UnsafeCheckpoint(f'{Path(path).name} is refused: {error}') from error
        raise UnsafeCheckpoint(f'{Path(path).name} is damaged: {error}') from error


def read_archive(archive):
    entries = {entry.filename: entry for entry in archive.infolist()}
    if any(entry.compress_type != zipfile.ZIP_STORED for entry in entries.values()):
        raise UnsafeCheckpoint('its entries are compressed, which torch.save does not do')
    pickles = [name for name in entries if name.count('/') == 1 and name.endswith('/data.pkl')]
    if len(pickles) != 1:
        raise UnsafeCheckpoint('it holds no data.pkl')
    root = pickles[0].split('/')[0]
    if entries.get(f'{root}/byteorder') and archive.read(f'{root}/byteorder') != b'little':
        raise UnsafeCheckpoint('it was written on a big-endian machine')
    kept = {}

    def storage(dtype, key, count):
        if key not in kept:
            data = bytearray(archive.read(f'{root}/data/{key}'))
            values = torch.frombuffer(data, dtype=torch.uint8).view(dtype) if data else torch.empty(0, dtype=dtype)
            kept[key] = values
        if kept[key].dtype != dtype or kept[key].numel() != count:
            raise UnsafeCheckpoint(f'storage {key} holds {kept[key].numel()} numbers of {kept[key].dtype}, expected {count} of {dtype}')
        return kept[key]
    with archive.open(pickles[0]) as file:
        return Unpickler(file, storage).load()
