import type { Component } from 'svelte'
import { DENSE_TOOL_OPTIONS } from '../dense/options'

/** Rows of their own for tools whose parameters are not enough, by tool id. */
export const OPTIONS: Readonly<Record<string, Component>> = Object.freeze({ ...DENSE_TOOL_OPTIONS })
