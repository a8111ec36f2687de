import { AppError } from '../../../shared/errors'
import { IGNORE_CLASS, type ClassMap } from '../../../shared/maps'
import { partClass, partClasses, partNameOf, type PartVariant } from '../../../shared/pascal'
import { readJpegHeader } from '../../codecs/jpeg-header'
import { readMatDims } from '../../codecs/mat-start'
import { expectKind, type LabelFormat, type Size } from './format'
import { sizeOfDims } from './label-map'
import { emptyAnno, readAnno, writeAnno, type PartsAnno } from './parts-anno'
import { moveToPart, PartEdits } from './parts-edit'

/**
 * Human parts of PASCALContext: every person's named part masks, mapped to classes; later parts overwrite earlier ones
 * and 0 is background. A photo without a person that has parts is 255 everywhere: the loaders ignore it. The companion
 * is the photo, whose size counts when the annotation has no object.
 */
export function partsMat(variant: PartVariant): LabelFormat {
  return {
    kind: 'class',
    extension: 'mat',
    tolerance: 0,
    readSize(start, fileSize, file) {
      const dims = readMatDims(start, fileSize, file, 'anno', [1, 2])
      return dims && sizeOfDims(dims, file)
    },
    async decode(bytes, file, photo): Promise<ClassMap> {
      const anno = await readAnno(bytes, file)
      return mapOf(anno, anno.size ?? sizeOfPhoto(photo, file), variant, file)
    },
    async encode(map, original, photo) {
      const wanted = expectKind(map, 'class')
      const file = 'the corrected annotation'
      const anno = original ? await readAnno(original, file) : emptyAnno()
      const size = anno.size ?? (original ? sizeOfPhoto(photo, file) : wanted)
      if (size.width !== wanted.width || size.height !== wanted.height)
        throw new AppError('size_mismatch', `the annotation has ${size.width}x${size.height} pixels`)
      const before = mapOf(anno, size, variant, file)
      if (wanted.data.every((value, at) => value === before.data[at]))
        return original ? Uint8Array.from(original) : writeAnno(anno, [], file)
      checkStorable(wanted, variant)
      const edits = new PartEdits(anno.persons, size, variant)
      for (let at = 0; at < wanted.data.length; at++)
        if (wanted.data[at] !== before.data[at])
          moveToPart(edits, at % size.width, Math.floor(at / size.width), wanted.data[at]!)
      return writeAnno(anno, edits.finish(), file)
    },
  }
}

function mapOf({ persons }: PartsAnno, size: Size, variant: PartVariant, file: string): ClassMap {
  const { width, height } = size
  const parts = persons.flatMap((person) => person.parts)
  const data = new Uint8Array(width * height).fill(parts.length === 0 ? IGNORE_CLASS : 0)
  for (const { name, mask } of parts) {
    const value = partClass(name, variant)
    if (value === null)
      throw new AppError(
        'value_out_of_range',
        `${file} names a part ${JSON.stringify(name.slice(0, 60))}, which is no part of a person in PASCAL-Part`,
      )
    for (let x = 0, at = 0; x < width; x++)
      for (let y = 0; y < height; y++, at++) if (mask.data[at]) data[y * width + x] = value
  }
  return { kind: 'class', width, height, data }
}

/** Part masks can say part or background, nothing else. */
function checkStorable({ data, width }: ClassMap, variant: PartVariant): void {
  const classes = partClasses(variant).length
  const at = data.findIndex((value) => value >= classes)
  if (at < 0) return
  const where = `pixel (${at % width}, ${Math.floor(at / width)})`
  throw data[at] === IGNORE_CLASS
    ? new AppError(
        'value_out_of_range',
        `${where} is ignored, but annotations of human parts have no such pixels in a photo with persons; ` +
          `make it background or a part (${partNameOf(1, variant)}, ...)`,
      )
    : new AppError('value_out_of_range', `${where} has class ${data[at]}; there are ${classes}`)
}

/** As stored, which is how the loaders read photos. */
function sizeOfPhoto(photo: Uint8Array | null, file: string): Size {
  if (!photo) throw new AppError('file_malformed', `${file} has no object that would tell its size`)
  const { width, height, orientation } = readJpegHeader(photo, `the photo of ${file}`)
  return orientation >= 5 ? { width: height, height: width } : { width, height }
}
