/**
 * Gives the focus back to the window after a click on a control, so that keys speak to the canvas again.
 * Clicks made by keys (their `detail` is 0), text fields and open surfaces keep their focus.
 */
export function returnFocus(event: MouseEvent): void {
  const focused = document.activeElement
  if (event.detail === 0 || !(focused instanceof HTMLElement)) return
  const isControl =
    focused instanceof HTMLButtonElement ||
    focused instanceof HTMLSelectElement ||
    (focused instanceof HTMLInputElement && focused.type === 'range')
  if (isControl && focused.closest('.mq-dialog, .mq-popover') === null) focused.blur()
}
