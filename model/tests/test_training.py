import argparse
import csv
import importlib.util
import json
import math
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
import torch
from synthetic import plain_view, write_rooms

from mqtransformer import evaluate, recipes, train
from mqtransformer.augment import collate, crop, demo_view, flip
from mqtransformer.checkpoint import load_network
from mqtransformer.classes import TASKS
from mqtransformer.config import TINY
from mqtransformer.curves import Log
from mqtransformer.data.packed import open_packed
from mqtransformer.losses import balanced_classes, class_weights, demo_losses, near_distances, paper_losses, root_distances, task_losses
from mqtransformer.machine import OneProcess
from mqtransformer.metrics import Metrics
from mqtransformer.network import MultiQueryNet
from mqtransformer.prepare import pack_new
from mqtransformer.released.config import TINY_RELEASED
from mqtransformer.released.network import ReleasedNet
from mqtransformer.released.safe_read import read_checkpoint
from mqtransformer.trainer import Trainer
from mqtransformer.views import Places, Views

DEPTH_LOSSES = near_distances, root_distances
needs_accelerate = pytest.mark.skipif(importlib.util.find_spec('accelerate') is None, reason='Accelerate is not here')


@pytest.fixture(scope='module')
def packed(tmp_path_factory):
    folder = tmp_path_factory.mktemp('rooms')
    write_rooms(folder / 'rooms', 6)
    pack_new(folder / 'rooms', folder / 'pack', 48, 64)
    return folder


def options(folder, out, **changed):
    parser = argparse.ArgumentParser()
    train.add_arguments(parser)
    words = {'root': folder / 'pack', 'out': out, 'size': '48x64', 'preset': 'tiny', 'batch': 4, 'threads': 1, 'lr': 2e-3, 'every': 100, **changed}
    return parser.parse_args([word for key, value in words.items() if value is not None
                              for word in (f'--{key.replace("_", "-")}', *([str(value)] if not isinstance(value, list) else value))])


def perfect_logits(room):
    _, targets = collate([plain_view(room, (48, 64))])
    semseg = torch.nn.functional.one_hot(targets['semseg'].clamp(max=39), 40).permute(0, 3, 1, 2).float() * 30
    return targets, {'semseg': semseg, 'depth': targets['depth'][:, None], 'normals': targets['normals'] * 3,
                     'edge': (targets['edge'][:, None] == 1).float() * 40 - 20}


@pytest.mark.parametrize('losses', [paper_losses(0.8), *[demo_losses(0.8, torch.ones(40), depth) for depth in DEPTH_LOSSES]])
def test_perfect_predictions_cost_nothing_and_errors_cost(packed, losses):
    targets, logits = perfect_logits(open_packed(packed / 'pack')[0])
    assert all(abs(value) < 1e-3 for value in task_losses(losses, logits, targets).values())
    worse = {task: -value + 1 for task, value in logits.items()}
    assert all(value > 0.4 for value in task_losses(losses, worse, targets).values())


@pytest.mark.parametrize('losses', [paper_losses(0.8), *[demo_losses(0.8, torch.ones(40), depth) for depth in DEPTH_LOSSES]])
def test_ignored_pixels_do_not_count(packed, losses):
    targets, logits = perfect_logits(open_packed(packed / 'pack')[0])
    before = task_losses(losses, logits, targets)
    logits['semseg'] = torch.where((targets['semseg'] == 255)[:, None], torch.randn_like(logits['semseg']), logits['semseg'])
    logits['depth'] = torch.where((targets['depth'] == 0)[:, None], torch.tensor(99.0), logits['depth'])
    after = task_losses(losses, logits, targets)
    assert (targets['semseg'] == 255).any() and (targets['depth'] == 0).any()
    assert all(torch.equal(before[task], after[task]) for task in before)


def test_losses_of_saliency_and_of_photos_that_are_ignored_whole():
    target = torch.zeros(1, 4, 5, dtype=torch.long)
    target[0, 0] = 1
    wrong = torch.zeros(1, 2, 4, 5)
    # a quarter is salient: both kinds of error weigh the same in total
    miss, false = wrong.clone(), wrong.clone()
    miss[:, 0, 0], false[:, 1, 1:] = 9, 9
    assert balanced_classes(miss, target).item() == pytest.approx(balanced_classes(false, target).item(), rel=1e-5)
    assert balanced_classes(wrong, torch.zeros_like(target)).item() == 0  # nothing is salient: no share to balance
    ignored = paper_losses(0.95)['human_parts'](torch.randn(1, 7, 4, 5, requires_grad=True), torch.full((1, 4, 5), 255))
    ignored.backward()
    assert ignored.item() == 0


def test_class_weights_are_light_and_leave_absent_classes_alone():
    weights = class_weights([0, 100, 100, 1600, 1])
    assert weights[0] == 1 and weights[1] == 1
    assert weights[3] == pytest.approx(0.5) and weights[4] == pytest.approx(2.5)


def test_schedules_and_sizes():
    assert recipes.cosine(0, 0.0) == pytest.approx(1 / recipes.WARM_UP)
    assert recipes.cosine(10_000, 0.5) == pytest.approx(0.5) and recipes.cosine(10_000, 1.0) == pytest.approx(0, abs=1e-12)
    assert recipes.poly(0, 0) == 1 and recipes.poly(0, 0.5) == pytest.approx(0.5 ** 0.9) and recipes.poly(9, 1.0) == 0
    rooms = argparse.Namespace(height=192, width=256)
    sizes = recipes.RECIPES['scale-aware'].sizes
    assert [train.view_size(sizes, p, rooms) for p in (0, 0.5, 0.9, 1.5)] == [(96, 128), (144, 192), (192, 256), (192, 256)]
    assert train.view_size(sizes, 0, TINY) == (48, 64)


def test_the_end_of_a_training_sees_whole_pictures_of_full_size(packed):
    recipe, room = recipes.RECIPES['scale-aware'].finishing(), open_packed(packed / 'pack')[0]
    assert train.view_size(recipe.sizes, 0, TINY) == (48, 64) and recipe.weights['depth'] == 2
    whole = [crop(either, 1, 0, 0, (48, 64))['depth'] for either in (room, flip(room))]
    for seed in range(20):
        depth = recipe.view(room, (48, 64), np.random.default_rng(seed))['depth']
        assert any(np.array_equal(depth, each) for each in whole)


def test_a_run_notes_what_it_began_with(packed, tmp_path):
    train.main(options(packed, tmp_path / 'first', steps=1))
    train.main(options(packed, tmp_path / 'second', steps=1, init=tmp_path / 'first' / 'model.pt', finish=[]))
    notes = [load_network(tmp_path / name / 'model.pt')[1] for name in ('first', 'second')]
    assert notes[0]['init'] is None and not notes[0]['finish']
    assert notes[1]['init'] == {'file': 'model.pt', 'notes': notes[0]} and notes[1]['finish']
    with pytest.raises(SystemExit, match="'finish': \\(True, False\\)"):
        train.main(options(packed, tmp_path / 'second', steps=2))


def test_views_follow_from_seed_and_place(packed):
    views = Views(open_packed(packed / 'pack'), demo_view, 3)
    epoch = [views[place, (48, 64)] for place in range(12)]
    again = views[7, (48, 64)]
    assert all(np.array_equal(again[field], epoch[7][field]) for field in again)
    assert sorted(views.order) == list(range(6))
    both = [list(keys) for keys, _ in zip(Places(5, 2, 0, 2, lambda: (8, 8)), range(2))], [list(k) for k, _ in zip(Places(5, 2, 1, 2, lambda: (8, 8)), range(2))]
    assert [place for keys in both for batch in keys for place, _ in batch] == [20, 21, 24, 25, 22, 23, 26, 27]


def test_training_learns_and_can_be_evaluated(packed, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(recipes, 'WARM_UP', 5)
    train.main(options(packed, tmp_path, steps=60, val=packed / 'pack'))
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert math.isfinite(last['val_depth_rmse']) and last['lr'] < 1e-4
    net, notes = load_network(tmp_path / 'model.pt')
    assert notes['steps'] == 60 and notes['seen'] == 240
    rooms = open_packed(packed / 'pack')
    trained, before = [evaluate.evaluate(model, rooms) for model in (net, MultiQueryNet(TINY).eval())]
    assert trained['depth']['rmse'] < before['depth']['rmse']
    assert trained['rooms'] == 6 and 0 <= trained['semseg']['mIoUPaper'] <= trained['semseg']['mIoUPresent'] <= 100
    curves = ElementTree.parse(tmp_path / 'curves.svg').getroot()
    assert len(curves.findall('.//{*}polyline')) == 8


def weights(folder):
    return read_checkpoint(folder / 'last.pt')


def test_a_resumed_run_is_the_run_that_was_not_interrupted(packed, tmp_path):
    """Stopped half-way through a pass over the rooms, with everything random on: the same losses and the same weights, bit by bit."""
    train.main(options(packed, tmp_path / 'whole', steps=14))
    run = train.Run(options(packed, tmp_path / 'parts', steps=14))
    (tmp_path / 'parts').mkdir(exist_ok=True)
    interrupt(run, 7)
    train.main(options(packed, tmp_path / 'parts', steps=14))
    whole, parts = weights(tmp_path / 'whole'), weights(tmp_path / 'parts')
    for part in ('net', 'average'):
        assert all(torch.equal(whole[part][name], parts[part][name]) for name in whole[part]), part
    rows = [list(csv.DictReader((tmp_path / name / 'log.csv').open())) for name in ('whole', 'parts')]
    assert rows[0][-1]['step'] == rows[1][-1]['step'] == '14'
    with pytest.raises(SystemExit, match="other options .*'seed': \\(0, 1\\)"):
        train.main(options(packed, tmp_path / 'parts', steps=20, seed=1))


def interrupt(run, step):
    """Trains until `step`, saves as a validation would, and stops."""
    ordinary = run.trainer.train_step

    def stopping(*args):
        if run.trainer.step == step:
            run.save()
            raise KeyboardInterrupt
        return ordinary(*args)
    run.trainer.train_step = stopping
    with pytest.raises(KeyboardInterrupt):
        run.train()


@pytest.mark.parametrize('data, form', [('nyud_mt', 'released'), ('pascal', 'released'), ('pascal', 'scale-aware')])
def test_both_forms_train_on_both_task_sets(layouts, tmp_path, data, form):
    root = layouts / data
    train.main(options(tmp_path, tmp_path / 'out', root=root, val=root, data=data, form=form, backbone='tiny', batch=1, steps=2))
    net, notes = load_network(tmp_path / 'out' / 'model.pt')
    assert net.config.form == form and notes['data'] == data
    row = list(csv.DictReader((tmp_path / 'out' / 'log.csv').open()))[-1]
    assert all(math.isfinite(float(row[f'loss_{task.id}'])) for task in net.tasks)
    assert math.isfinite(float(row['val_normals_mean']))


def test_the_backbone_of_a_lightning_checkpoint_can_be_begun_with(layouts, tmp_path):
    net = ReleasedNet(TINY_RELEASED)
    path = tmp_path / 'other.ckpt'
    torch.save({'state_dict': {name: value for name, value in net.state_dict().items() if name.startswith('backbone.')}}, path)
    words = {'root': layouts / 'nyudv2', 'data': 'nyudv2', 'form': 'released', 'backbone': 'tiny', 'batch': 1, 'steps': 1, 'init': path}
    run = train.Run(options(tmp_path, tmp_path / 'out', **words))
    own = run.trainer.own.state_dict()
    assert all(torch.equal(own[name], value) for name, value in net.state_dict().items() if name.startswith('backbone.'))
    torch.save({'state_dict': {'backbone.norm0.weight': torch.ones(3)}}, path)
    with pytest.raises(ValueError, match='missing are'):
        train.Run(options(tmp_path, tmp_path / 'out', **words))


def test_init_begins_with_other_weights(packed, tmp_path):
    train.main(options(packed, tmp_path / 'a', steps=2))
    first = read_checkpoint(tmp_path / 'a' / 'model.pt')['model']
    run = train.Run(options(packed, tmp_path / 'b', steps=2, init=tmp_path / 'a' / 'model.pt', seed=9))
    assert all(torch.equal(value, first[name]) for name, value in run.trainer.own.state_dict().items())
    assert run.trainer.step == 0


@pytest.mark.parametrize('words', [{'cross': 'none'}, {'cross': 'task', 'queries': 3}, {'tasks': ['depth']}, {'tasks': ['semseg', 'edge']}])
def test_every_kind_of_network_trains(packed, tmp_path, words):
    train.main(options(packed, tmp_path, steps=2, **words))
    net, _ = load_network(tmp_path / 'model.pt')
    assert [task.id for task in net.tasks] == words.get('tasks', [task.id for task in TASKS])


def test_an_old_log_loses_what_the_interrupted_run_lost(tmp_path):
    log = Log(tmp_path / 'log.csv', ['step', 'loss_depth'], 0)
    for step in (50, 100, 150):
        log.write({'step': step, 'loss_depth': 1 / step})
    Log(tmp_path / 'log.csv', ['step', 'loss_depth'], 100).write({'step': 150, 'loss_depth': 0.5})
    assert [row['loss_depth'] for row in csv.DictReader((tmp_path / 'log.csv').open())] == ['0.02', '0.01', '0.5']


@needs_accelerate
def test_two_processes_train_as_one_with_twice_the_batch(packed, tmp_path):
    """Gradients are averaged and the views are dealt out, so without batch norm's own statistics the weights would be the same;
    with them they stay close. bfloat16 keeps float32 weights."""
    words = ['--root', str(packed / 'pack'), '--size', '48x64', '--preset', 'tiny', '--steps', '3', '--threads', '1', '--lr', '0.01']
    pair = [sys.executable, '-m', 'torch.distributed.run', '--standalone', '--nproc_per_node', '2', '-m', 'mqtransformer', 'train', *words,
            '--batch', '2', '--precision', 'bfloat16', '--out', str(tmp_path / 'pair')]
    result = subprocess.run(pair, cwd=Path(__file__).parents[1], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    train.main(options(packed, tmp_path / 'one', steps=3, lr=0.01))
    (net, notes), (alone, other) = [load_network(tmp_path / name / 'model.pt') for name in ('pair', 'one')]
    assert notes['steps'] == 3 and notes['seen'] == other['seen'] == 12 and notes['processes'] == 2
    for (name, value), expected in zip(net.named_parameters(), alone.parameters()):
        assert value.dtype == torch.float32
        assert torch.allclose(value, expected, atol=0.05), name
    assert result.stdout.count('"step": 3') == 1


@pytest.mark.parametrize('words, message', [
    ({}, 'budget'), ({'steps': 1, 'batch': 7}, 'at least one batch of 7'), ({'steps': 1, 'tasks': ['sal']}, 'task_ids are some of'),
    ({'steps': 1, 'data': 'nyudv2'}, 'train.txt is missing'), ({'steps': 1, 'form': 'released', 'finish': []}, 'one recipe to the end')])
def test_what_cannot_be_trained_is_refused(packed, tmp_path, words, message):
    with pytest.raises(SystemExit, match=message):
        train.main(options(packed, tmp_path, **words))


def test_a_loss_that_is_not_finite_stops_the_run(packed, tmp_path):
    net = MultiQueryNet(TINY)
    trainer = Trainer(net, recipes.RECIPES['scale-aware'], demo_losses(0.8, torch.ones(40), near_distances), OneProcess(), 1e-3)
    image, targets = collate([plain_view(open_packed(packed / 'pack')[0], (48, 64))] * 2)
    before = net.task_tokens.detach().clone()
    with pytest.raises(FloatingPointError, match='step 0'):
        trainer.train_step(image * float('nan'), targets, 0)
    assert torch.equal(before, net.task_tokens)


def test_metrics_on_known_answers():
    metrics = Metrics(TASKS)
    logits = {'semseg': np.zeros((40, 1, 4), np.float32), 'depth': np.array([[[1, 2, 3, -5]]], np.float32),
              'normals': np.zeros((3, 1, 4), np.float32), 'edge': np.array([[[9, -9, 9, 9]]], np.float32)}
    logits['semseg'][0] = 1  # everything is wall: IoU of wall 2/3, of floor 0
    logits['normals'][2] = 2
    normals = np.zeros((1, 4, 3), np.uint8)
    normals[0, :2], normals[0, 2] = (128, 128, 255), (255, 128, 128)  # 0, 0 and 90 degrees
    metrics.add(logits, {'semseg': np.array([[0, 0, 1, 255]], np.uint8), 'depth': np.array([[1, 1, 5, 0]], np.float32),
                         'normals': normals, 'edge': np.array([[1, 1, 0, 255]], np.uint8)})
    result = metrics.result()
    assert result['semseg']['mIoUPresent'] == pytest.approx(100 / 3)
    assert result['semseg']['mIoUPaper'] == pytest.approx(100 * 2 / 3 / 40)
    assert result['depth']['rmse'] == pytest.approx((5 / 3) ** 0.5)
    assert result['normals']['mean'] == pytest.approx(30, abs=0.4) and result['normals']['median'] == pytest.approx(0.35, abs=0.2)
    assert result['edge']['pixelF'] == pytest.approx(50)


def test_saliency_is_measured_with_beta_squared_0_3():
    from mqtransformer.classes import Task
    metrics = Metrics([Task('sal', 'probability', 2, 'softmax1', 255, 'probability')])
    margin = np.array([[9, 9, -9, 9]], np.float32)
    metrics.add({'sal': np.stack([0 * margin, margin])}, {'sal': np.array([[1, 0, 1, 255]], np.uint8)})
    assert metrics.result()['sal']['maxF'] == pytest.approx(100 * 1.3 * 0.25 / (0.3 * 0.5 + 0.5))
