import type { SampleProblem } from '../../shared/contract'
import { AppError } from '../../shared/errors'
import { exchangesSides, type Orientation } from '../../shared/orient'
import type { TaskId } from '../../shared/tasks'
import type { SampleInfo, SampleRef } from './dataset'
import type { Size } from './formats/format'
import { readHeader, readPhotoSize, type PhotoSize } from './header'
import { fileIn, type Layout } from './layout'
import type { Listing } from './listing'
import { problemOf } from './problems'

/** Looks at the headers of one sample's files; what is wrong is listed and does not fail the sample. */
export async function scanSample(
  root: string,
  layout: Layout,
  listing: Listing,
  { id, split }: SampleRef,
): Promise<SampleInfo> {
  const problems: SampleProblem[] = []
  const photo = await readPhotoHeader(root, listing, id).catch((error: unknown) => {
    problems.push(problemOf(id, listing.photoFile(id), error))
    return null
  })
  const labels: TaskId[] = []
  for (const label of layout.labels) {
    const place = listing.placeOf(id, label)
    const missing = label.places[label.write] ?? label.places[0]
    if (!place && missing && !label.optional && listing.hasFolder(label)) {
      const file = fileIn(missing.folder, id, missing.format.extension)
      problems.push(problemOf(id, file, new AppError('file_missing', `${file} is missing`)))
    }
    if (!place) continue
    const file = fileIn(place.folder, id, place.format.extension)
    try {
      const found = await readHeader(root, file, (...start) => place.format.readSize(...start))
      if (photo && found) checkSameSize(uprightSize(found, photo), photo, file)
      labels.push(label.task.id)
    } catch (error) {
      problems.push(problemOf(id, file, error))
    }
  }
  return { id, split, width: photo?.width ?? 0, height: photo?.height ?? 0, labels, problems }
}

/** Throws `file_missing`, `file_truncated`, ... naming the photo. */
export async function readPhotoHeader(root: string, listing: Listing, id: string): Promise<PhotoSize> {
  const file = listing.photoFile(id)
  if (!listing.hasPhoto(id)) throw new AppError('file_missing', `${file} is missing`)
  return readHeader(root, file, readPhotoSize)
}

/**
 * How a label is turned from its file to the upright photo. The published loaders read photos as they are stored, so
 * labels fit the stored pixels; one whose size fits the upright photo only is upright.
 */
export function orientationOf(label: Size, { width, height, orientation }: PhotoSize): Orientation {
  if (!exchangesSides(orientation)) return orientation
  return label.width === height && label.height === width ? orientation : 1
}

function uprightSize(label: Size, photo: PhotoSize): Size {
  const isTurned = exchangesSides(orientationOf(label, photo))
  return isTurned ? { width: label.height, height: label.width } : label
}

/** Throws `size_mismatch`. */
export function checkSameSize(label: Size, photo: Size, file: string): void {
  if (label.width === photo.width && label.height === photo.height) return
  throw new AppError(
    'size_mismatch',
    `${file} has ${label.width}x${label.height} pixels, the photo ${photo.width}x${photo.height}`,
  )
}
