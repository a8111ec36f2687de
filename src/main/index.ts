import { app, BrowserWindow, dialog, ipcMain, protocol } from 'electron'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createApp } from '../engine/http/app'
import { defaultModel, INSTALL_ROOT } from '../engine/install'
import { createPredictions } from '../engine/predictions/service'
import { Services } from '../engine/services'
import { installMenu } from './menu'
import { isOwnPage, ORIGIN } from './origin'
import { createWindow } from './window'

const SCHEME = new URL(ORIGIN).protocol.replace(':', '')
const TITLES: Readonly<Record<string, string>> = {
  dataset: 'Open a data-set folder',
  model: 'Open a model bundle',
  export: 'Choose where the export goes',
}

protocol.registerSchemesAsPrivileged([
  { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
])

/** Electron's own switches come first in argv; what is left is `[folder] [--model B]`. */
function startArguments(): { folder: string; model: string | null } {
  const { values, positionals } = parseArgs({
    args: process.argv.slice(app.isPackaged ? 1 : 2),
    options: { model: { type: 'string' } },
    allowPositionals: true,
    strict: false,
  })
  return {
    folder: positionals[0] ?? join(INSTALL_ROOT, 'resources', 'demo'),
    model: typeof values.model === 'string' ? values.model : defaultModel(),
  }
}

async function start(): Promise<void> {
  const services = new Services(createPredictions())
  const http = createApp(services, { token: null })
  // The same handler that `serve` mounts on loopback; only this window can reach the scheme.
  protocol.handle(SCHEME, async (request) => http.fetch(request))
  const { folder, model } = startArguments()
  await services.openInitial(folder, model)

  ipcMain.handle('pick-folder', async (event, purpose: unknown) => {
    const window = BrowserWindow.fromWebContents(event.sender)
    if (!window || !isOwnPage(event.senderFrame?.url ?? '')) return null
    const title = TITLES[String(purpose)] ?? 'Choose a folder'
    const { canceled, filePaths } = await dialog.showOpenDialog(window, {
      title,
      properties: ['openDirectory', 'createDirectory'],
    })
    return canceled ? null : (filePaths[0] ?? null)
  })

  const window = createWindow()
  installMenu(window)
  await window.loadURL(`${ORIGIN}/`)

  // Corrections are flushed and the inference child ended before the program leaves.
  app.once('will-quit', (event) => {
    event.preventDefault()
    void services.dispose().finally(() => app.exit(0))
  })
}

app.on('window-all-closed', () => app.quit())
app
  .whenReady()
  .then(start)
  .catch((error: unknown) => {
    dialog.showErrorBox('MQ Studio could not start', error instanceof Error ? error.message : String(error))
    app.exit(1)
  })
