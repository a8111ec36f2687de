"""Swin Transformer with the parameter names of mmsegmentation: windows, shifted in every second block, four maps.

Liu et al. 2021. Written plainly, sizes of windows and masks computed as it runs; `lean_swin.py` is the same for export."""

import torch
import torch.nn as nn
import torch.nn.functional as F

MASKED = -100.0


def relative_index(window):
    """(w*w, w*w) index of (query, key) into the table of (2w-1)^2 relative positions."""
    place = torch.stack(torch.meshgrid(torch.arange(window), torch.arange(window), indexing='ij')).flatten(1)
    offset = place[:, :, None] - place[:, None, :] + window - 1
    return offset[0] * (2 * window - 1) + offset[1]


def shift_mask(height, width, window):
    """(windows, w*w, w*w): MASKED between tokens that a shift by w//2 brought together from different sides of the map."""
    side = [torch.arange(size).sub(size - window).ge(0).long() + torch.arange(size).sub(size - window // 2).ge(0).long()
            for size in (height, width)]
    region = (3 * side[0][:, None] + side[1][None]).reshape(height // window, window, width // window, window)
    region = region.permute(0, 2, 1, 3).reshape(-1, window * window)
    return (region[:, :, None] != region[:, None, :]).float() * MASKED


class WindowAttention(nn.Module):
    def __init__(self, channels, heads, window):
        super().__init__()
        self.heads = heads
        self.relative_position_bias_table = nn.Parameter(torch.zeros((2 * window - 1) ** 2, heads))
        self.register_buffer('relative_position_index', relative_index(window))
        self.qkv = nn.Linear(channels, 3 * channels)
        self.proj = nn.Linear(channels, channels)

    def bias(self):
        """(heads, w*w, w*w)"""
        return self.relative_position_bias_table[self.relative_position_index].permute(2, 0, 1)

    def forward(self, x, mask):
        """x (B, windows, w*w, C); mask (windows, w*w, w*w) or None."""
        batch, windows, count, channels = x.shape
        q, k, v = self.qkv(x).reshape(batch, windows, count, 3, self.heads, -1).permute(3, 0, 1, 4, 2, 5)
        logits = (q * q.shape[-1] ** -0.5) @ k.transpose(-2, -1) + self.bias()
        logits = logits if mask is None else logits + mask.unsqueeze(1)
        return self.proj((torch.softmax(logits, -1) @ v).transpose(2, 3).reshape(x.shape))


class ShiftedWindows(nn.Module):
    """Cuts a map into windows, after a shift by half a window if asked, attends in each and puts it together again."""

    def __init__(self, channels, heads, window, shifted):
        super().__init__()
        self.window, self.shift = window, window // 2 if shifted else 0
        self.w_msa = WindowAttention(channels, heads, window)

    def forward(self, x):
        """x (B,h,w,C); windows that stick out over the right and lower edge see zeros there."""
        _, height, width, channels = x.shape
        window = self.window
        x = F.pad(x, (0, 0, 0, -width % window, 0, -height % window)).roll((-self.shift, -self.shift), (1, 2))
        batch, padded_height, padded_width, _ = x.shape
        rows, columns = padded_height // window, padded_width // window
        mask = shift_mask(padded_height, padded_width, window).to(x) if self.shift else None
        x = x.reshape(batch, rows, window, columns, window, channels).transpose(2, 3).reshape(batch, rows * columns, -1, channels)
        x = self.w_msa(x, mask)
        x = x.reshape(batch, rows, columns, window, window, channels).transpose(2, 3).reshape(batch, padded_height, padded_width, channels)
        return x.roll((self.shift, self.shift), (1, 2))[:, :height, :width]


class Mlp(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.layers = nn.ModuleList([nn.Sequential(nn.Linear(channels, 4 * channels), nn.GELU()), nn.Linear(4 * channels, channels)])

    def forward(self, x):
        return self.layers[1](self.layers[0](x))


class Block(nn.Module):
    def __init__(self, channels, heads, window, shifted):
        super().__init__()
        self.norm1 = nn.LayerNorm(channels)
        self.attn = ShiftedWindows(channels, heads, window, shifted)
        self.norm2 = nn.LayerNorm(channels)
        self.ffn = Mlp(channels)

    def forward(self, x):
        x = x + self.attn(self.norm1(x))
        return x + self.ffn(self.norm2(x))


class Merging(nn.Module):
    """Halves a map, odd sizes padded with zeros; four neighbours become channels in the order of nn.Unfold: channel first."""

    def __init__(self, channels):
        super().__init__()
        self.norm = nn.LayerNorm(4 * channels)
        self.reduction = nn.Linear(4 * channels, 2 * channels, bias=False)

    def forward(self, x):
        x = F.pad(x, (0, 0, 0, x.shape[2] % 2, 0, x.shape[1] % 2))
        patches = F.unfold(x.permute(0, 3, 1, 2), 2, stride=2).transpose(1, 2)
        return self.reduction(self.norm(patches)).reshape(x.shape[0], x.shape[1] // 2, x.shape[2] // 2, -1)


class Stage(nn.Module):
    def __init__(self, channels, depth, heads, window, last):
        super().__init__()
        self.blocks = nn.ModuleList([Block(channels, heads, window, index % 2 == 1) for index in range(depth)])
        self.downsample = None if last else Merging(channels)


class PatchEmbedding(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.projection = nn.Conv2d(3, channels, 4, 4)
        self.norm = nn.LayerNorm(channels)

    def forward(self, image):
        padded = F.pad(image, (0, -image.shape[3] % 4, 0, -image.shape[2] % 4))
        return self.norm(self.projection(padded).permute(0, 2, 3, 1))


class Swin(nn.Module):
    """image (B,3,H,W) -> four normalised maps (B,h,w,C), at strides 4, 8, 16 and 32."""

    def __init__(self, config):
        super().__init__()
        self.patch_embed = PatchEmbedding(config.embed)
        self.stages = nn.ModuleList([Stage(config.width(s), depth, heads, config.window, s == 3)
                                     for s, (depth, heads) in enumerate(zip(config.depths, config.heads))])
        for stage in range(4):
            self.add_module(f'norm{stage}', nn.LayerNorm(config.width(stage)))

    def forward(self, image):
        x, maps = self.patch_embed(image), []
        for index, stage in enumerate(self.stages):
            for block in stage.blocks:
                x = block(x)
            maps.append(getattr(self, f'norm{index}')(x))
            if stage.downsample is not None:
                x = stage.downsample(x)
        return maps
