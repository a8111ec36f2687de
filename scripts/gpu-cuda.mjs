// `npm run gpu:cuda`: places the CUDA and TensorRT providers of onnxruntime-node, which npm does not carry, beside it.
import { installCuda, removeCuda, tryCuda } from './cuda.mjs'
import { guarded } from './ensure.mjs'

const HELP = `npm run gpu:cuda [-- --feed URL | --remove | --help]

Downloads Microsoft.ML.OnnxRuntime.Gpu.Linux in the version of the installed onnxruntime-node from NuGet (about 300 MB),
checks its SHA-512 against the feed's catalogue, and places the providers cuda and tensorrt in onnxruntime-node's folder.
Linux x64 only. It needs an NVIDIA driver, CUDA 12 and cuDNN 9 (TensorRT 10 for tensorrt), which it does not install.

  --feed URL   another NuGet v3 feed, e.g. a mirror (default https://api.nuget.org/v3/index.json)
  --remove     deletes what was placed
`

const say = (line) => process.stdout.write(`${line}\n`)

await guarded(async () => {
  const [option, value, ...rest] = process.argv.slice(2)
  if (option === '--help') return void process.stdout.write(HELP)
  if (option === '--remove' && value === undefined) return removeCuda(say)
  if (option !== undefined && (option !== '--feed' || value === undefined || rest.length > 0)) {
    process.stderr.write(HELP)
    process.exitCode = 2
    return
  }
  await installCuda({ ...(value !== undefined && { feed: value }), say })
  say(await tryCuda())
})
