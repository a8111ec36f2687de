import type { Component } from 'svelte'

/** Rows of their own for tools whose parameters are not enough, by tool id. */
export const OPTIONS: Readonly<Record<string, Component>> = Object.freeze({})
