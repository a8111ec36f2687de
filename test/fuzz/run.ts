// npx tsx test/fuzz/run.ts png 200000 1: reads that many changed files, prints what came of it, exits 1 on a fault.
import { fuzz, TARGETS } from './fuzz'

async function main([name = '', count = '10000', seed = '1']: string[]): Promise<void> {
  const target = TARGETS[name]
  if (!target) throw new Error(`usage: run.ts ${Object.keys(TARGETS).join('|')} [count] [seed]`)
  const start = performance.now()
  const outcome = await fuzz(target, Number(count), Number(seed))
  const seconds = Math.round((performance.now() - start) / 1000)
  const peakMiB = Math.round(process.resourceUsage().maxRSS / 1024)
  console.log(JSON.stringify({ name, seed: Number(seed), ...outcome, seconds, peakMiB }, null, 1))
  if (outcome.faults.length > 0) process.exitCode = 1
}

await main(process.argv.slice(2))
