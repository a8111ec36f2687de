import { withPngText } from '../../../../shared/png-text'
import type { Figure, Provenance } from './figure'
import { csvFile, npzFile, svgFile, svgSize } from './figure-files'
import { AppError } from '../../../../shared/errors'

export const FIGURE_FORMATS = ['svg', 'png', 'csv', 'npz'] as const
export type FigureFormat = (typeof FIGURE_FORMATS)[number]

/** Device pixels per user unit of a PNG: about 288 dpi when a unit is printed as 1/96 inch. */
const PNG_SCALE = 3

/** Makes one file of a figure and hands it to the browser to save. Throws `write_failed` when it cannot be drawn. */
export async function saveFigure(
  figure: Figure,
  provenance: Provenance,
  format: FigureFormat,
): Promise<void> {
  saveFile(await fileOf(figure, provenance, format), `${stemOf(figure, provenance)}.${format}`)
}

async function fileOf(figure: Figure, provenance: Provenance, format: FigureFormat): Promise<Blob> {
  switch (format) {
    case 'svg':
      return new Blob([svgFile(figure, provenance)], { type: 'image/svg+xml' })
    case 'png':
      return pngOf(figure, provenance)
    case 'csv':
      return new Blob([csvFile(figure, provenance)], { type: 'text/csv' })
    case 'npz':
      return new Blob([npzFile(figure, provenance)], { type: 'application/zip' })
  }
}

/** The file's name without its ending: the figure and what it is of, safe on every system. */
function stemOf({ name }: Figure, { of }: Provenance): string {
  return `${name}-${of}`.replace(/[^\p{L}\p{N}._-]+/gu, '-').slice(0, 120)
}

/** Offers bytes to save under a name. */
export function saveFile(file: Blob, name: string): void {
  const address = URL.createObjectURL(file)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  // The download reads the address after this task; a minute is ample.
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}

async function pngOf(figure: Figure, provenance: Provenance): Promise<Blob> {
  const { width, height } = svgSize(figure)
  const image = new Image()
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svgFile(figure, provenance))}`
  const failed = (cause?: unknown): AppError =>
    new AppError('write_failed', `${figure.title} could not be drawn; save it as SVG`, undefined, { cause })
  try {
    await image.decode()
  } catch (cause) {
    throw failed(cause)
  }
  const canvas = document.createElement('canvas')
  canvas.width = width * PNG_SCALE
  canvas.height = height * PNG_SCALE
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height)
  const drawn = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'))
  if (!drawn) throw failed()
  const bytes = new Uint8Array(await drawn.arrayBuffer())
  return new Blob([withPngText(bytes, 'provenance', JSON.stringify(provenance))], { type: 'image/png' })
}
