"""A small residual network that gives four maps, at strides 4, 8, 16 and 32, and the parts that backbones share."""

import torch.nn as nn
import torch.nn.functional as F


def conv_bn(inputs, outputs, stride=1, kernel=3):
    return nn.Sequential(nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(outputs))


class Residual(nn.Module):
    """Two 3x3 convolutions around a shortcut; stride 2 in the first block of a stage."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.first = conv_bn(inputs, outputs, stride)
        self.second = conv_bn(outputs, outputs)
        self.shortcut = conv_bn(inputs, outputs, stride, kernel=1) if stride > 1 or inputs != outputs else nn.Identity()

    def forward(self, x):
        return F.relu(self.shortcut(x) + self.second(F.relu(self.first(x))))


class Backbone(nn.Module):
    """image (B,3,H,W) -> four maps (B, widths[s], ceil(H / stride), ceil(W / stride)), fine to coarse."""

    def __init__(self, stem, widths, blocks):
        super().__init__()
        self.stem = nn.Sequential(conv_bn(3, stem, stride=2), nn.ReLU(), conv_bn(stem, widths[0], stride=2), nn.ReLU())
        self.stages = nn.ModuleList()
        inputs = widths[0]
        for stage, (width, count) in enumerate(zip(widths, blocks)):
            layers = [Residual(inputs if i == 0 else width, width, 2 if stage > 0 and i == 0 else 1) for i in range(count)]
            self.stages.append(nn.Sequential(*layers))
            inputs = width

    def forward(self, image):
        x = self.stem(image)
        maps = []
        for stage in self.stages:
            x = stage(x)
            maps.append(x)
        return maps
