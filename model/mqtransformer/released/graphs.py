"""The graphs of the single-scale form, in the order that `tensors.py` describes, rewritten so that a runtime does less:

- each map goes through its part of the task's linear layer before it is brought to stride 4 (bilinear is linear, per channel);
- bringing to stride 4 is two matrix products, the three coarse maps summed in the second;
- tokens are constants in the encoder, queries small in the decoder: keys and values of pixels are never made, the small side
  is multiplied by the weights instead; a constant per row of logits falls out of the softmax;
- the decoder's second attention is the linear map that it is for one image (see `network.py`).

Every rewrite keeps the numbers up to rounding; `parity.py` compares with the network as it was written."""

import torch
import torch.nn as nn
import torch.nn.functional as F

from ..attention import attend, gram
from .lean_swin import LeanSwin


def bilinear_matrix(coarse, fine):
    """(fine, coarse): one axis of bilinear resizing with align_corners=False."""
    eye = torch.eye(coarse).reshape(1, coarse, coarse, 1)
    return F.interpolate(eye, size=(fine, 1), mode='bilinear', align_corners=False)[0, :, :, 0].t().contiguous()


def as_map(x, size):
    """(h*w, C) -> (1,C,h,w). Written as the move of one axis: onnxruntime makes a slow general transposition of other ways."""
    return x.reshape(1, *size, x.shape[-1]).permute(0, 3, 1, 2)


def by_head(weight, heads):
    """(C,C) of a projection from features -> (heads, d, C)"""
    return weight.detach().reshape(heads, -1, weight.shape[1])


def hidden(mlp, x):
    """What `mlp` computes but for its last layer, whose sum with x is one operation when the bias comes after it."""
    return F.gelu(mlp.fc1(mlp.norm(x)))


class LeanReading(nn.Module):
    """The encoder for one task: constant queries read normalised pixels (h*w, C)."""

    def __init__(self, block, task):
        super().__init__()
        attention, self.encoder = block.encoder1.enc_attn, block.encoder1
        self.heads, self.proj = attention.heads, attention.proj
        tokens = block.rpn_tokens[task].detach()
        with torch.no_grad():
            q = attention.to_q(attention.norm_q(tokens + block.positions(block.rpn_qpos[task])))[0]
            size = q.shape[1] // self.heads
            q = q.reshape(-1, self.heads, size).transpose(0, 1) * size ** -0.5
            folded = (q @ by_head(attention.to_k.weight, self.heads)) * attention.norm_k.weight
            values = by_head(attention.to_v.weight, self.heads)
        self.count, self.channels = q.shape[1], tokens.shape[2]
        self.register_buffer('tokens', tokens[0])
        self.register_buffer('queries', folded.flatten(0, 1))  # (heads*N, C)
        self.register_buffer('values', (values * attention.norm_v.weight).transpose(1, 2).contiguous().detach())  # (heads, C, d)
        self.register_buffer('value_bias', (values @ attention.norm_v.bias).unsqueeze(1).detach())  # (heads, 1, d)

    def forward(self, normalised):
        """Returns queries (N,C) and weights (heads*N, h*w)."""
        weights = torch.softmax(self.queries @ normalised.t(), -1)
        read = (weights @ normalised).reshape(self.heads, self.count, self.channels) @ self.values + self.value_bias
        p = self.tokens + self.proj(read.transpose(0, 1).reshape(self.count, self.channels))
        reason = self.encoder.reason
        p = p + F.linear(reason.norm(p), reason.linear.weight.squeeze(-1))
        return p + self.encoder.enc_ffn(p), weights


class EncoderGraph(nn.Module):
    """image -> features (1,C,h,w) of every task, queries (T,1,N,C), attention (Hd,N,h,w), norms of the learned tokens (T,1,N)."""

    def __init__(self, net):
        super().__init__()
        config, head = net.config, net.head
        self.backbone, self.sizes = LeanSwin(net.backbone, config), config.map_sizes
        self.heads, self.count, self.channels = config.heads, config.queries, config.channels
        self.norm = nn.LayerNorm(config.channels)  # ones and zeros: the real weights are folded into what follows
        self.readings = nn.ModuleList([LeanReading(head.block, task) for task in range(len(net.tasks))])
        widths = [config.backbone.width(stage) for stage in range(4)]
        parts = [linear.weight.detach().t().split(widths) for linear in head.linears]
        for stage in range(4):
            self.register_buffer(f'linear{stage}', torch.stack([part[stage] for part in parts]))  # (T, C_s, C)
        self.register_buffer('linear_bias', torch.stack([linear.bias.detach() for linear in head.linears]).unsqueeze(1))
        (height, width), coarse = self.sizes[0], self.sizes[1:]
        self.register_buffer('rows', torch.cat([bilinear_matrix(h, height) for h, _ in coarse], 1))
        for stage in (1, 2, 3):
            self.register_buffer(f'columns{stage}', bilinear_matrix(self.sizes[stage][1], width))

    def fused(self, maps, task):
        """(h*w, C): the task's linear layer of the four maps at stride 4."""
        height, width = self.sizes[0]
        wide = []
        for stage in (1, 2, 3):
            x = maps[stage] @ getattr(self, f'linear{stage}')[task]
            wide.append(getattr(self, f'columns{stage}') @ x.reshape(*self.sizes[stage], self.channels))
        coarse = self.rows @ torch.cat(wide).reshape(-1, width * self.channels)
        fine = maps[0] @ self.linear0[task] + self.linear_bias[task]
        return fine + coarse.reshape(height * width, self.channels)

    def forward(self, image):
        maps, size = self.backbone(image), self.sizes[0]
        features, queries, attention = [], [], []
        for task, reading in enumerate(self.readings):
            x = self.fused(maps, task)
            p, weights = reading(self.norm(x))
            features.append(as_map(x, size))
            queries.append(p)
            attention.append(weights.reshape(self.heads, self.count, *size))
        residual = torch.stack([reading.tokens for reading in self.readings]).norm(dim=-1).unsqueeze(1)
        return (*features, torch.stack(queries).unsqueeze(1), *attention, residual)


class CrossTaskGraph(nn.Module):
    """queries (T,1,N,C), bias and gate (1,Hd,TN,TN) -> queries, attention, inner products of the heads, norms before the step."""

    def __init__(self, net):
        super().__init__()
        self.block = net.head.block

    def forward(self, queries, bias, gate):
        block, attention = self.block, self.block.mhsa_1
        before = queries.reshape(1, -1, queries.shape[-1])
        q, k, v = F.linear(before, attention.in_proj_weight, attention.in_proj_bias).chunk(3, -1)
        mixed, weights = attend(q, k, v, block.heads, bias, gate)
        x = before + attention.out_proj(mixed)
        x = x + block.ffn_mlp(block.norm_layer(x))
        return x.reshape(queries.shape), weights, gram(v, attention.out_proj.weight, block.heads), before.norm(dim=-1)


class DecoderGraph(nn.Module):
    """features (1,C,h,w) of one task, its queries (1,N,C), bias and gate (1,Hd,N) -> logits at the input's size, attention
    (Hd,h,w,N), inner products of the heads (N,Hd,Hd)."""

    def __init__(self, net, task):
        super().__init__()
        config, block, index = net.config, net.head.block, [entry.id for entry in net.tasks].index(task)
        self.size, self.map, self.heads = (config.height, config.width), config.map_sizes[0], config.heads
        self.decoder, self.attention = block.decoder1, block.decoder1.attn1
        self.norm = nn.LayerNorm(config.channels)  # ones and zeros: the real weights are folded into what follows
        self.bottleneck, self.final = net.head.bottleneck[task], net.head.final_logits[task]
        attention, channels = self.attention, config.channels
        scale = (channels // self.heads) ** -0.5
        with torch.no_grad():
            wq = by_head(attention.to_q.weight, self.heads) * scale
            mhsa = self.decoder.mhsa
            weight, bias = mhsa.in_proj_weight[2 * channels:], mhsa.in_proj_bias[2 * channels:]
            self.register_buffer('positions', block.positions(block.rpn_kpos[index])[0].clone())
            self.register_buffer('query_weight', wq * attention.norm_q.weight)  # (heads, d, C)
            self.register_buffer('query_bias', (wq @ attention.norm_q.bias).unsqueeze(-1))  # (heads, d, 1)
            self.register_buffer('added', attention.proj.weight.t().reshape(self.heads, -1, channels).contiguous())  # (heads, d, C)
            self.register_buffer('pixel_weight', (mhsa.out_proj.weight @ weight).t().contiguous())
            # The bias of the first feed-forward layer passes through the same map.
            bias = bias + weight @ self.decoder.ffn1.fc2.bias
            self.register_buffer('pixel_bias', mhsa.out_proj.weight @ bias + mhsa.out_proj.bias)

    def small_side(self, queries):
        """(N,C) -> keys seen from normalised pixels (Hd,N,C), what is constant in their logits (Hd,N), and what each head would
        add for one unit of attention to a query (Hd,N,C)."""
        attention = self.attention

        def split(x):
            return x.reshape(queries.shape[0], self.heads, -1).transpose(0, 1)
        k = split(attention.to_k(attention.norm_k(queries + self.positions)))
        return k @ self.query_weight, (k @ self.query_bias).squeeze(-1), split(attention.to_v(attention.norm_v(queries))) @ self.added

    def forward(self, features, queries, bias, gate):
        pixels = features.reshape(features.shape[1], -1).t()
        keys, constant, added = self.small_side(queries[0])
        logits = self.norm(pixels) @ keys.flatten(0, 1).t() + (constant + bias[0]).flatten()
        weights = torch.softmax(logits.reshape(-1, *bias.shape[1:]), -1) * gate[0]
        y = pixels + weights.flatten(1) @ added.flatten(0, 1) + self.attention.proj.bias
        y = y + hidden(self.decoder.ffn1, y) @ self.decoder.ffn1.fc2.weight.t()
        z = pixels + y @ self.pixel_weight + self.pixel_bias
        z = F.gelu(z + hidden(self.decoder.ffn2, z) @ self.decoder.ffn2.fc2.weight.t() + self.decoder.ffn2.fc2.bias)
        small = self.final(self.bottleneck(as_map(z, self.map)))
        by_query = added.transpose(0, 1)
        return (F.interpolate(small, size=self.size, mode='bilinear', align_corners=False),
                weights.transpose(0, 1).reshape(self.heads, *self.map, -1), by_query @ by_query.transpose(1, 2))


class ContributionsGraph(nn.Module):
    """features (1,C,h,w) of one task -> inner products (Hd,Hd,h,w) of what each pixel's heads would add to a query."""

    def __init__(self, net):
        super().__init__()
        self.attention, self.map = net.head.block.encoder1.enc_attn, net.config.map_sizes[0]

    def forward(self, features):
        attention = self.attention
        values = attention.to_v(attention.norm_v(features.flatten(2).transpose(1, 2)))
        found = gram(values, attention.proj.weight, attention.heads)[0]
        return found.permute(1, 2, 0).reshape(attention.heads, attention.heads, *self.map)


def released_graphs(net):
    """{(key, task or None): module}, see `tensors.Description`."""
    ids = [task.id for task in net.tasks]
    return {('encoder', None): EncoderGraph(net), ('crossTask', None): CrossTaskGraph(net),
            **{('decoders', task): DecoderGraph(net, task) for task in ids},
            **{('contributions', task): ContributionsGraph(net) for task in ids}}
