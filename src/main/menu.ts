import { Menu, type BrowserWindow, type MenuItemConstructorOptions } from 'electron'

/** macOS sends these keys to text fields only when a menu has them. */
const CLIPBOARD: readonly MenuItemConstructorOptions[] =
  process.platform === 'darwin'
    ? [{ type: 'separator' }, { role: 'cut' }, { role: 'copy' }, { role: 'paste' }, { role: 'selectAll' }]
    : []

/** Menu entries only name the renderer's commands, so that menu, keys and buttons cannot drift apart. */
export function installMenu(window: BrowserWindow): void {
  const command = (label: string, id: string): MenuItemConstructorOptions => ({
    label,
    click: () => window.webContents.send('command', id),
  })
  const template: MenuItemConstructorOptions[] = [
    ...(process.platform === 'darwin' ? [{ role: 'appMenu' as const }] : []),
    {
      label: '&File',
      submenu: [
        command('Open folder…', 'dataset.open'),
        command('Open model…', 'model.open'),
        command('Export…', 'export.open'),
        { type: 'separator' },
        { role: 'quit' },
      ],
    },
    {
      label: '&Edit',
      submenu: [command('Undo', 'edit.undo'), command('Redo', 'edit.redo'), ...CLIPBOARD],
    },
    { label: '&View', submenu: [{ role: 'togglefullscreen' }, { role: 'toggleDevTools' }] },
  ]
  Menu.setApplicationMenu(Menu.buildFromTemplate(template))
}
