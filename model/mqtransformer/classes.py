"""Tasks, class names and palette: the one place that names what a channel means."""

from dataclasses import dataclass

NYUD40 = (
    'wall', 'floor', 'cabinet', 'bed', 'chair', 'sofa', 'table', 'door', 'window', 'bookshelf',
    'picture', 'counter', 'blinds', 'desk', 'shelves', 'curtain', 'dresser', 'pillow', 'mirror', 'floor mat',
    'clothes', 'ceiling', 'books', 'refridgerator', 'television', 'paper', 'towel', 'shower curtain', 'box',
    'whiteboard', 'person', 'night stand', 'toilet', 'sink', 'lamp', 'bathtub', 'bag', 'otherstructure',
    'otherfurniture', 'otherprop',
)  # 'refridgerator' is how the NYUD-40 list spells it

IGNORE = 255


def voc_colour(index):
    """Entry `index` of the PASCAL VOC colour map: the three lowest bits of the index go to the top bits of R, G and B,
    the next three one place lower, and so on."""
    rgb = [0, 0, 0]
    for shift in range(7, -1, -1):
        for channel in range(3):
            rgb[channel] |= ((index >> channel) & 1) << shift
        index >>= 3
    return rgb


# The usual NYUD-40 palette: entries 1..40 of that map (entry 0, black, is void on disk).
NYUD40_PALETTE = [voc_colour(index + 1) for index in range(len(NYUD40))]


@dataclass(frozen=True)
class Task:
    """A task as the bundle card describes it. `channels` is the number of logit channels."""

    id: str
    kind: str
    channels: int
    activation: str
    ignore: object
    unit: object

    def card(self):
        classes = list(NYUD40) if self.kind == 'class' else None
        palette = NYUD40_PALETTE if self.kind == 'class' else None
        return {'id': self.id, 'kind': self.kind, 'channels': self.channels, 'classes': classes, 'palette': palette,
                'ignore': self.ignore, 'activation': self.activation, 'unit': self.unit}


TASKS = (
    Task('semseg', 'class', len(NYUD40), 'argmax', IGNORE, None),
    Task('depth', 'scalar', 1, 'clamp-min-0', 0, 'm'),
    Task('normals', 'vector', 3, 'l2-normalise', None, 'unit vector'),
    Task('edge', 'probability', 1, 'sigmoid', IGNORE, 'probability'),
)
