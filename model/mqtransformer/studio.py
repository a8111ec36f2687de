"""Figures by `mq-studio evaluate`, the application's own metrics, so that what is reported here is what a user would measure."""

import argparse
import json
import subprocess
from pathlib import Path

PROGRAM = Path(__file__).parents[2] / 'bin' / 'mq-studio.js'
# task -> (figure, heading, digits, whether more is better)
HEADLINES = {'semseg': ('mIoU', 'mIoU %', 2, True), 'depth': ('rmse', 'depth RMSE m', 3, False),
             'normals': ('mean', 'normals mean deg', 2, False), 'edge': ('odsF', 'odsF* %', 2, True)}


def measure(program, folder, bundle, split, report):
    """What `mq-studio evaluate --json` says of a bundle on a folder; kept in the file `report` and read from there the next time.
    Exits with what the program said when it failed."""
    if not report.exists():
        command = ['node', str(program), 'evaluate', str(folder), '--model', str(bundle), '--split', split, '--json']
        print(json.dumps({'evaluating': str(bundle), 'on': str(folder)}), flush=True)
        result = subprocess.run(command, capture_output=True, text=True)
        if result.returncode != 0:
            raise SystemExit(f'{" ".join(command)} ended with {result.returncode}: {result.stderr.strip()[-2000:]}')
        found = json.loads(result.stdout)
        kept = {key: found[key] for key in ('dataset', 'split', 'samples', 'metrics', 'perClass') if key in found}
        report.parent.mkdir(parents=True, exist_ok=True)
        report.write_text(json.dumps(kept, indent=1) + '\n')
    return json.loads(report.read_text())


def headlines(found):
    """{task: strict headline figure} of what `measure` gave."""
    return {task: found['metrics'][task]['strict'][figure] for task, (figure, *_) in HEADLINES.items() if task in found['metrics']}


def named_folder(text):
    name, _, folder = text.partition('=')
    if not folder or not Path(folder).is_dir():
        raise argparse.ArgumentTypeError(f'expected NAME=FOLDER with a folder that exists, found {text!r}')
    return name, Path(folder)


def add_arguments(parser):
    parser.add_argument('--held-out', type=named_folder, nargs='+', required=True, metavar='NAME=FOLDER', help='rooms to measure on')
    parser.add_argument('--held-out-split', default='val')
    parser.add_argument('--studio', type=Path, default=PROGRAM, help='mq-studio.js')
