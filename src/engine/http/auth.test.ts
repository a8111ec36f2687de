import type { Hono } from 'hono'
import { beforeEach, describe, expect, it } from 'vitest'
import { fakePredictions } from '../../../test/support/fake-predictions'
import { Services } from '../services'
import { createApp } from './app'
import { listen } from './listen'

const TOKEN = 'correct-horse'
const HOST = '127.0.0.1:4000'

let app: Hono
beforeEach(() => {
  app = createApp(new Services(fakePredictions()), { token: TOKEN })
})

async function status(
  path: string,
  headers: Record<string, string> = {},
  init: RequestInit = {},
): Promise<number> {
  const response = await app.request(`http://${HOST}${path}`, {
    ...init,
    headers: { host: HOST, ...headers },
  })
  return response.status
}

async function cookie(): Promise<string> {
  const response = await app.request(`http://${HOST}/?token=${TOKEN}`, { headers: { host: HOST } })
  expect([response.status, response.headers.get('location')]).toEqual([302, '/'])
  const set = response.headers.get('set-cookie') ?? ''
  expect(set).toMatch(/HttpOnly/)
  expect(set).toMatch(/SameSite=Strict/)
  return set.split(';')[0] ?? ''
}

describe('who may ask', () => {
  it('nobody without the token', async () => {
    expect(await status('/v1/status')).toBe(401)
    expect(await status('/')).toBe(401)
    expect(await status('/?token=wrong')).toBe(401)
    expect(await status('/v1/status', { authorization: 'Bearer wrong' })).toBe(401)
    expect(await status(`/v1/status?token=${TOKEN}`)).toBe(401)
    expect(await status('/v1/dataset', {}, { method: 'POST', body: '{}' })).toBe(401)
  })

  it('a client with the token, or a browser with the cookie it was given', async () => {
    expect(await status('/v1/status', { authorization: `Bearer ${TOKEN}` })).toBe(200)
    expect(await status('/v1/status', { cookie: await cookie() })).toBe(200)
    expect(await status('/v1/status', { cookie: await cookie(), 'sec-fetch-site': 'same-origin' })).toBe(200)
  })

  it('no other page, even of this host', async () => {
    const own = await cookie()
    expect(await status('/v1/status', { cookie: own, 'sec-fetch-site': 'same-site' })).toBe(401)
    expect(await status('/v1/status', { cookie: own, 'sec-fetch-site': 'cross-site' })).toBe(401)
    const post = { method: 'POST', body: '{}' }
    expect(await status('/v1/dataset', { cookie: own, origin: 'http://127.0.0.1:9999' }, post)).toBe(401)
    expect(await status('/v1/dataset', { cookie: own, origin: `http://${HOST}` }, post)).toBe(400)
  })

  it('nobody under another name, unless the user listens beyond loopback', async () => {
    const bearer = { authorization: `Bearer ${TOKEN}` }
    expect(await status('/v1/status', { ...bearer, host: 'rebound.example' })).toBe(401)
    expect(await status('/v1/status', { ...bearer, host: 'localhost:4000' })).toBe(200)
    expect(await status('/v1/status', { ...bearer, host: '[::1]:4000' })).toBe(200)
    app = createApp(new Services(fakePredictions()), { token: TOKEN, anyHost: true })
    expect(await status('/v1/status', { ...bearer, host: 'gpu-box:4000' })).toBe(200)
    expect(await status('/v1/status', { host: 'gpu-box:4000' })).toBe(401)
  })
})

describe('listening', () => {
  it('takes a free port, answers there and ends open event streams on closing', async () => {
    const server = await listen(app, '127.0.0.1', 0)
    const headers = { authorization: `Bearer ${TOKEN}` }
    const response = await fetch(`${server.url}/v1/status`, { headers })
    expect(response.status).toBe(200)
    const events = await fetch(`${server.url}/v1/events`, { headers })
    const port = Number(new URL(server.url).port)
    await expect(listen(app, '127.0.0.1', port)).rejects.toMatchObject({ code: 'bad_arguments' })
    await server.close()
    await expect(events.text()).rejects.toThrow()
    await expect(fetch(`${server.url}/v1/status`)).rejects.toThrow()
  })
})
