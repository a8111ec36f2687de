import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

/** Folder name = where the code runs. What each layer may import: other layers, then packages (a prefix list). */
const LAYERS: Record<string, { layers: string[]; packages: RegExp }> = {
  shared: { layers: [], packages: /^(valibot|d3-scale-chromatic)$/ },
  inference: { layers: ['shared'], packages: /^(node:.*|valibot|onnxruntime-node)$/ },
  engine: { layers: ['shared'], packages: /^(node:.*|valibot|hono(\/.*)?|@hono\/node-server|sharp|ws)$/ },
  cli: { layers: ['shared', 'engine'], packages: /^(node:.*|valibot)$/ },
  main: { layers: ['shared', 'engine'], packages: /^(node:.*|electron)$/ },
  preload: { layers: ['shared'], packages: /^electron$/ },
  renderer: {
    layers: ['shared'],
    packages:
      /^(valibot|svelte(\/.*)?|konva(\/.*)?|bits-ui|@lucide\/svelte(\/.*)?|@fontsource-variable\/inter(\/.*)?)$/,
  },
}
/** Inside the renderer the model never imports its views. */
const RENDERER_PARTS: Record<string, string[]> = {
  api: [],
  editor: ['api'],
  canvas: ['editor'],
  theme: [],
  panels: ['editor', 'canvas', 'theme'],
}

const src = resolve(import.meta.dirname, '../src')

interface Import {
  file: string
  specifier: string
  /** Target inside src, e.g. `shared/maps`; null for packages. */
  target: string | null
}

function importsOf(path: string): Import[] {
  const text = readFileSync(path, 'utf8')
  const found = [
    ...text.matchAll(/(?:^|\n)\s*(?:import|export)\s(?:[^'"]*?\sfrom\s+)?['"]([^'"]+)['"]/g),
    ...text.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g),
  ]
  return found.map(([, specifier = '']) => ({
    file: relative(src, path),
    specifier,
    target: specifier.startsWith('.') ? relative(src, resolve(dirname(path), specifier)) : null,
  }))
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) =>
  /\.(ts|svelte)$/.test(name),
)
const isTest = (file: string): boolean => /\.test\.ts$/.test(file)
const imports = files.filter((file) => !isTest(file)).flatMap((file) => importsOf(join(src, file)))

function violation({ file, specifier, target }: Import): string | null {
  const [layer = '', part = ''] = file.split('/')
  const rule = LAYERS[layer]
  if (!rule) return `${file}: folder src/${layer} is not a layer`
  if (target === null)
    return rule.packages.test(specifier) ? null : `${file} imports ${specifier}; src/${layer} may not`
  const [targetLayer = '', targetPart = ''] = target.split('/')
  if (targetLayer !== layer)
    return rule.layers.includes(targetLayer)
      ? null
      : `${file} imports ${target}; allowed layers: ${rule.layers.join(', ') || 'none'}`
  const parts = layer === 'renderer' ? RENDERER_PARTS[part] : undefined
  if (parts && targetPart in RENDERER_PARTS && targetPart !== part && !parts.includes(targetPart))
    return `${file} imports ${target}; renderer/${part} may import: ${parts.join(', ') || 'none'}`
  return null
}

describe('layering', () => {
  it('sees the sources', () => {
    expect(files.length).toBeGreaterThan(10)
    expect(imports.length).toBeGreaterThan(20)
  })
  it('lets imports go one way', () => {
    expect(imports.map(violation).filter((text) => text !== null)).toEqual([])
  })
  it('catches what it must', () => {
    const caught = [
      { file: 'shared/maps.ts', specifier: '../engine/x', target: 'engine/x' },
      { file: 'engine/a.ts', specifier: 'electron', target: null },
      { file: 'engine/a.ts', specifier: 'onnxruntime-node', target: null },
      { file: 'renderer/editor/a.ts', specifier: '../canvas/b', target: 'renderer/canvas/b' },
      { file: 'renderer/editor/a.ts', specifier: 'node:fs', target: null },
    ]
    expect(caught.map(violation)).not.toContain(null)
  })
  it('keeps Konva and the DOM out of the editor', () => {
    const konva = imports.filter(
      ({ file, specifier }) => specifier === 'konva' && !file.startsWith('renderer/canvas/'),
    )
    expect(konva).toEqual([])
  })
  it('never reads labels back from a canvas', () => {
    const readers = files.filter(
      (file) => !isTest(file) && /\bgetImageData\b/.test(readFileSync(join(src, file), 'utf8')),
    )
    expect(readers).toEqual([])
  })
})
