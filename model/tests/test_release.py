import argparse
import json
import subprocess

import numpy as np
import pytest
from PIL import Image
from synthetic import write_rooms

from mqtransformer import release
from mqtransformer.checkpoint import save
from mqtransformer.tiny import tiny_network

STRICT = {'semseg': {'mIoU': 44.123}, 'depth': {'rmse': 0.5}, 'normals': {'mean': 17.0, 'median': 9.0}, 'edge': {'odsF': 61.0}}


def test_a_release_exports_measures_notes_and_draws(tmp_path, monkeypatch, capsys):
    net = tiny_network(0)
    (tmp_path / 'train').mkdir()
    notes = {'rooms': 3, 'seed': 0, 'steps': 5, 'seen': 20, 'torch': '0'}
    save(tmp_path / 'train' / 'model.pt', {'config': net.config.to_dict(), 'model': net.state_dict(), 'notes': notes})
    (tmp_path / 'train' / 'log.csv').write_text('step\n5\n')
    for name, size in (('seen', (54, 70)), ('unseen', (108, 140))):
        write_rooms(tmp_path / name, 4, *size)
    (tmp_path / 'README.md').write_text(f'before\n{release.MARKS[0]}old\n{release.MARKS[1]}after\n')
    asked = []

    def studio(command, **_):
        asked.append(command)
        result = {'samples': 4, 'metrics': {task: {'strict': figures} for task, figures in STRICT.items()}, 'curves': {}}
        return subprocess.CompletedProcess(command, 0, json.dumps(result), '')
    monkeypatch.setattr(release.studio.subprocess, 'run', studio)
    parser = argparse.ArgumentParser()
    release.add_arguments(parser)
    release.main(parser.parse_args(['--checkpoint', str(tmp_path / 'train' / 'model.pt'), '--out', str(tmp_path / 'bundle'),
                                    '--run', str(tmp_path / 'run'), '--readme', str(tmp_path / 'README.md'),
                                    '--held-out', f'seen={tmp_path / "seen"}', f'unseen={tmp_path / "unseen"}']))
    card = json.loads((tmp_path / 'bundle' / 'model.json').read_text())
    assert card['provenance']['metrics']['unseen'] == {'rooms': 4, **STRICT}
    text = (tmp_path / 'README.md').read_text()
    assert text.startswith('before\n') and text.endswith('after\n') and 'old' not in text
    assert '| 4 seen | 44.12 | 0.500 | 17.00 | 61.00 | 9.00 |' in text
    assert [command[3] for command in asked] == [str(tmp_path / 'seen'), str(tmp_path / 'unseen')]
    assert 'curves' not in json.loads((tmp_path / 'run' / 'held-out-seen.json').read_text())
    assert (tmp_path / 'run' / 'log.csv').exists()
    sheet = np.asarray(Image.open(tmp_path / 'run' / 'held-out.jpg'))
    assert sheet.shape[1] == 5 * 224 and sheet.shape[0] in range(6 * 2 * 170, 6 * 2 * 176)


def test_a_readme_without_marks_is_left_alone(tmp_path):
    (tmp_path / 'README.md').write_text('nothing')
    with pytest.raises(ValueError, match='lacks the lines'):
        release.put_between_marks(tmp_path / 'README.md', 'x')
    assert (tmp_path / 'README.md').read_text() == 'nothing'
