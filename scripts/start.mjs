// `npm start`: installs and builds what is missing, then opens the demo data set (or the folder given).
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { ensureBuild, ensureDependencies, guarded, root } from './ensure.mjs'

await guarded(() => {
  ensureDependencies()
  ensureBuild()
  const child = spawn(process.execPath, [join(root, 'bin', 'mq-studio.js'), ...process.argv.slice(2)], {
    stdio: 'inherit',
  })
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code) => (process.exitCode = code ?? 1))
})
