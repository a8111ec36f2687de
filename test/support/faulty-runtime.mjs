// Preloaded into an inference child: providers that exist nowhere else, and fail as real ones do. FAULTS is JSON,
// provider -> fault, or fault@n for one after n sound runs; providers without one are not there. All compute on the CPU.
import { InferenceSession, Tensor } from 'onnxruntime-node'

const faults = JSON.parse(process.env.FAULTS ?? '{}')
const create = InferenceSession.create
const wait = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)

/** What happens at every run, by fault; undefined = the run goes on. */
const BEFORE_RUN = {
  fast: () => undefined,
  wrong: () => undefined,
  slow: () => wait(60),
  memory: () => {
    throw new Error('Failed to allocate memory for requested buffer of size 61440000')
  },
  lost: () => {
    throw new Error('wgpuDevicePoll: Device was lost: driver reset')
  },
  killed: () => {
    process.kill(process.pid, 'SIGKILL')
    wait(60_000)
  },
  hangs: () => wait(60_000),
}

InferenceSession.create = async (model, options) => {
  const [provider] = options.executionProviders
  const wanted = provider === 'cpu' ? (faults.cpu ?? 'fast') : faults[provider]
  if (wanted === undefined) throw new Error('no such device')
  const [fault, after = 0] = wanted.split('@')
  let runs = 0
  const session = await create(model, { ...options, executionProviders: ['cpu'] })
  return {
    release: () => session.release(),
    run: async (feeds, fetch) => {
      if (runs++ >= after) BEFORE_RUN[fault]()
      const values = await session.run(feeds, fetch)
      if (fault !== 'wrong') return values
      return Object.fromEntries(
        Object.entries(values).map(([name, { data, dims }]) => [
          name,
          new Tensor(
            'float32',
            Float32Array.from(data, (value) => value * 1.01),
            dims,
          ),
        ]),
      )
    },
  }
}
