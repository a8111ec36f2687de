import argparse
import json
import subprocess
from pathlib import Path

import pytest
from synthetic import write_rooms

from mqtransformer import ablate
from mqtransformer.checkpoint import load_network
from mqtransformer.prepare import pack_new

BASE = {'semseg': 40.0, 'depth': 0.5, 'normals': 20.0, 'edge': 60.0}


def options(folder):
    parser = argparse.ArgumentParser()
    ablate.add_arguments(parser)
    return parser.parse_args(['--root', str(folder / 'pack'), '--held-out', f'seen={folder}', f'unseen={folder}', '--out', str(folder / 'out'),
                              '--studio', 'studio.js', '--preset', 'tiny', '--size', '48x64', '--steps', '2', '--batch', '2', '--threads', '1'])


def test_gain_counts_less_as_better_where_it_is():
    better = {'semseg': 44.0, 'depth': 0.45, 'normals': 18.0, 'edge': 66.0}
    assert ablate.gain(better, BASE) == pytest.approx(10)
    assert ablate.gain({**BASE, 'depth': 0.55}, BASE) == pytest.approx(-2.5)
    assert ablate.gain(BASE, BASE) == 0
    assert ablate.gain(BASE, {**BASE, 'edge': 0}) is None


def card_only(args):
    """Stands for the export, which has tests of its own and takes seconds."""
    net, _ = load_network(args.checkpoint)
    args.out.mkdir()
    (args.out / 'model.json').write_text(json.dumps({'name': args.name, 'tasks': [{'id': task.id} for task in net.tasks]}))


def test_seven_networks_are_trained_once_exported_and_compared(tmp_path, monkeypatch, capsys):
    write_rooms(tmp_path / 'rooms', 4)
    pack_new(tmp_path / 'rooms', tmp_path / 'pack', 48, 64)
    commands = []

    def studio(command, **_):
        commands.append(command)
        card = json.loads((Path(command[5]) / 'model.json').read_text())
        better = 1.0 + 0.1 * (card['name'] == 'ablation-both')
        figures = {'semseg': {'mIoU': BASE['semseg'] * better}, 'depth': {'rmse': BASE['depth']}, 'normals': {'mean': BASE['normals']},
                   'edge': {'odsF': BASE['edge']}}
        result = {'samples': 3, 'metrics': {task['id']: {'strict': figures[task['id']]} for task in card['tasks']}}
        return subprocess.CompletedProcess(command, 0, json.dumps(result), '')
    monkeypatch.setattr(ablate.studio.subprocess, 'run', studio)
    monkeypatch.setattr(ablate.export, 'main', card_only)
    ablate.main(options(tmp_path))
    result = json.loads((tmp_path / 'out' / 'ablation.json').read_text())
    assert result['training']['steps'] == 2 and result['training']['pictures'] == '48x64'
    assert set(result['heldOut']) == {'seen', 'unseen'} and result['heldOut']['seen']['rooms'] == 3
    assert result['heldOut']['unseen']['gainOverNone'] == {'single': 0, 'none': 0, 'task': 0, 'both': pytest.approx(2.5)}
    written = (tmp_path / 'out' / 'ablation.md').read_text()
    assert written.count('(d) both | 44.00 | 0.500 | 20.00 | 60.00 | +2.50 | +2.50') == 2
    assert len(commands) == 14
    capsys.readouterr()
    ablate.main(options(tmp_path))
    assert len(commands) == 14 and 'training' not in capsys.readouterr().out.split('Trained')[0]


def test_a_failed_evaluation_stops_with_what_it_said(tmp_path, monkeypatch):
    monkeypatch.setattr(ablate.studio.subprocess, 'run', lambda command, **_: subprocess.CompletedProcess(command, 3, '', 'no such split'))
    with pytest.raises(SystemExit, match='ended with 3: no such split'):
        ablate.studio.measure('studio.js', tmp_path, tmp_path, 'val', tmp_path / 'report.json')
    assert not (tmp_path / 'report.json').exists()
