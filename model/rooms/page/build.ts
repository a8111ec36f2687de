import * as THREE from 'three'
import type { NyudClass } from '../classes'
import { Random } from '../random'

export type Material = THREE.MeshStandardMaterial | THREE.MeshLambertMaterial

/** Class of a part that differs from its object's own; on the mesh's userData. */
export interface PartData {
  label?: NyudClass
}

/** Collects the parts of one procedural object in its own frame: base centred on the origin, front to +z. */
export class Builder {
  readonly group = new THREE.Group()
  readonly random: Random

  constructor(
    readonly size: [number, number, number],
    seed: number,
  ) {
    this.random = new Random(seed)
  }

  /** A box by its centre. */
  box(size: [number, number, number], at: [number, number, number], material: Material): THREE.Mesh {
    return this.mesh(new THREE.BoxGeometry(...size), at, material)
  }

  cylinder(
    radius: [number, number],
    height: number,
    at: [number, number, number],
    material: Material,
  ): THREE.Mesh {
    return this.mesh(new THREE.CylinderGeometry(radius[0], radius[1], height, 28), at, material)
  }

  mesh(geometry: THREE.BufferGeometry, at: [number, number, number], material: Material): THREE.Mesh {
    const mesh = new THREE.Mesh(geometry, material)
    mesh.position.set(...at)
    this.group.add(mesh)
    return mesh
  }
}

/** Roughness from which a surface is shaded without highlights, which takes half the time in software rendering. */
const MATTE = 0.6

export interface Finish {
  color?: THREE.Color
  map?: THREE.Texture
  roughness: number
  metalness?: number
}

/** The material for a finish: Lambert for matte surfaces, physically based with reflections for glossy ones. */
export function surface({ roughness, metalness = 0, ...colors }: Finish): Material {
  return roughness >= MATTE && metalness === 0
    ? new THREE.MeshLambertMaterial(colors)
    : new THREE.MeshStandardMaterial({ ...colors, roughness, metalness })
}

export function paint(color: string, roughness = 0.7, metalness = 0): Material {
  return surface({ color: new THREE.Color(color), roughness, metalness })
}

export function textured(map: THREE.Texture, roughness = 0.8): Material {
  return surface({ map, roughness })
}
