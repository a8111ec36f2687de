"""How a photo of any size meets a model of one size, and how the logits come back (the bundle card's `input` rule)."""

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

MEAN = (0.485, 0.456, 0.406)
STD = (0.229, 0.224, 0.225)


def fitted_size(height, width, model_height, model_width):
    """Size after resizing: unchanged when it fits, else scaled by min(H/h, W/w) and rounded half up."""
    if height <= model_height and width <= model_width:
        return height, width
    scale = min(model_height / height, model_width / width)
    return max(1, int(height * scale + 0.5)), max(1, int(width * scale + 0.5))


def fitted_box(height, width, model_height, model_width):
    """(top, left, height, width) of the photo inside the model's input."""
    h, w = fitted_size(height, width, model_height, model_width)
    return (model_height - h) // 2, (model_width - w) // 2, h, w


def prepare_image(photo, model_height, model_width):
    """photo u8 (h,w,3) RGB -> float32 (1,3,H,W), and its box. Resized with PIL's antialiased BILINEAR, normalised, centre-padded with 0."""
    top, left, h, w = box = fitted_box(*photo.shape[:2], model_height, model_width)
    if (h, w) != photo.shape[:2]:
        photo = np.asarray(Image.fromarray(photo).resize((w, h), Image.BILINEAR))
    pixels = (photo.astype(np.float32) / 255 - np.float32(MEAN)) / np.float32(STD)
    canvas = np.zeros((1, 3, model_height, model_width), np.float32)
    canvas[0, :, top:top + h, left:left + w] = pixels.transpose(2, 0, 1)
    return canvas, box


def restore_logits(logits, box, height, width):
    """logits (1,K,H,W) at the model's input size -> float32 (K,height,width) at the photo's own size."""
    top, left, h, w = box
    cropped = torch.as_tensor(logits)[:, :, top:top + h, left:left + w]
    if (h, w) != (height, width):
        cropped = F.interpolate(cropped, size=(height, width), mode='bilinear', align_corners=False)
    return cropped[0].numpy()
