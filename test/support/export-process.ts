// A program of its own that exports a folder, to be killed at any moment: `<source> <out> <format>`. It prints a line for
// every unit written.
import { openDataset } from '../../src/engine/dataset/readers'
import { exportDataset } from '../../src/engine/export/export'
import { Project } from '../../src/engine/project/project'
import { DEFAULT_OPTIONS } from '../../src/shared/export'

async function run([root = '', out = '', format = '']: string[]): Promise<void> {
  const dataset = await openDataset(root)
  const project = await Project.open(dataset)
  const request = { out, format, onlyCorrected: false, dryRun: false, options: DEFAULT_OPTIONS }
  await exportDataset(
    { dataset, project },
    { ...request, restart: false, model: null, threads: 1 },
    (done) => process.stdout.write(`${done}\n`),
    new AbortController().signal,
  )
}

void run(process.argv.slice(2))
