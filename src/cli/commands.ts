import type { Options } from './args'

/** A command's module; loaded when it is called, so that one command does not wait for what another needs. */
interface CommandModule {
  /** The arguments, after the program's name. */
  readonly USAGE: string
  readonly OPTIONS: Options
  /** Returns the exit code; errors are thrown. */
  readonly run: (args: string[]) => Promise<number>
}
export interface Command {
  readonly name: string
  readonly summary: string
  readonly load: () => Promise<CommandModule>
}

/** Every command; adding one is a file and a line here. */
export const COMMANDS: readonly Command[] = [
  { name: 'open', summary: 'open the desktop window (the default)', load: () => import('./open') },
  { name: 'serve', summary: 'serve the interface to a browser', load: () => import('./serve') },
  { name: 'inspect', summary: 'list layout, splits, tasks and problems', load: () => import('./inspect') },
  {
    name: 'predict',
    summary: "write predictions in the folder's own encodings",
    load: () => import('./predict'),
  },
  {
    name: 'evaluate',
    summary: 'measure predictions against the labels, as the papers do and strictly',
    load: () => import('./evaluate'),
  },
  { name: 'rank', summary: 'order samples by how suspicious their labels are', load: () => import('./rank') },
  {
    name: 'influence',
    summary: 'cut every link between tasks and scales; measure what changes',
    load: () => import('./influence'),
  },
  { name: 'export', summary: 'write the corrected data set, verified', load: () => import('./export') },
  {
    name: 'verify-model',
    summary: 'check a bundle: hashes, shapes, providers, timing',
    load: () => import('./verify-model'),
  },
]
