"""`ablate`: does exchange between tasks help? Trains networks that differ in nothing else and measures each on held-out rooms.

(a) four single-task networks of the same size, (b) all tasks without cross-task attention, (c) attention between tasks at the same
scale only, (d) between tasks and between scales. The same rooms, steps, seed, order of views and, with --init, first weights of the
backbone. Run again, it goes on where it stopped: finished trainings, exports and evaluations are kept. Figures are those of
`mq-studio evaluate`, in its strict form."""

import argparse
import json
from pathlib import Path

from . import export, studio, train
from .classes import TASKS
from .tables import markdown

SINGLE = {f'single-{task.id}': ['--tasks', task.id, '--cross', 'none'] for task in TASKS}
JOINT = {'none': ['--cross', 'none'], 'task': ['--cross', 'task'], 'both': ['--cross', 'both']}
NAMES = {'single': '(a) single-task networks', 'none': '(b) no cross-task attention', 'task': '(c) same scale only', 'both': '(d) both'}
OPTIONS = ('root', 'split', 'limit', 'init', 'preset', 'size', 'steps', 'batch', 'lr', 'seed', 'threads', 'workers', 'precision', 'every')


def gain(figures, baseline):
    """Mean relative gain in percent over the tasks: 100/T * sum of (-1)^l (M - B) / B, l = 1 where less is better; None with a B of 0."""
    if 0 in baseline.values():
        return None
    gains = [(1 if more else -1) * (figures[task] - baseline[task]) / baseline[task] for task, (*_, more) in studio.HEADLINES.items()]
    return 100 * sum(gains) / len(gains)


def train_variant(args, name, words):
    """Trains one network into out/<name>, or goes on with it, and exports it once. Returns the bundle's folder."""
    out, parser = args.out / name, argparse.ArgumentParser()
    train.add_arguments(parser)
    given = [word for option in OPTIONS if (value := getattr(args, option)) is not None
             for word in (f'--{option}', 'x'.join(map(str, value)) if option == 'size' else str(value))]
    options = parser.parse_args([*given, *words, '--out', str(out)])
    bundle = out / 'bundle'
    if not (bundle / 'model.json').exists():
        print(json.dumps({'training': name}), flush=True)
        train.main(options)
        parser = argparse.ArgumentParser()
        export.add_arguments(parser)
        export.main(parser.parse_args(['--checkpoint', str(out / 'model.pt'), '--out', str(bundle), '--name', f'ablation-{name}']))
    return bundle


def compare(args, bundles, held_out, folder):
    """Figures and gains of (a) to (d) on one held-out set."""
    rows, samples = {'single': {}}, 0
    for name, bundle in bundles.items():
        found = studio.measure(args.studio, folder, bundle, args.held_out_split, args.out / name / f'{held_out}.json')
        rows.setdefault('single' if name in SINGLE else name, {}).update(studio.headlines(found))
        samples = found['samples']
    return {'rooms': samples, 'figures': rows, 'gainOverSingle': {name: gain(row, rows['single']) for name, row in rows.items()},
            'gainOverNone': {name: gain(row, rows['none']) for name, row in rows.items()}}


def table(result):
    heads = ['', *[heading for _, heading, *_ in studio.HEADLINES.values()], 'gain over (a) %', 'gain over (b) %']
    parts = [f'{key} {value}' for key, value in result['training'].items()]
    text = f'Trained alike: {", ".join(parts)}.\n'
    for held_out, found in result['heldOut'].items():
        rows = [[NAMES[name], *[f'{figures[task]:.{digits}f}' for task, (_, _, digits, _) in studio.HEADLINES.items()],
                 *['' if found[over][name] is None else f'{found[over][name]:+.2f}' for over in ('gainOverSingle', 'gainOverNone')]] for name, figures in found['figures'].items()]
        text += f'\n{held_out}, {found["rooms"]} rooms\n\n{markdown(heads, rows)}'
    return text


def add_arguments(parser):
    parser.add_argument('--root', required=True, help='rooms to train on: a folder or what `prepare` wrote')
    parser.add_argument('--out', type=Path, required=True)
    studio.add_arguments(parser)
    shared = argparse.ArgumentParser()
    train.add_arguments(shared)
    for action in shared._actions:
        if action.dest in OPTIONS and action.dest != 'root':
            parser.add_argument(*action.option_strings, type=action.type, default=action.default, choices=action.choices, help=action.help)


def main(args):
    bundles = {name: train_variant(args, name, words) for name, words in {**SINGLE, **JOINT}.items()}
    notes = json.loads((args.out / 'both' / 'config.json').read_text())
    kept = {key: notes['training'][key] for key in ('rooms', 'steps', 'batch', 'seed', 'lr', 'precision', 'torch')}
    result = {'training': {'pictures': f'{notes["model"]["height"]}x{notes["model"]["width"]}', 'preset': args.preset,
                           **({'init': args.init.name} if args.init else {}), **kept},
              'heldOut': {name: compare(args, bundles, name, folder) for name, folder in args.held_out}}
    (args.out / 'ablation.json').write_text(json.dumps(result, indent=1) + '\n')
    (args.out / 'ablation.md').write_text(table(result))
    print(table(result))
