import { join } from 'node:path'
import { CATALOGUE_FILES, type CatalogueName } from './models'
import { ZipFile } from './zip'

/** Where Debian's package sweethome3d-furniture puts the catalogues. */
export const CATALOGUE_FOLDER = '/usr/share/sweethome3d/furniture'

export interface CatalogueModel {
  /** `catalogue/id`, the key used in models.ts. */
  key: string
  catalogue: CatalogueName
  name: string
  creator: string
  licence: string
  /** Path of the OBJ file inside the archive. */
  path: string
  /** Width (x), height (y), depth (z) in metres, after `rotation`. */
  size: [number, number, number]
  /** Height in metres on which things can stand, where the catalogue tells it. */
  top: number | undefined
  /** Height in metres at which the object hangs; 0 on the floor. */
  elevation: number
  /** Row-major 3x3 matrix that turns the file's axes into x right, y up, z front; undefined for identity. */
  rotation: number[] | undefined
}

/** The furniture catalogues: descriptions of all models, and the files they are made of. */
export class Catalogue {
  readonly models = new Map<string, CatalogueModel>()
  readonly #zips = new Map<CatalogueName, ZipFile>()

  constructor(folder = CATALOGUE_FOLDER) {
    for (const name of Object.keys(CATALOGUE_FILES) as CatalogueName[]) {
      const zip = new ZipFile(join(folder, CATALOGUE_FILES[name]))
      this.#zips.set(name, zip)
      const text = zip.read('PluginFurnitureCatalog.properties').toString('latin1')
      for (const model of parseModels(name, parseProperties(text))) this.models.set(model.key, model)
    }
  }

  /** A model by key; throws when the catalogues do not have it. */
  model(key: string): CatalogueModel {
    const model = this.models.get(key)
    if (!model) throw new Error(`Model ${key} is not in the catalogues of ${CATALOGUE_FOLDER}.`)
    return model
  }

  has(catalogue: CatalogueName, path: string): boolean {
    return this.#archive(catalogue).has(path)
  }

  read(catalogue: CatalogueName, path: string): Buffer {
    return this.#archive(catalogue).read(path)
  }

  #archive(name: CatalogueName): ZipFile {
    const zip = this.#zips.get(name)
    if (!zip) throw new Error(`Catalogue ${name} is not open.`)
    return zip
  }
}

/** Java properties, as far as the catalogues use them: `key=value` lines, `#` comments, \uXXXX escapes. */
export function parseProperties(text: string): Map<string, string> {
  const out = new Map<string, string>()
  for (const line of text.split(/\r?\n/)) {
    const at = line.indexOf('=')
    if (at < 0 || line.startsWith('#')) continue
    const value = line.slice(at + 1).trim()
    out.set(
      line.slice(0, at).trim(),
      value.replace(/\\u([0-9a-fA-F]{4})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    )
  }
  return out
}

function parseModels(catalogue: CatalogueName, properties: Map<string, string>): CatalogueModel[] {
  const models: CatalogueModel[] = []
  const licence = properties.get('license') ?? ''
  for (let i = 1; properties.has(`id#${i}`); i++) {
    const text = (field: string): string => properties.get(`${field}#${i}`) ?? ''
    const metres = (field: string): number => Number(text(field) || 0) / 100
    const rotation = text('modelRotation').split(/\s+/).filter(Boolean).map(Number)
    models.push({
      key: `${catalogue}/${text('id').split('#').at(-1) ?? ''}`,
      catalogue,
      name: text('name'),
      creator: text('creator'),
      licence,
      path: text('model').replace(/^\//, ''),
      size: [metres('width'), metres('height'), metres('depth')],
      top: metres('dropOnTopElevation') > 0 ? metres('dropOnTopElevation') : undefined,
      elevation: metres('elevation'),
      rotation: rotation.length === 9 ? rotation : undefined,
    })
  }
  return models
}
