/** The folder that the form describes; set by whoever opens the form. */
export const describing: { path: string } = $state({ path: '' })
