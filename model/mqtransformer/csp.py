"""A cross-stage-partial network of plain 3x3 convolutions: the backbone of nanodet-g (RangiLyu/nanodet, Apache-2.0, `CustomCspNet`),
built from the graph of its published weights, which `coco_backbone.py` reads."""

import torch
import torch.nn as nn
import torch.nn.functional as F

from .backbone import conv_bn

SLOPE = 0.1  # of LeakyReLU below zero


class Conv(nn.Module):
    def __init__(self, inputs, outputs, stride=1):
        super().__init__()
        self.conv = conv_bn(inputs, outputs, stride)

    def forward(self, x):
        return F.leaky_relu(self.conv(x), SLOPE)


class Split(nn.Module):
    """Two convolutions of half the width; the second's and the first's output side by side."""

    def __init__(self, channels):
        super().__init__()
        self.first = Conv(channels, channels // 2)
        self.second = Conv(channels // 2, channels // 2)

    def forward(self, x):
        x = self.first(x)
        return torch.cat([self.second(x), x], dim=1)


class CspStage(nn.Module):
    """(B,inputs,h,w) -> (B,outputs,ceil(h / stride),ceil(w / stride)): one way through `count` splits, one way around them."""

    def __init__(self, inputs, outputs, count, stride):
        super().__init__()
        half = outputs // 2
        self.enter = Conv(inputs, half, stride)
        self.splits = nn.Sequential(*[Split(half) for _ in range(count)])
        self.leave = Conv(half, half)

    def forward(self, x):
        around = self.enter(x)
        return torch.cat([self.leave(self.splits(around)), around], dim=1)


class CspBackbone(nn.Module):
    """image (B,3,H,W) -> four maps (B, widths[s], ceil(H / stride), ceil(W / stride)), fine to coarse."""

    def __init__(self, stem, widths, blocks):
        super().__init__()
        self.stem = Conv(3, stem, stride=2)
        inputs = [stem, *widths[:-1]]
        self.stages = nn.ModuleList([CspStage(before, width, count, 1 if stage == 0 else 2)
                                     for stage, (before, width, count) in enumerate(zip(inputs, widths, blocks))])

    def forward(self, image):
        x, maps = F.max_pool2d(self.stem(image), 3, stride=2, padding=1), []
        for stage in self.stages:
            x = stage(x)
            maps.append(x)
        return maps
