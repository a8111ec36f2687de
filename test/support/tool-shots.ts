import type { Page } from 'playwright-core'

export type Point = readonly [x: number, y: number]

/** What a picture can do with the window; points are pixels of the photo. */
export interface Hands {
  readonly page: Page
  /** Moves there, by the way of points in between. */
  to(...points: readonly Point[]): Promise<void>
  /** Presses on the first point and goes along the others without letting go. */
  hold(...points: readonly Point[]): Promise<void>
  click(...points: readonly Point[]): Promise<void>
  /** Chooses a tool by its key, and the class to paint. */
  paintWith(key: string, name: string): Promise<void>
  choose(label: string, value: string): Promise<void>
  brush(size: number): Promise<void>
}

export interface Shot {
  readonly tool: string
  readonly task: 'semseg' | 'depth' | 'normals' | 'edge'
  /** What of the tool is seen, after its title. */
  readonly shows: string
  /** The point of the photo in the middle of the picture. */
  readonly middle: Point
  act(hands: Hands): Promise<void>
}

const ARC: readonly Point[] = [
  [330, 140],
  [352, 118],
  [378, 116],
  [396, 136],
]
const ALONG_TABLE: readonly Point[] = [
  [215, 228],
  [270, 245],
  [330, 285],
  [385, 300],
]
const FRONT_CHAIR: readonly Point[] = [
  [196, 318],
  [240, 306],
  [285, 330],
  [290, 370],
  [262, 412],
  [214, 408],
]
const TABLE_EDGE: readonly Point[] = [
  [184, 221],
  [228, 212],
  [271, 204],
  [412, 258],
]

/** Sample 0009 of the demo rooms: a dining table, chairs, a dark window, a wall of two colours. One picture or more per tool. */
export const SHOTS: readonly Shot[] = [
  {
    tool: 'brush',
    task: 'semseg',
    shows: 'a stroke of the class “picture”',
    middle: [350, 150],
    async act(hands) {
      await hands.paintWith('b', 'picture')
      await hands.brush(24)
      await hands.hold(...ARC)
    },
  },
  {
    tool: 'depth-brush',
    task: 'depth',
    shows: 'raise',
    middle: [300, 250],
    async act(hands) {
      await hands.choose('Does', 'raise')
      await hands.page.getByRole('spinbutton', { name: /^By\b/ }).fill('0.8')
      await hands.page.keyboard.press('Enter')
      await hands.brush(40)
      await hands.hold(...ALONG_TABLE)
    },
  },
  {
    tool: 'depth-brush',
    task: 'depth',
    shows: 'smooth over the edge of the table',
    middle: [350, 250],
    async act(hands) {
      await hands.choose('Does', 'smooth')
      await hands.page.getByRole('spinbutton', { name: /^Sigma/ }).fill('10')
      await hands.page.keyboard.press('Enter')
      await hands.brush(60)
      await hands.hold([290, 210], [340, 228], [390, 248], [440, 270])
    },
  },
  {
    tool: 'depth-brush',
    task: 'depth',
    shows: 'clone, its source marked',
    middle: [290, 310],
    async act(hands) {
      await hands.choose('Does', 'clone')
      await hands.brush(40)
      await hands.page.keyboard.down('Alt')
      await hands.click([240, 370])
      await hands.page.keyboard.up('Alt')
      await hands.hold([260, 250], [300, 262], [340, 285])
    },
  },
  {
    tool: 'normals-brush',
    task: 'normals',
    shows: 'a direction chosen on the sphere, painted',
    middle: [350, 150],
    async act(hands) {
      await hands.choose('Does', 'set')
      const sphere = hands.page.locator('.sheet canvas, .stack canvas').first()
      const box = await sphere.boundingBox()
      if (!box) throw new Error('the sphere of directions is not on the screen')
      await hands.page.mouse.click(box.x + box.width * 0.72, box.y + box.height * 0.3)
      await hands.brush(30)
      await hands.hold(...ARC)
    },
  },
  {
    tool: 'eraser',
    task: 'semseg',
    shows: 'the label comes back under the brush',
    middle: [350, 150],
    async act(hands) {
      await hands.paintWith('b', 'picture')
      await hands.brush(44)
      await hands.hold(...ARC)
      await hands.page.mouse.up()
      await hands.page.keyboard.press('e')
      await hands.brush(20)
      await hands.hold([320, 112], [352, 132], [390, 140])
    },
  },
  {
    tool: 'accept',
    task: 'depth',
    shows: 'copies predicted depth under the brush',
    middle: [300, 250],
    async act(hands) {
      await hands.brush(50)
      await hands.hold(...ALONG_TABLE)
    },
  },
  {
    tool: 'fill',
    task: 'semseg',
    shows: 'the region that will get the class “door”',
    middle: [230, 150],
    async act(hands) {
      await hands.paintWith('Shift+F', 'door')
      await hands.hold([230, 140])
    },
  },
  {
    tool: 'accept-region',
    task: 'depth',
    shows: 'predicted depth of one predicted region',
    middle: [300, 260],
    act: (hands) => hands.click([270, 230]),
  },
  {
    tool: 'rectangle',
    task: 'semseg',
    shows: 'its size in pixels while dragged',
    middle: [240, 140],
    act: (hands) => hands.hold([150, 68], [312, 190]),
  },
  {
    tool: 'lasso',
    task: 'semseg',
    shows: 'the line while drawn',
    middle: [245, 340],
    act: (hands) => hands.hold(...FRONT_CHAIR),
  },
  {
    tool: 'polygon',
    task: 'semseg',
    shows: 'corners clicked, the next one follows',
    middle: [340, 260],
    async act(hands) {
      await hands.click([180, 214], [269, 201], [506, 298])
      await hands.to([420, 330])
    },
  },
  {
    tool: 'wand',
    task: 'semseg',
    shows: 'dragged to a wider tolerance',
    middle: [330, 270],
    act: (hands) => hands.hold([270, 232], [300, 232]),
  },
  {
    tool: 'superpixel',
    task: 'semseg',
    shows: 'patches added along the drag',
    middle: [245, 330],
    act: (hands) => hands.hold([215, 335], [240, 320], [275, 345]),
  },
  {
    tool: 'live-wire',
    task: 'semseg',
    shows: 'follows the edge of the table',
    middle: [330, 250],
    async act(hands) {
      await hands.click(...TABLE_EDGE)
      await hands.to([500, 290])
    },
  },
  {
    tool: 'curve',
    task: 'edge',
    shows: 'a freehand boundary',
    middle: [300, 130],
    act: (hands) => hands.hold([325, 92], [345, 130], [338, 165], [362, 198], [390, 205]),
  },
  {
    tool: 'curve',
    task: 'edge',
    shows: 'drawn beside an edge, snapped to it on release',
    middle: [290, 290],
    async act(hands) {
      await hands.page.getByRole('switch', { name: 'Snap to edges' }).click()
      await hands.choose('Follows', 'photo')
      await hands.hold([206, 247], [226, 266], [250, 279], [276, 303], [300, 316], [326, 340], [340, 348])
      await hands.page.mouse.up()
    },
  },
  {
    tool: 'wire-curve',
    task: 'edge',
    shows: 'a boundary that follows the photo',
    middle: [270, 280],
    async act(hands) {
      await hands.click([182, 218], [240, 273])
      await hands.to([340, 349])
    },
  },
  {
    tool: 'erase-curve',
    task: 'edge',
    shows: 'pieces go from junction to junction',
    middle: [250, 140],
    act: (hands) => hands.hold([237, 177], [262, 174], [354, 99]),
  },
  {
    tool: 'three-points',
    task: 'normals',
    shows: 'two points of the plane, the third follows',
    middle: [330, 260],
    async act(hands) {
      await hands.click([215, 220], [290, 225])
      await hands.to([380, 285])
    },
  },
  {
    tool: 'pick',
    task: 'semseg',
    shows: 'takes “chair” to paint with',
    middle: [245, 330],
    act: (hands) => hands.click([240, 370]),
  },
  {
    tool: 'hand',
    task: 'semseg',
    shows: 'the photo moved',
    middle: [280, 212],
    act: (hands) => hands.hold([280, 212], [340, 250], [380, 280]),
  },
]
