/** What only a desktop shell can do; the preload script puts it on `window.mqDesktop`, browsers have none. */
export interface Desktop {
  /** Absolute path of the folder the user chose, or null. */
  pickFolder(purpose: 'dataset' | 'model' | 'export'): Promise<string | null>
  /** Runs `listener` with a command id when a menu entry is chosen; the result removes it. */
  onCommand(listener: (commandId: string) => void): () => void
}
