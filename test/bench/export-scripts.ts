/** What both scripts share: a file copied, read back and hashed; a corrected map as NYUDv2 stores it. */
const COMMON = `
import hashlib, os, sys
from multiprocessing import Pool
import numpy as np
from PIL import Image
source, corrected, out = sys.argv[1:]
def copy(file):
    data = open(f'{source}/{file}', 'rb').read()
    with open(f'{out}/{file}', 'wb') as f: f.write(data)
    assert open(f'{out}/{file}', 'rb').read() == data
    return file, hashlib.sha256(data).hexdigest()
def label(name):
    file = f'segmentation/{name}.png'
    before = np.asarray(Image.open(f'{source}/{file}'))
    after = np.load(f'{corrected}/{name}.npy')
    stored = np.where(after == 255, 0, after + np.uint8(1))
    Image.fromarray(stored).save(f'{out}/{file}')
    data = open(f'{out}/{file}', 'rb').read()
    assert (np.asarray(Image.open(f'{out}/{file}')) == stored).all()
    delta = np.bincount(stored.ravel(), minlength=256) - np.bincount(before.ravel(), minlength=256)
    return file, hashlib.sha256(data).hexdigest(), int((stored != before).sum()), delta.tolist()
folders = ('images', 'depth', 'normals', 'edge', 'segmentation', 'gt_sets')
names = [n[:-4] for n in sorted(os.listdir(f'{source}/segmentation'))]
def files(*folders):
    return [f'{d}/{f}' for d in folders for f in os.listdir(f'{source}/{d}')]
`

/** The export script one writes: every label is loaded, saved, read back and compared; photos and lists are copied. */
export const SAVES_EVERY_LABEL = `${COMMON}
def again(file):
    read, write = (np.load, np.save) if file.endswith('.npy') else (
        lambda path: np.asarray(Image.open(path)), lambda path, data: Image.fromarray(data).save(path))
    stored = read(f'{source}/{file}')
    write(f'{out}/{file}', stored)
    data = open(f'{out}/{file}', 'rb').read()
    assert np.array_equal(read(f'{out}/{file}'), stored)
    return file, hashlib.sha256(data).hexdigest()
if __name__ == '__main__':
    for folder in folders: os.makedirs(f'{out}/{folder}')
    with Pool(os.cpu_count()) as pool:
        done = pool.map(label, names, 8) + pool.map(again, files('depth', 'normals', 'edge'), 8)
        done += pool.map(copy, files('images', 'gt_sets'), 32)
    assert len(done) == 5 * len(names) + 1
`

/** Exactly our work: corrected labels as above, every other file copied byte for byte. */
export const COPIES_THE_UNCHANGED = `${COMMON}
if __name__ == '__main__':
    for folder in folders: os.makedirs(f'{out}/{folder}')
    with Pool(os.cpu_count()) as pool:
        done = pool.map(label, names, 8) + pool.map(copy, files('images', 'depth', 'normals', 'edge', 'gt_sets'), 32)
    assert len(done) == 5 * len(names) + 1
`
