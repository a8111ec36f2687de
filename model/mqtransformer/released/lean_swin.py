"""`swin.py` rewritten for export at one size, with the same numbers: constants instead of index arithmetic.

What windows a map is cut into, how it is shifted and where it is padded is one list of rows to gather, and one to put them back;
relative positions and masks are constants; the four neighbours of a merging are reshaped, with its weights in that order."""

import torch
import torch.nn as nn
import torch.nn.functional as F

from .swin import shift_mask


def window_rows(height, width, window, shift):
    """(gather, back): row of the (h*w) map for every place of every window, h*w for a padded place; and the place of every row."""
    padded = (height + -height % window, width + -width % window)
    rows = torch.full(padded, height * width)
    rows[:height, :width] = torch.arange(height * width).reshape(height, width)
    rows = rows.roll((-shift, -shift), (0, 1))
    gather = rows.reshape(padded[0] // window, window, padded[1] // window, window).transpose(1, 2).flatten()
    back = torch.empty(height * width + 1, dtype=torch.long)
    back[gather] = torch.arange(gather.numel())
    return gather, back[:-1]


class LeanBlock(nn.Module):
    """One block on (h*w, C)."""

    def __init__(self, block, height, width):
        super().__init__()
        attention = block.attn.w_msa
        self.window, self.heads = block.attn.window, attention.heads
        self.norm1, self.norm2, self.proj = block.norm1, block.norm2, attention.proj
        self.inner, self.outer = block.ffn.layers[0][0], block.ffn.layers[1]
        channels = self.proj.in_features
        scale = torch.ones(3 * channels, 1)
        scale[:channels] = (channels // self.heads) ** -0.5
        weight = (attention.qkv.weight * scale).detach().reshape(3, channels, channels)
        self.register_buffer('qkv_weight', weight.transpose(1, 2).contiguous())
        self.register_buffer('qkv_bias', (attention.qkv.bias * scale[:, 0]).detach().reshape(3, channels))
        self.register_buffer('bias', attention.bias().detach().contiguous())
        gather, back = window_rows(height, width, self.window, block.attn.shift)
        self.register_buffer('gather', gather)
        self.register_buffer('back', back)
        self.padded = gather.numel() > height * width
        self.windows = gather.numel() // self.window ** 2
        padded = (height + -height % self.window, width + -width % self.window)
        self.register_buffer('mask', shift_mask(*padded, self.window).unsqueeze(1) if block.attn.shift else None)

    def attend(self, x):
        count, channels = self.window ** 2, self.proj.in_features
        if self.padded:  # the places beyond the map are zero
            x = torch.cat([x, x.new_zeros(1, channels)])
        x = x[self.gather]
        # Three products: one, to be split, would copy all of it once more on one thread.
        q, k, v = [(x @ self.qkv_weight[part] + self.qkv_bias[part]).reshape(self.windows, count, self.heads, -1).transpose(1, 2)
                   for part in range(3)]
        logits = q @ k.transpose(-2, -1) + self.bias
        logits = logits if self.mask is None else logits + self.mask
        mixed = (torch.softmax(logits, -1) @ v).transpose(1, 2).reshape(self.windows * count, channels)
        return self.proj(mixed[self.back])

    def forward(self, x):
        x = x + self.attend(self.norm1(x))
        return x + self.outer(F.gelu(self.inner(self.norm2(x))))


class LeanMerging(nn.Module):
    """(h*w, C) -> (ceil(h/2) * ceil(w/2), 2C)"""

    def __init__(self, merging, height, width):
        super().__init__()
        self.size, self.channels = (height, width), merging.reduction.in_features // 4
        # From channel-first (nn.Unfold) to neighbour-first.
        order = torch.arange(4 * self.channels).reshape(self.channels, 4).t().flatten()
        self.norm = nn.LayerNorm(4 * self.channels)
        self.norm.weight.data, self.norm.bias.data = merging.norm.weight.data[order], merging.norm.bias.data[order]
        self.reduction = nn.Linear(4 * self.channels, 2 * self.channels, bias=False)
        self.reduction.weight.data = merging.reduction.weight.data[:, order]

    def forward(self, x):
        (height, width), channels = self.size, self.channels
        x = x.reshape(height, width, channels)
        if height % 2 or width % 2:
            x = F.pad(x, (0, 0, 0, width % 2, 0, height % 2))
        height, width = -(-height // 2), -(-width // 2)
        x = x.reshape(height, 2, width, 2, channels).permute(0, 2, 1, 3, 4).reshape(height * width, 4 * channels)
        return self.reduction(self.norm(x))


class LeanSwin(nn.Module):
    """image (1,3,H,W) -> four maps (h*w, C)."""

    def __init__(self, swin, config):
        super().__init__()
        self.padding = (0, -config.width % 4, 0, -config.height % 4)
        self.projection, self.norm = swin.patch_embed.projection, swin.patch_embed.norm
        self.blocks, self.norms, self.mergings = nn.ModuleList(), nn.ModuleList(), nn.ModuleList()
        for index, (stage, (height, width)) in enumerate(zip(swin.stages, config.map_sizes)):
            self.blocks.append(nn.Sequential(*[LeanBlock(block, height, width) for block in stage.blocks]))
            self.norms.append(getattr(swin, f'norm{index}'))
            if stage.downsample is not None:
                self.mergings.append(LeanMerging(stage.downsample, height, width))

    def forward(self, image):
        if any(self.padding):
            image = F.pad(image, self.padding)
        x, maps = self.norm(self.projection(image).flatten(2)[0].t()), []
        for index, (blocks, norm) in enumerate(zip(self.blocks, self.norms)):
            x = blocks(x)
            maps.append(norm(x))
            if index < len(self.mergings):
                x = self.mergings[index](x)
        return maps
