import type { GalleryRequest } from '../../../shared/lab/wire'
import type { GalleryQuery, LabClient } from '../../api/lab-client'
import type { LabMap, QueryAddress } from '../types'

/** A query of the gallery: where it belongs, and the grid of its thumbnails. */
export type GalleryItem = GalleryQuery & QueryAddress & { readonly header: LabMap['header'] }

/** The queries of one task at some scales. */
export type GalleryWish = Omit<GalleryRequest, 'scale'> & { readonly scales: readonly number[] }

/** Asks scale by scale, as the engine answers. */
export async function fetchGallery(
  client: Pick<LabClient, 'gallery'>,
  sample: string,
  { scales, ...request }: GalleryWish,
  signal: AbortSignal,
): Promise<readonly GalleryItem[]> {
  const items: GalleryItem[] = []
  for (const scale of scales) {
    const { thumbnail, queries } = await client.gallery(sample, { ...request, scale }, signal)
    for (const query of queries) items.push({ ...query, task: request.task, scale, header: thumbnail })
  }
  return items
}

export const GALLERY_SORTS = ['contribution', 'focus', 'class', 'index'] as const
export type GallerySort = (typeof GALLERY_SORTS)[number]

/** Behind every class. */
const NO_CLASS = 256

/** Which of two queries comes first; those that are equal stay in the order of scales and numbers. */
const ORDERS: Readonly<Record<GallerySort, (a: GalleryItem, b: GalleryItem) => number>> = {
  contribution: (a, b) => b.contribution - a.contribution,
  focus: (a, b) => a.entropyBits - b.entropyBits,
  class: (a, b) =>
    (a.topClass?.index ?? NO_CLASS) - (b.topClass?.index ?? NO_CLASS) ||
    (b.topClass?.share ?? 0) - (a.topClass?.share ?? 0),
  index: () => 0,
}

export function sorted(items: readonly GalleryItem[], sort: GallerySort): GalleryItem[] {
  const order = ORDERS[sort]
  return [...items].sort((a, b) => order(a, b) || a.scale - b.scale || a.query - b.query)
}

/** What a gallery shows. */
export interface GalleryAnswer {
  readonly items: readonly GalleryItem[]
  /** The answer whose numbers put them in order: cuts leave every query at its place, so who mutes one goes on looking at it. */
  readonly placedBy: readonly GalleryItem[]
}

/** Wishes that differ in nothing but what is cut. */
export function samePlaces(a: GalleryWish, b: GalleryWish): boolean {
  const key = ({ model, weighting, head, task, scales }: GalleryWish): string =>
    JSON.stringify([model, weighting, head, task, scales])
  return key(a) === key(b)
}

export function placed({ items, placedBy }: GalleryAnswer, sort: GallerySort): GalleryItem[] {
  const idOf = ({ task, scale, query }: QueryAddress): string => `${task}/${scale}/${query}`
  const places = new Map(sorted(placedBy, sort).map((item, at) => [idOf(item), at]))
  return [...items].sort((a, b) => (places.get(idOf(a)) ?? 0) - (places.get(idOf(b)) ?? 0))
}

/** Queries of the same task and scale. */
export function siblings(address: QueryAddress, queries: number): number[] {
  return Array.from({ length: queries }, (_, query) => query).filter((query) => query !== address.query)
}
