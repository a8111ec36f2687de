import type { Component } from 'svelte'
import { DENSE_OPERATION_OPTIONS } from '../dense/options'

/** Rows of their own for operations whose parameters are not enough, by operation id; `onchange` renews the preview. */
export const OPERATION_OPTIONS: Readonly<Record<string, Component<{ onchange: () => void }>>> = Object.freeze(
  {
    ...DENSE_OPERATION_OPTIONS,
  },
)
