const PREFIX = 'mq-history-'
const TABLE = 'steps'

/** Bytes by number, outside memory. Every promise rejects when the browser refuses storage. */
export interface ByteStore {
  put(key: number, bytes: Uint8Array<ArrayBuffer>): Promise<void>
  get(key: number): Promise<Uint8Array<ArrayBuffer>>
  delete(keys: readonly number[]): Promise<void>
}

/**
 * A store of this window in IndexedDB, opened when it is first used. Undo ends with the window, so the store of every
 * earlier window is deleted then; one that is still open waits with that until it is closed, which the browser sees to.
 */
export function createSpillStore(factory: IDBFactory = indexedDB): ByteStore {
  const name = `${PREFIX}${crypto.randomUUID()}`
  let opening: Promise<IDBDatabase> | null = null
  const table = async (mode: IDBTransactionMode): Promise<IDBObjectStore> => {
    opening ??= open(factory, name)
    opening.catch(() => (opening = null))
    return (await opening).transaction(TABLE, mode).objectStore(TABLE)
  }
  return {
    async put(key, bytes) {
      await answer((await table('readwrite')).put(bytes, key))
    },
    async get(key) {
      const bytes: unknown = await answer((await table('readonly')).get(key))
      if (!(bytes instanceof Uint8Array)) throw new Error(`step ${key} is not in the browser's storage`)
      return Uint8Array.from(bytes)
    },
    async delete(keys) {
      const store = await table('readwrite')
      await Promise.all(keys.map((key) => answer(store.delete(key))))
    },
  }
}

async function open(factory: IDBFactory, name: string): Promise<IDBDatabase> {
  for (const { name: other } of await factory.databases())
    if (other?.startsWith(PREFIX)) factory.deleteDatabase(other)
  const request = factory.open(name, 1)
  request.onupgradeneeded = () => request.result.createObjectStore(TABLE)
  return answer(request)
}

function answer<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new Error('the browser refused storage'))
  })
}
