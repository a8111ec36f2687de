"""`release`: makes the demo model's bundle of a checkpoint: exports it, measures it on held-out rooms with `mq-studio evaluate`, notes the
figures in the card, writes them as a table between the marks in the README, and draws a sheet of held-out rooms."""

import argparse
import json
import shutil
from pathlib import Path

from . import contact, export, studio
from .tables import markdown

MARKS = '<!-- figures of the shipped model -->\n', '<!-- end of figures -->\n'


def export_bundle(args):
    parser = argparse.ArgumentParser()
    export.add_arguments(parser)
    export.main(parser.parse_args(['--checkpoint', str(args.checkpoint), '--out', str(args.out)]))


def note_figures(out, measured):
    """Writes {set: strict figures} into the card's provenance. The graphs stay as they are."""
    path = out / 'model.json'
    card = json.loads(path.read_text())
    card['provenance']['metrics'] = {name: {'rooms': found['samples'], **{task: values['strict'] for task, values in found['metrics'].items()}}
                                     for name, found in measured.items()}
    path.write_text(json.dumps(card, indent=1) + '\n')


def table(measured):
    heads = ['held-out rooms', *[heading for _, heading, *_ in studio.HEADLINES.values()], 'normals median deg']
    rows = []
    for name, found in measured.items():
        figures = studio.headlines(found)
        rows.append([f'{found["samples"]} {name}', *[f'{figures[task]:.{digits}f}' for task, (_, _, digits, _) in studio.HEADLINES.items()],
                     f'{found["metrics"]["normals"]["strict"]["median"]:.2f}'])
    return markdown(heads, rows)


def put_between_marks(path, text):
    """Replaces what stands between the marks. Raises ValueError when there are none."""
    content = path.read_text()
    before, first, rest = content.partition(MARKS[0])
    _, last, after = rest.partition(MARKS[1])
    if not first or not last:
        raise ValueError(f'{path} lacks the lines {MARKS}')
    path.write_text(before + first + '\n' + text + '\n' + last + after)


def add_arguments(parser):
    parser.add_argument('--checkpoint', type=Path, required=True, help='model.pt; config.json, log.csv and curves.svg beside it are copied')
    parser.add_argument('--out', type=Path, required=True, help='folder of the bundle')
    parser.add_argument('--run', type=Path, required=True, help='folder for logs, figures and the sheet')
    parser.add_argument('--readme', type=Path, default=Path(__file__).parents[1] / 'README.md')
    studio.add_arguments(parser)


def main(args):
    export_bundle(args)
    args.run.mkdir(parents=True, exist_ok=True)
    for report in args.run.glob('held-out-*.json'):
        report.unlink()
    measured = {name: studio.measure(args.studio, folder, args.out, args.held_out_split, args.run / f'held-out-{name}.json')
                for name, folder in args.held_out}
    note_figures(args.out, measured)
    put_between_marks(args.readme, table(measured))
    for name in ('config.json', 'log.csv', 'curves.svg'):
        if (args.checkpoint.parent / name).exists():
            shutil.copy(args.checkpoint.parent / name, args.run / name)
    each = max(1, 6 // len(args.held_out))
    contact.draw(args.checkpoint, [(folder, each) for _, folder in args.held_out], args.run / 'held-out.jpg', 224)
    print(table(measured))
