import { areaOf, type Mask } from '../../../../shared/mask'

/** The selected pixels as a figure's provenance names them; `image` without a selection. */
export function regionWords(selection: Mask | null): string {
  const box = selection?.bounds
  if (!selection || !box) return 'image'
  return `selection of ${areaOf(selection)} pixels, x ${box.x} to ${box.x + box.width - 1}, y ${box.y} to ${box.y + box.height - 1}`
}
