"""Times a bundle's model beside the studio: `forward_times.py BUNDLE`, then one word a line on stdin, answered by the wall and
the processor seconds of one forward on two threads. `torch`: the network in eager mode; `onnxruntime`: the bundle's graphs, without attention tensors.
The weights do not matter to time, so the network is made anew from the card's sizes."""
import json
import sys
import time
from pathlib import Path

import numpy as np

THREADS = 2
root = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(root / 'model'))
bundle = Path(sys.argv[1])
card = json.loads((bundle / 'model.json').read_text())
image = np.random.default_rng(0).standard_normal((1, 3, card['input']['height'], card['input']['width'])).astype('float32')


def torch_forward():
    import torch
    from mqtransformer.parity import logits_of
    torch.set_num_threads(THREADS)
    height, width = card['input']['height'], card['input']['width']
    if card['variant'] == 'released':
        from mqtransformer.released.config import BACKBONES, ReleasedConfig
        from mqtransformer.released.network import ReleasedNet
        backbone, dataset = card['name'].split('-')
        net = ReleasedNet(ReleasedConfig(height, width, dataset, BACKBONES[backbone])).eval()
    else:
        from mqtransformer.config import ModelConfig
        from mqtransformer.network import MultiQueryNet
        net = MultiQueryNet(ModelConfig(height, width, channels=card['channels'], queries=card['queries'], heads=card['heads'])).eval()
    return lambda: logits_of(net, image)


def onnxruntime_forward():
    import onnxruntime
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    # As in the studio: six graphs run in turn, and idle threads that spin take the processor from the next.
    options.add_session_config_entry('session.intra_op.allow_spinning', '0')

    def session(graph):
        return onnxruntime.InferenceSession(str(bundle / graph['file']), options, providers=['CPUExecutionProvider'])

    graphs = card['graphs']
    encoder, cross = session(graphs['encoder']), session(graphs['crossTask'])
    decoders = [(session(graph), graph) for graph in graphs['decoders'].values()]

    def wanted(graph, *roles):
        return [tensor['name'] for tensor in graph['outputs'] if tensor['role'] in roles]

    def neutral(graph):
        return {tensor['name']: np.full(tensor['shape'], tensor['role'].endswith('_gate'), 'float32') for tensor in graph['inputs']
                if tensor['role'].endswith(('_bias', '_gate'))}

    def forward():
        names = wanted(graphs['encoder'], 'features', 'queries')
        values = dict(zip(names, encoder.run(names, {graphs['encoder']['inputs'][0]['name']: image})))
        names = wanted(graphs['crossTask'], 'queries_out', 'cross_task_attention', 'cross_scale_attention')
        queries = cross.run(names, {'queries': values['queries'], **neutral(graphs['crossTask'])})[0]
        for at, (decoder, graph) in enumerate(decoders):
            feeds = {tensor['name']: queries[at] if tensor['role'] == 'queries' else values[tensor['name']] for tensor in graph['inputs']
                     if tensor['role'] in ('queries', 'features')}
            decoder.run(wanted(graph, 'logits'), {**feeds, **neutral(graph)})
    return forward


FORWARDS = {'torch': torch_forward, 'onnxruntime': onnxruntime_forward}
made = {}
for line in sys.stdin:
    word = line.strip()
    if word not in made:
        made[word] = FORWARDS[word]()
        made[word]()
    start, used = time.perf_counter(), time.process_time()
    made[word]()
    print(time.perf_counter() - start, time.process_time() - used, flush=True)
