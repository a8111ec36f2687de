"""`lab_oracle`: what the attention lab must answer, computed the long way: from the network's own layers with explicit value
vectors for every head and token, without the exported graphs and without inner products of heads.

Everything is one image; shapes are those of a single attention: weights (Hd,Q,K), added (Hd,K,C), before (Q,C)."""

import json
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from .attention import CUT
from .checkpoint import load_network
from .letterbox import prepare_image, restore_logits
from .network import MultiQueryNet, tokens
from .parity import logits_of
from .tiny import CONFIGS, tiny_network


class Read(NamedTuple):
    """weights (Hd,Q,K), what each head would add for one unit of attention (Hd,K,C), the tokens before the step (Q,C)."""

    weights: torch.Tensor
    added: torch.Tensor
    before: torch.Tensor


def read(before, q, k, v, weight, offset, heads, bias=None, gate=None):
    """before + sum over heads of weights[h] @ added[h] + offset. bias and gate broadcast to (Hd,Q,K)."""
    size = q.shape[-1] // heads
    split = [x.reshape(len(x), heads, size).transpose(0, 1) for x in (q, k, v)]
    logits = split[0] @ split[1].transpose(1, 2) / size ** 0.5
    weights = torch.softmax(logits if bias is None else logits + bias, -1)
    weights = weights if gate is None else weights * gate
    added = torch.stack([split[2][h] @ weight[:, h * size:(h + 1) * size].t() for h in range(heads)])
    return before + sum(weights[h] @ added[h] for h in range(heads)) + offset, Read(weights, added, before)


class ScaleAware:
    def __init__(self, net):
        self.net, self.heads = net, net.config.heads

    def encode(self, image):
        """features [t][s] (C,h,w), queries (T,S,N,C), reads [t][s]."""
        net, attention = self.net, self.net.encoder.attention
        learned, (maps, queries, *_) = net.tokens(), net.encode(image)
        features = [[maps[s][0, t] for s in range(len(maps))] for t in range(len(net.tasks))]

        def one(t, s):
            x = attention.norm_source(features[t][s].flatten(1).t())
            token = learned[t, s]
            return read(token, attention.to_q(attention.norm_target(token)), attention.to_k(x), attention.to_v(x),
                        attention.proj.weight, attention.proj.bias, self.heads)[1]
        return features, queries[0], [[one(t, s) for s in range(len(maps))] for t in range(len(net.tasks))]

    def severed(self, image):
        """{task: logits (1,K,H,W)} of the model in which each task's queries of each scale read themselves only."""
        net = MultiQueryNet(replace(self.net.config, cross='none')).eval()
        net.load_state_dict(self.net.state_dict())
        return logits_of(net, image)

    def step(self, attention, before, bias, gate):
        q, k, v = attention.to_qkv(attention.norm(before)).chunk(3, -1)
        return read(before, q, k, v, attention.proj.weight, attention.proj.bias, self.heads, bias, gate)

    def exchange(self, queries, cuts):
        """cuts None: a model without links between tasks, where each task's queries attend among themselves."""
        T, S, N, C = queries.shape
        cross, x = self.net.cross, queries.clone()
        across_tasks, across_scales = [], []
        if cuts is None:
            for t in range(T):
                for s in range(S):
                    x[t, s] = self.step(cross.across_tasks, queries[t, s], None, None)[0]
                x[t] = self.step(cross.across_scales, x[t].reshape(S * N, C).clone(), None, None)[0].reshape(S, N, C)
            return cross.ffn(x), None, None
        for s in range(S):
            y, found = self.step(cross.across_tasks, x[:, s].reshape(T * N, C), cuts['task_bias'][s], cuts['task_gate'][s])
            x[:, s] = y.reshape(T, N, C)
            across_tasks.append(found)
        for t in range(T):
            y, found = self.step(cross.across_scales, x[t].reshape(S * N, C).clone(), cuts['scale_bias'][t], cuts['scale_gate'][t])
            x[t] = y.reshape(S, N, C)
            across_scales.append(found)
        return cross.ffn(x), across_tasks, across_scales

    def decode(self, t, features, queries, bias, gate):
        """logits (1,K,H,W); reads, own features and what came from the coarser scale (h*w,C), each by scale."""
        decoder, attention = self.net.decoder, self.net.decoder.attention
        reads, above, coarser = [], [], None
        for s in reversed(range(len(features))):
            x = features[s][None]
            up = torch.zeros_like(x) if coarser is None else F.interpolate(coarser, size=x.shape[2:], mode='bilinear', align_corners=False)
            pixels, source = tokens(x + up)[0], attention.norm_source(queries[s])
            y, found = read(pixels, attention.to_q(attention.norm_target(pixels)), attention.to_k(source), attention.to_v(source),
                            attention.proj.weight, attention.proj.bias, self.heads, bias[s][:, None], gate[s][:, None])
            coarser = decoder.ffn(y).t().reshape(x.shape)
            reads.insert(0, found)
            above.insert(0, tokens(up)[0])
        head, config = self.net.heads[self.net.tasks[t].id], self.net.config
        logits = F.interpolate(head(coarser), size=(config.height, config.width), mode='bilinear', align_corners=False)
        return logits, reads, [tokens(x[None])[0] for x in features], above


class Released:
    def __init__(self, net):
        self.net, self.block, self.heads = net, net.head.block, net.config.heads

    def attend(self, attention, before, q, k, v, bias=None, gate=None):
        q, k, v = attention.to_q(attention.norm_q(q)), attention.to_k(attention.norm_k(k)), attention.to_v(attention.norm_v(v))
        return read(before, q, k, v, attention.proj.weight, attention.proj.bias, self.heads, bias, gate)

    def encode(self, image):
        block, maps = self.block, self.net.backbone(image)
        _, height, width, _ = maps[0].shape
        sized = [F.interpolate(x.permute(0, 3, 1, 2), size=(height, width), mode='bilinear', align_corners=False) for x in maps]
        wide = torch.cat(sized, 1).flatten(2)[0].t()
        features, queries, reads = [], [], []
        for t, linear in enumerate(self.net.head.linears):
            x, token = linear(wide), block.rpn_tokens[t][0]
            y, found = self.attend(block.encoder1.enc_attn, token, token + block.positions(block.rpn_qpos[t])[0], x, x)
            y = y + block.encoder1.reason(y[None])[0]
            queries.append(y + block.encoder1.enc_ffn(y))
            features.append([x.t().reshape(-1, height, width)])
            reads.append([found])
        return features, torch.stack(queries).unsqueeze(1), reads

    def severed(self, image):
        """As the other form's, whose model has such a configuration: here each task's queries go through the step alone."""
        features, queries, _ = self.encode(torch.as_tensor(image))
        after, (_, _, N, _) = self.exchange(queries, None)[0], queries.shape
        bias, gate = torch.zeros(1, self.heads, N), torch.ones(1, self.heads, N)
        return {task.id: self.decode(t, features[t], after[t], bias, gate)[0].numpy() for t, task in enumerate(self.net.tasks)}

    def exchange(self, queries, cuts):
        if cuts is None:
            apart = {'task_bias': [None], 'task_gate': [None]}
            return torch.cat([self.exchange(one[None], apart)[0] for one in queries]), None, None
        attention, before = self.block.mhsa_1, queries.reshape(-1, queries.shape[-1])
        q, k, v = F.linear(before, attention.in_proj_weight, attention.in_proj_bias).chunk(3, -1)
        x, found = read(before, q, k, v, attention.out_proj.weight, attention.out_proj.bias, self.heads,
                        cuts['task_bias'][0], cuts['task_gate'][0])
        return (x + self.block.ffn_mlp(self.block.norm_layer(x))).reshape(queries.shape), [found], None

    def decode(self, t, features, queries, bias, gate):
        decoder, pixels = self.block.decoder1, tokens(features[0][None])[0]
        y, found = self.attend(decoder.attn1, pixels, pixels, queries[0] + self.block.positions(self.block.rpn_kpos[t])[0], queries[0],
                               bias[0][:, None], gate[0][:, None])
        y = y + decoder.ffn1(y)
        z = pixels + decoder.pixel_map(y)
        z = F.gelu(z + decoder.ffn2(z))
        task, config = self.net.tasks[t].id, self.net.config
        small = self.net.head.final_logits[task](self.net.head.bottleneck[task](z.t().reshape(1, -1, *features[0].shape[1:])))
        logits = F.interpolate(small, size=(config.height, config.width), mode='bilinear', align_corners=False)
        return logits, [found], [pixels], [torch.zeros_like(pixels)]


class Lab:
    """One photo in one network: predictions at every `pixel_step`-th pixel and traces at every `cell_step`-th cell, under
    interventions."""

    def __init__(self, net, pixels, pixel_step, cell_step):
        self.net, self.size, self.pixel_step, self.cell_step = net, pixels.shape[:2], pixel_step, cell_step
        self.form = ScaleAware(net) if net.config.form == 'scale-aware' else Released(net)
        self.image, self.box = prepare_image(pixels, net.config.height, net.config.width)
        with torch.no_grad():
            self.features, self.queries, self.reads = self.form.encode(torch.as_tensor(self.image))
        self.ids = [task.id for task in net.tasks]

    def cuts(self, interventions):
        """Biases and gates: task (S,Hd,TN,TN), scale (T,Hd,SN,SN), decoder [t] (S,Hd,N)."""
        T, S, N, _ = self.queries.shape
        H, where = self.form.heads, self.ids.index
        shapes = {'task': (S, H, T * N, T * N), 'scale': (T, H, S * N, S * N), 'decoder': (T, S, H, N)}
        values = {f'{step}_{kind}': torch.full(shape, float(kind == 'gate')) for step, shape in shapes.items() for kind in ('bias', 'gate')}

        def change(step, index, item):
            if item.get('mode') == 'renormalise':
                values[f'{step}_bias'][index] += CUT if item['factor'] == 0 else float(np.log(item['factor']))
            else:
                values[f'{step}_gate'][index] *= item['factor']

        def every(value):
            return slice(None) if value is None else slice(value, value + 1)

        def span(block):
            return slice(block * N, (block + 1) * N)
        for item in interventions:
            kind = item['kind']
            if kind == 'taskLink':
                change('task', (every(item['scale']), every(item['head']), span(where(item['target'])), span(where(item['source']))), item)
            elif kind == 'scaleLink':
                task = None if item['task'] is None else where(item['task'])
                change('scale', (every(task), every(item['head']), span(item['target']), span(item['source'])), item)
            elif kind == 'query':
                t, s = where(item['task']), item['scale']
                for n in item['queries']:
                    change('task', (s, slice(None), slice(None), t * N + n), item)
                    change('scale', (t, slice(None), slice(None), s * N + n), item)
                    change('decoder', (t, s, slice(None), n), item)
            elif kind == 'head':
                t = slice(None) if item['task'] is None else where(item['task'])
                index = {'task': (every(item['scale']), item['head'], slice(None) if item['task'] is None else span(t)),
                         'scale': (t, item['head'], slice(None) if item['scale'] is None else span(item['scale'])),
                         'decoder': (t, every(item['scale']), item['head'])}[item['step']]
                change(item['step'], index, item)
        return values

    def run(self, interventions, others, apart=False):
        """others: {source key: queries (T,S,N,C)}; apart: no links between tasks. Returns the exchange's steps and decode(t)."""
        queries = self.queries.clone()
        for item in interventions:
            if item['kind'] in ('swap', 'mean'):
                index = tuple(slice(None) if value is None else value for value in (
                    None if item['task'] is None else self.ids.index(item['task']), item['scale'], item['query']))
                queries[index] = others[item['sample'] if item['kind'] == 'swap' else 'mean'][index]
        cuts = self.cuts(interventions)
        with torch.no_grad():
            after, across_tasks, across_scales = self.form.exchange(queries, None if apart else cuts)

        def decode(t):
            with torch.no_grad():
                return self.form.decode(t, self.features[t], after[t], cuts['decoder_bias'][t], cuts['decoder_gate'][t])
        return across_tasks, across_scales, decode

    def predict(self, interventions, others, apart=False):
        """Classes of semseg, metres, unit vectors and probabilities at the pixels kept, one after another."""
        decode, found = self.run(interventions, others, apart)[2], []
        for t, task in enumerate(self.net.tasks):
            logits = restore_logits(decode(t)[0].numpy(), self.box, *self.size)
            flat = logits.reshape(len(logits), -1)[:, ::self.pixel_step].astype(np.float64)
            if task.id == 'normals':
                flat = flat / np.linalg.norm(flat, axis=0)
            found.append({'semseg': lambda x: x.argmax(0), 'depth': lambda x: x.clip(0), 'normals': lambda x: x.T,
                          'edge': lambda x: 1 / (1 + np.exp(-x))}[task.id](flat).ravel())
        return found

    def severed(self):
        """Logits of every task at the pixels kept of the network's input, in the model without any exchange."""
        with torch.no_grad():
            logits = self.form.severed(self.image)
        return [value[0].reshape(value.shape[1], -1)[:, ::self.pixel_step].ravel() for value in logits.values()]

    def trace(self, question, others):
        """own feature, read (S,N), origin (T,S,N), map of every source; see `src/shared/lab/trace.ts`."""
        across_tasks, across_scales, decode = self.run(question['interventions'], others)
        T, S, N, _ = self.queries.shape
        t, raw, head = self.ids.index(question['task']), question['weighting'] == 'raw', question['head']
        _, reads, own, coarser = decode(t)
        kept, mass, masses = 0.0, 1.0, np.zeros((S, N))
        for s in range(S):
            p = self.cell(self.features[t][s].shape[1:], question['x'], question['y'])
            row = norms(reads[s], p, raw, head)
            has = s < S - 1
            x, up = (1 - has / 2, has / 2) if raw else (float(own[s][p].norm()), float(coarser[s][p].norm()))
            total = row.sum() + x + up
            masses[s], kept, mass = mass * row / total, kept + mass * x / total, mass * up / total
        before = masses
        if across_scales is not None:
            before = (masses.reshape(1, -1) @ rows(across_scales[t], raw, head)).reshape(S, N)
        origin = np.zeros((T, S, N))
        for s in range(S):
            start = np.zeros((1, T * N))
            start[0, t * N:(t + 1) * N] = before[s]
            origin[:, s] = (start @ rows(across_tasks[s], raw, head)).reshape(T, N)
        maps = []
        for source in range(T):
            for s in range(S):
                found, total = self.reads[source][s], 0
                for n in range(N):
                    row = norms(found, n, raw, head)
                    token = 1.0 if raw else float(found.before[n].detach().norm())
                    total = total + origin[source, s, n] * row / (row.sum() + token)
                maps.append(total[::self.cell_step])
        return np.concatenate([[kept], masses.ravel(), origin.ravel(), *maps])

    def cell(self, grid, x, y):
        top, left, height, width = self.box
        down, across = top + (y + 0.5) * height / self.size[0], left + (x + 0.5) * width / self.size[1]
        row, column = [min(n - 1, int(at * n / size)) for at, n, size in zip(
            (down, across), grid, (self.net.config.height, self.net.config.width))]
        return row * grid[1] + column


def norms(found, row, raw, head):
    """(K,): what each token adds to one row; the norm of the explicit sum over heads, or the raw weight."""
    chosen = slice(None) if head is None else slice(head, head + 1)
    weights = found.weights[chosen, row].double()
    return (weights.mean(0) if raw else (weights.unsqueeze(-1) * found.added[chosen].double()).sum(0).norm(dim=-1)).numpy()


def rows(found, raw, head):
    """(Q,Q): shares of a step's rows with what a token keeps of its own on the diagonal."""
    table = np.stack([norms(found, row, raw, head) for row in range(len(found.before))])
    own = np.ones(len(table)) if raw else found.before.double().norm(dim=-1).numpy()
    return (table + np.diag(own)) / (table.sum(1) + own)[:, None]


def questions(net, size):
    """[(name, interventions)] of every kind, and the traces asked for."""
    S, ids = len(net.config.scale_sizes), [task.id for task in net.tasks]
    # Into normals: real numbers show what a trained network's classes may not.
    link = {'kind': 'taskLink', 'scale': None, 'source': 'depth', 'target': 'normals', 'head': None, 'factor': 0, 'mode': 'renormalise'}
    query = {'kind': 'query', 'task': 'depth', 'scale': 0, 'queries': [1], 'factor': 0, 'mode': 'renormalise'}
    head = {'kind': 'head', 'step': 'task', 'task': 'edge', 'scale': None, 'head': 0, 'factor': 0}
    place = {'task': 'depth', 'scale': None, 'query': None}
    across = [{**link, 'source': a, 'target': b} for a in ids for b in ids if a != b]
    cases = {
        'nothing': [], 'link': [link], 'link of one scale removed': [{**link, 'scale': 0, 'mode': 'remove'}],
        'half a link': [{**link, 'source': 'edge', 'factor': 0.5}], 'double a link of one head': [{**link, 'head': 1, 'factor': 2}],
        'one head of a link removed': [{**link, 'head': 0, 'mode': 'remove'}], 'no links between tasks': across,
        'query': [query], 'half a query removed': [{**query, 'queries': [0, 2], 'factor': 0.5, 'mode': 'remove'}],
        'head of the step between tasks': [head], 'head of a decoder': [{**head, 'step': 'decoder', 'head': 1}],
        'swapped task': [{'kind': 'swap', 'sample': 'large', **place}],
        'swapped query': [{'kind': 'swap', 'sample': 'large', **place, 'scale': 0, 'query': 3}],
        'mean of a task': [{'kind': 'mean', 'split': None, **place, 'task': 'normals'}],
        'several': [link, {**link, 'factor': 0.5, 'mode': 'remove'}, query, {**head, 'factor': 1.5, 'task': None}],
    }
    if S > 1:
        scale = {'kind': 'scaleLink', 'task': 'normals', 'source': S - 1, 'target': 0, 'head': None, 'factor': 0, 'mode': 'renormalise'}
        cases |= {'scale link': [scale], 'scale link removed for all tasks': [{**scale, 'task': None, 'source': 1, 'mode': 'remove'}],
                  'head of the step between scales': [{**head, 'step': 'scale', 'scale': 1}]}
    named = {name: [{'id': str(i), 'name': '', 'enabled': True, **item} for i, item in enumerate(items)] for name, items in cases.items()}
    height, width = size
    pixel = {'task': 'semseg', 'x': width // 3, 'y': height // 2, 'weighting': 'contribution', 'head': None, 'interventions': []}
    traces = [pixel, {**pixel, 'weighting': 'raw'}, {**pixel, 'head': 1}, {**pixel, 'weighting': 'raw', 'head': 0},
              {**pixel, 'task': 'depth', 'x': 0, 'y': 0}, {**pixel, 'task': 'edge', 'x': width - 1, 'y': height - 1},
              {**pixel, 'task': 'normals', 'interventions': named['link']}, {**pixel, 'task': 'depth', 'interventions': named['half a query removed']}]
    return named, traces


def write(net, photos, out, pixel_step=5, cell_step=1):
    """photos: {'small': pixels, 'large': pixels}; questions are about the small one, queries are swapped from the large one."""
    labs = {name: Lab(net, pixels, pixel_step, cell_step) for name, pixels in photos.items()}
    small = labs['small']
    others = {'large': labs['large'].queries, 'mean': (small.queries + labs['large'].queries) / 2}
    cases, traces = questions(net, small.size)
    numbers, at, notes = [], 0, {'pixelStep': pixel_step, 'cellStep': cell_step, 'cases': [], 'traces': [], 'torch': str(torch.__version__)}

    def keep(parts):
        nonlocal at
        start = at
        numbers.extend(np.asarray(part, np.float32).ravel() for part in parts)
        at += sum(np.size(part) for part in parts)
        return {'offset': start, 'lengths': [int(np.size(part)) for part in parts]}
    for name, interventions in cases.items():
        notes['cases'].append({'name': name, 'interventions': interventions, **keep(small.predict(interventions, others))})
    across = next(interventions for name, interventions in cases.items() if name == 'no links between tasks')
    notes['cases'].append({'name': 'tasks apart', 'interventions': across, **keep(small.predict([], others, apart=True))})
    for question in traces:
        notes['traces'].append({**question, **keep([small.trace(question, others)])})
    notes['severed'] = keep(small.severed())
    out.mkdir(parents=True, exist_ok=True)
    np.save(out / 'lab.npy', np.concatenate(numbers))
    (out / 'lab.json').write_text(json.dumps(notes) + '\n')


def add_arguments(parser):
    parser.add_argument('--form', choices=CONFIGS, default='scale-aware', help='of the tiny network')
    parser.add_argument('--seed', type=int, default=0)
    parser.add_argument('--checkpoint', type=Path, help='in place of the tiny network')
    parser.add_argument('--photos', type=Path, nargs=2, metavar=('SMALL', 'LARGE'), required=True)
    parser.add_argument('--pixel-step', type=int, default=5, help='keep predictions at every so many pixels')
    parser.add_argument('--cell-step', type=int, default=1, help='keep the maps of traces at every so many cells')
    parser.add_argument('--out', type=Path, required=True)


def main(args):
    net = load_network(args.checkpoint)[0] if args.checkpoint else tiny_network(args.seed, CONFIGS[args.form])
    photos = {name: np.asarray(Image.open(path).convert('RGB')) for name, path in zip(('small', 'large'), args.photos)}
    write(net.eval(), photos, args.out, args.pixel_step, args.cell_step)
