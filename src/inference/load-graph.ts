import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { InferenceSession } from 'onnxruntime-node'
import type { CardFile, CardGraph } from '../shared/card'
import { AppError } from '../shared/errors'
import { dataLocation } from '../shared/onnx/check-graph'

/**
 * Makes a session of the very bytes that were checked: each file is read once, its SHA-256 compared with the card's (the
 * one under which the graph was walked when the bundle was opened), and handed over as memory. onnxruntime is given no
 * path and opens no file, so nothing can be exchanged between check and load. Throws `bundle_hash_mismatch`.
 */
export async function loadGraph(
  directory: string,
  graph: CardGraph,
  options: InferenceSession.SessionOptions,
): Promise<InferenceSession> {
  const content = await readVerified(directory, graph)
  const externalData: { path: string; data: Uint8Array }[] = []
  for (const listed of graph.data ?? []) {
    const path = dataLocation(graph, listed.file)
    if (path !== null) externalData.push({ path, data: await readVerified(directory, listed) })
  }
  return InferenceSession.create(content, {
    ...options,
    ...(externalData.length > 0 && { externalData }),
  })
}

async function readVerified(directory: string, { file, bytes, sha256 }: CardFile): Promise<Uint8Array> {
  const handle = await open(join(directory, file), constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch(
    (cause: unknown) => {
      throw changed(file, cause)
    },
  )
  try {
    const info = await handle.stat()
    if (!info.isFile() || info.size !== bytes) throw changed(file)
    const content = await handle.readFile()
    if (createHash('sha256').update(content).digest('hex') !== sha256) throw changed(file)
    return content
  } finally {
    await handle.close()
  }
}

function changed(file: string, cause?: unknown): AppError {
  return new AppError(
    'bundle_hash_mismatch',
    `${file} was changed or removed after the model was opened; open the model again`,
    { file },
    { cause },
  )
}
