import argparse
import json
import math

import numpy as np
import pytest
import torch
from synthetic import write_rooms

from mqtransformer import evaluate, train
from mqtransformer.augment import collate, plain_view
from mqtransformer.checkpoint import load_network
from mqtransformer.config import TINY
from mqtransformer.losses import class_weights, task_losses
from mqtransformer.metrics import Metrics
from mqtransformer.prepare import pack_new
from mqtransformer.rooms import PackedRooms


@pytest.fixture
def packed(tmp_path):
    write_rooms(tmp_path / 'rooms', 6)
    pack_new(tmp_path / 'rooms', tmp_path / 'pack', 48, 64)
    return tmp_path


def options(folder, **changed):
    values = {'pack': folder / 'pack', 'val': folder / 'pack', 'rooms': None, 'out': folder / 'out', 'minutes': math.inf, 'steps': 40, 'batch': 4,
              'lr': 2e-3, 'seed': 0, 'threads': 2, 'processes': 1, 'precision': 'float32', 'every': 100}
    return argparse.Namespace(**{**values, **changed})


def perfect_logits(room):
    _, targets = collate([plain_view(room, (48, 64))])
    semseg = torch.nn.functional.one_hot(targets['semseg'].clamp(max=39), 40).permute(0, 3, 1, 2).float() * 30
    return targets, {'semseg': semseg, 'depth': targets['depth'][:, None], 'normals': targets['normals'] * 3,
                     'edge': (targets['edge'][:, None] == 1).float() * 40 - 20}


def test_perfect_predictions_cost_nothing_and_errors_cost(packed):
    targets, logits = perfect_logits(PackedRooms(packed / 'pack')[0])
    weights = torch.ones(40)
    assert all(abs(value) < 1e-3 for value in task_losses(logits, targets, weights).values())
    worse = {task: -value + 1 for task, value in logits.items()}
    assert all(value > 0.5 for value in task_losses(worse, targets, weights).values())


def test_ignored_pixels_do_not_count(packed):
    targets, logits = perfect_logits(PackedRooms(packed / 'pack')[0])
    before = task_losses(logits, targets, torch.ones(40))
    logits['semseg'] = torch.where((targets['semseg'] == 255)[:, None], torch.randn_like(logits['semseg']), logits['semseg'])
    logits['depth'] = torch.where((targets['depth'] == 0)[:, None], torch.tensor(99.0), logits['depth'])
    after = task_losses(logits, targets, torch.ones(40))
    assert (targets['semseg'] == 255).any() and (targets['depth'] == 0).any()
    assert all(torch.equal(before[task], after[task]) for task in before)


def test_class_weights_are_light_and_leave_absent_classes_alone():
    weights = class_weights([0, 100, 100, 1600, 1])
    assert weights[0] == 1 and weights[1] == 1
    assert weights[3] == pytest.approx(0.5) and weights[4] == pytest.approx(2.5)


def test_schedule_warms_up_and_ends_at_zero():
    assert train.learning_rate(1.0, 0, 0.0) == pytest.approx(1 / train.WARM_UP)
    assert train.learning_rate(1.0, 10_000, 0.5) == pytest.approx(0.5)
    assert train.learning_rate(1.0, 10_000, 1.0) == pytest.approx(0, abs=1e-12)
    assert [train.view_size(p, TINY) for p in (0, 0.5, 0.7, 0.9, 1.5)] == [(16, 20), (24, 32), (36, 48), (48, 64), (48, 64)]


def test_training_learns_resumes_and_can_be_evaluated(packed, monkeypatch, capsys):
    monkeypatch.setattr(train, 'ROOMS', TINY)
    monkeypatch.setattr(train, 'WARM_UP', 5)
    train.main(options(packed))
    rows = (packed / 'out' / 'log.csv').read_text().splitlines()
    assert rows[0].startswith('minutes,step,seen')
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert math.isfinite(last['val_rmse']) and last['lr'] < 1e-4
    assert load_network(packed / 'out' / 'model.pt')[1]['steps'] == 40
    train.main(options(packed, steps=60))
    net, notes = load_network(packed / 'out' / 'model.pt')
    assert notes['steps'] == 60 and notes['seen'] == 240
    untrained = train.MultiQueryNet(TINY).eval()
    trained, before = [train.validate(model, PackedRooms(packed / 'pack'), 6) for model in (net, untrained)]
    assert trained['val_rmse'] < before['val_rmse']
    result = evaluate.evaluate(net, packed / 'rooms', ['0000', '0001'])
    assert result['rooms'] == 2 and 0 <= result['semseg']['mIoUPaper'] <= result['semseg']['mIoUPresent'] <= 100


def test_two_processes_train_as_one(packed, monkeypatch):
    monkeypatch.setattr(train, 'ROOMS', TINY)
    train.main(options(packed, steps=3, processes=2, batch=2, threads=1))
    net, notes = load_network(packed / 'out' / 'model.pt')
    assert notes['steps'] == 3 and notes['seen'] == 12
    assert all(torch.isfinite(value).all() for value in net.state_dict().values())
    assert not (packed / 'out' / 'meeting').exists()


def test_a_budget_is_needed(packed):
    with pytest.raises(SystemExit, match='budget'):
        train.main(options(packed, steps=math.inf))


def test_bfloat16_step_keeps_float32_weights(packed):
    torch.manual_seed(0)
    trainer = train.Trainer(TINY, options(packed, precision='bfloat16'))
    rooms = PackedRooms(packed / 'pack')
    before = trainer.master.task_tokens.detach().clone()
    trainer.train_step(*collate([plain_view(rooms[i], (48, 64)) for i in range(4)]), torch.ones(40), 1e-3)
    assert trainer.master.task_tokens.dtype == torch.float32 and trainer.worker.task_tokens.dtype == torch.bfloat16
    assert not torch.equal(before, trainer.master.task_tokens)
    assert trainer.worker.backbone.stem[0][1].running_mean.dtype == torch.float32


def test_metrics_on_known_answers():
    metrics = Metrics()
    semseg = np.array([[0, 0, 1, 255]], np.uint8)
    logits = {'semseg': np.zeros((40, 1, 4), np.float32), 'depth': np.array([[[1, 2, 3, -5]]], np.float32),
              'normals': np.zeros((3, 1, 4), np.float32), 'edge': np.array([[[9, -9, 9, 9]]], np.float32)}
    logits['semseg'][0] = 1  # everything is wall: IoU of wall 2/3, of floor 0
    logits['normals'][2] = 2
    normals = np.zeros((3, 1, 4), np.float32)
    normals[2, 0, :2], normals[0, 0, 2] = 1, 1  # 0, 0 and 90 degrees
    metrics.add(logits, semseg, np.array([[1, 1, 5, 0]], np.float32), normals, np.array([[True, True, True, False]]),
                np.array([[1, 1, 0, 255]], np.uint8))
    result = metrics.result()
    assert result['semseg']['mIoUPresent'] == pytest.approx(100 / 3)
    assert result['semseg']['mIoUPaper'] == pytest.approx(100 * 2 / 3 / 40)
    assert result['depth']['rmse'] == pytest.approx((5 / 3) ** 0.5)
    assert result['normals']['mean'] == pytest.approx(30) and result['normals']['median'] == pytest.approx(0.1)
    assert result['edge']['pixelF'] == pytest.approx(50)
