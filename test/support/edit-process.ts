// A program of its own that edits one label as fast as it can, to be killed at any moment. For every edit that was
// acknowledged it prints `<revision> <SHA-256 of the map>`; an edit that failed prints its error code and ends it.
import { createHash } from 'node:crypto'
import { editMap } from './edit-map'
import { openDataset } from '../../src/engine/dataset/readers'
import { Project } from '../../src/engine/project/project'
import { readTile } from '../../src/shared/edit'
import { bytesOf } from '../../src/shared/maps'
import { AppError } from '../../src/shared/errors'

async function editForever(root: string): Promise<void> {
  const project = await Project.open(await openDataset(root))
  for (;;) {
    const { map, revision } = await project.read('a', 'semseg')
    const tiles = [0, 1].map((tx) => {
      const bytes = readTile(map, { tx, ty: 0 })
      for (let i = 0; i < 500; i++)
        bytes[(i * 7919 + revision * 31) % bytes.length] = (revision + i + tx) % 40
      return { tx, ty: 0, bytes }
    })
    try {
      await editMap(project, 'a', 'semseg', { baseRevision: revision, label: 'Paint', tiles })
    } catch (error) {
      process.stdout.write(`${error instanceof AppError ? error.code : String(error)}\n`)
      process.exit(0)
    }
    const after = await project.read('a', 'semseg')
    process.stdout.write(
      `${after.revision} ${createHash('sha256').update(bytesOf(after.map)).digest('hex')}\n`,
    )
    if (after.revision % 7 === 0) await project.flush()
  }
}

void editForever(process.argv[2] ?? '')
