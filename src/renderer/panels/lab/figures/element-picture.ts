import { Markup } from '../../../../shared/markup'
import type { Picture } from './figure'

/** Properties a drawing on screen gets from style sheets and needs in a file of its own. */
const PROPERTIES = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-opacity',
  'stroke-dasharray',
  'stroke-linecap',
  'stroke-linejoin',
  'paint-order',
  'opacity',
  'font-size',
  'font-weight',
  'text-anchor',
  'dominant-baseline',
  'mix-blend-mode',
] as const

/** An SVG element of the window as a drawing of its own: the colours and sizes it has on screen, on its background. */
export function elementPicture(element: SVGSVGElement, background: string): Picture {
  const { width, height } = element.getBoundingClientRect()
  const clone = element.cloneNode(true)
  if (!(clone instanceof SVGSVGElement)) return { width, height, body: new Markup('') }
  const from = element.querySelectorAll<SVGElement>('*')
  clone.querySelectorAll<SVGElement>('*').forEach((copy, at) => {
    const original = from[at]
    if (!original) return
    const style = getComputedStyle(original)
    if (style.display === 'none' || style.visibility === 'hidden') return copy.remove()
    for (const name of PROPERTIES) copy.setAttribute(name, style.getPropertyValue(name))
    for (const name of ['class', 'tabindex', 'role']) copy.removeAttribute(name)
  })
  clone.setAttribute('width', String(width))
  clone.setAttribute('height', String(height))
  // Labels may reach into the margin, as they do on screen.
  clone.setAttribute('overflow', 'visible')
  clone.removeAttribute('class')
  const paper = `<rect width="${width}" height="${height}" fill="${background}" />`
  return {
    width,
    height,
    body: new Markup(paper + new XMLSerializer().serializeToString(clone)),
  }
}
