"""python -m mqtransformer COMMAND: one module per command, imported only when asked for."""

import argparse
import importlib
import sys

COMMANDS = {
    'prepare': 'pack a folder in the NYUDv2 layout into arrays at the model\'s resolution',
    'coco_backbone': 'read a backbone trained on photographs, for `train --init`',
    'train': 'train a form of the model on a data set',
    'evaluate': 'measure a checkpoint on a data set',
    'ablate': 'train the comparisons of cross-task attention and tabulate them',
    'export': 'write a checkpoint as a bundle of ONNX graphs',
    'release': 'make, measure and draw the demo model\'s bundle',
    'card': 'make a bundle of any multi-task ONNX file: one image in, logits of every task out',
    'convert': 'write a published single-scale checkpoint as a bundle',
    'contact': 'draw predictions of a few rooms beside their labels',
    'lab_oracle': 'write what the attention lab must answer, computed layer by layer',
    'tiny': 'write the small untrained bundle that the application\'s tests use',
}


def main(argv):
    parser = argparse.ArgumentParser(prog='python -m mqtransformer', description=__doc__)
    parser.add_argument('command', choices=COMMANDS, help='; '.join(f'{name}: {text}' for name, text in COMMANDS.items()))
    command = parser.parse_args(argv[:1]).command
    module = importlib.import_module(f'.{command}', __package__)
    sub = argparse.ArgumentParser(prog=f'python -m mqtransformer {command}', description=COMMANDS[command])
    module.add_arguments(sub)
    return module.main(sub.parse_args(argv[1:]))


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
