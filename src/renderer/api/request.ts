/** Parts of a request, to be spread into each other. */
export function withSignal(signal: AbortSignal | undefined): RequestInit {
  return signal ? { signal } : {}
}

export function post(body: unknown): RequestInit {
  return { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}
