import sharp from 'sharp'

export interface Picture {
  readonly png: Buffer
  readonly title: string
  readonly shows: string
}

const COLUMNS = 3
const GAP = 12
const CAPTION = 30

const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;')

/** One sheet of pictures of `width` × `height` CSS pixels each, with a caption over each, as a PNG of 256 colours. */
export async function contactSheet(
  pictures: readonly Picture[],
  { width, height }: { readonly width: number; readonly height: number },
): Promise<Buffer> {
  const rows = Math.ceil(pictures.length / COLUMNS)
  const place = (at: number): { left: number; top: number } => ({
    left: GAP + (at % COLUMNS) * (width + GAP),
    top: GAP + Math.floor(at / COLUMNS) * (height + CAPTION + GAP),
  })
  const cells = await Promise.all(
    pictures.flatMap(({ png, title, shows }, at) => {
      const { left, top } = place(at)
      const text = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${CAPTION}">
        <text x="2" y="20" font-family="Inter, DejaVu Sans, sans-serif" font-size="15" fill="#a8abb3"><tspan font-weight="bold" fill="#f0f1f3">${escaped(title)}</tspan>: ${escaped(shows)}</text></svg>`
      return [
        Promise.resolve({ input: Buffer.from(text), left, top }),
        sharp(png)
          .resize(width, height)
          .toBuffer()
          .then((input) => ({ input, left, top: top + CAPTION })),
      ]
    }),
  )
  const sheet = {
    width: GAP + COLUMNS * (width + GAP),
    height: GAP + rows * (height + CAPTION + GAP),
    channels: 3 as const,
    background: '#0f1012',
  }
  const drawn = await sharp({ create: sheet }).composite(cells).png().toBuffer()
  return sharp(drawn).png({ palette: true, compressionLevel: 9, effort: 10, dither: 0.4 }).toBuffer()
}
