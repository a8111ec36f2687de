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


VOC21 = ('background', 'aeroplane', 'bicycle', 'bird', 'boat', 'bottle', 'bus', 'car', 'cat', 'chair', 'cow', 'diningtable', 'dog',
         'horse', 'motorbike', 'person', 'pottedplant', 'sheep', 'sofa', 'train', 'tvmonitor')
PARTS7 = ('background', 'head', 'torso', 'upper arms', 'lower arms', 'upper legs', 'lower legs')


@dataclass(frozen=True)
class Task:
    """A task as the bundle card describes it. `channels` is the number of logit channels; `classes` their names."""

    id: str
    kind: str
    channels: int
    activation: str
    ignore: object
    unit: object
    classes: tuple = None

    def card(self):
        classes, palette = None, None
        if self.classes:
            first = 0 if self.classes[0] == 'background' else 1
            classes, palette = list(self.classes), [voc_colour(index + first) for index in range(self.channels)]
        return {'id': self.id, 'kind': self.kind, 'channels': self.channels, 'classes': classes, 'palette': palette,
                'ignore': self.ignore, 'activation': self.activation, 'unit': self.unit}


NORMALS = Task('normals', 'vector', 3, 'l2-normalise', None, 'unit vector')
EDGE = Task('edge', 'probability', 1, 'sigmoid', IGNORE, 'probability')
TASKS = (
    Task('semseg', 'class', len(NYUD40), 'argmax', IGNORE, None, NYUD40),
    Task('depth', 'scalar', 1, 'clamp-min-0', 0, 'm'),
    NORMALS,
    EDGE,
)
PASCAL_TASKS = (
    Task('semseg', 'class', len(VOC21), 'argmax', IGNORE, None, VOC21),
    Task('human_parts', 'class', len(PARTS7), 'argmax', IGNORE, None, PARTS7),
    Task('sal', 'probability', 2, 'softmax1', IGNORE, 'probability'),
    NORMALS,
    EDGE,
)
# By data set, in the order in which the published checkpoints count them.
TASK_SETS = {'nyud': TASKS, 'pascal': PASCAL_TASKS}
