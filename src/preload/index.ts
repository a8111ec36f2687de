import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron'
import type { Desktop } from '../shared/desktop'

const desktop: Desktop = {
  pickFolder: (purpose) => ipcRenderer.invoke('pick-folder', purpose) as Promise<string | null>,
  onCommand: (listener) => {
    const forward = (_event: IpcRendererEvent, commandId: string): void => listener(commandId)
    ipcRenderer.on('command', forward)
    return () => ipcRenderer.off('command', forward)
  },
}

contextBridge.exposeInMainWorld('mqDesktop', desktop)
