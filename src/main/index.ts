import { app, BrowserWindow, dialog, ipcMain, protocol } from 'electron'
import { createApp } from '../engine/http/app'
import { defaultModel, DEMO_DATASET } from '../engine/install'
import { createPredictions } from '../engine/predictions/service'
import { Services } from '../engine/services'
import { installMenu } from './menu'
import { isOwnPage, ORIGIN } from './origin'
import { startArguments } from './start-arguments'
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

async function start(): Promise<void> {
  const services = new Services(createPredictions())
  const http = createApp(services, { token: null })
  // The same handler that `serve` mounts on loopback; only this window can reach the scheme.
  protocol.handle(SCHEME, async (request) => http.fetch(request))
  const { folder, model } = startArguments(process.argv, app.isPackaged)
  await services.openInitial(folder ?? DEMO_DATASET, model ?? defaultModel())

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

  // Corrections are flushed and the inference child ended before the program leaves.
  app.once('will-quit', (event) => {
    event.preventDefault()
    void services.dispose().finally(() => app.exit(0))
  })

  const window = createWindow()
  installMenu(window)
  await window.loadURL(`${ORIGIN}/`)
}

app.on('window-all-closed', () => app.quit())
app
  .whenReady()
  .then(start)
  .catch((error: unknown) => {
    dialog.showErrorBox('MQ Studio could not start', error instanceof Error ? error.message : String(error))
    app.exit(1)
  })
