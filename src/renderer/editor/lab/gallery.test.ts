import { expect, it } from 'vitest'
import { GALLERY_SORTS, sorted, type GalleryItem } from './gallery'

const item = (query: number, change: Partial<GalleryItem>): GalleryItem => ({
  task: 'semseg',
  scale: 0,
  query,
  readMax: 1,
  writeMax: 1,
  entropyBits: 5,
  contribution: 0.1,
  topClass: null,
  header: { width: 1, height: 1, imageRect: { x: 0, y: 0, width: 1, height: 1 } },
  read: new Uint8Array(1),
  write: new Uint8Array(1),
  ...change,
})
const items = [
  item(0, { contribution: 0.2, entropyBits: 7, topClass: { task: 'semseg', index: 3, share: 0.5 } }),
  item(1, { contribution: 0.5, entropyBits: 2 }),
  item(2, { contribution: 0.2, entropyBits: 4, topClass: { task: 'semseg', index: 1, share: 0.4 } }),
  item(3, { contribution: 0.1, entropyBits: 9, topClass: { task: 'semseg', index: 1, share: 0.9 } }),
  item(4, {}),
]

it('puts first what one looks for, and keeps the order of the rest', () => {
  const orders = GALLERY_SORTS.map((sort) => sorted(items, sort).map(({ query }) => query))
  expect(orders).toEqual([
    [1, 0, 2, 3, 4],
    [1, 2, 4, 0, 3],
    [3, 2, 0, 1, 4],
    [0, 1, 2, 3, 4],
  ])
})
