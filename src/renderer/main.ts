import { mount } from 'svelte'
import App from './App.svelte'
import { createHttpClient } from './api/http-client'
import { lineFetch, ownSocket } from './api/line'
import { createSpillStore } from './api/spill-store'
import type { Fetch } from './api/transport'
import { Editor } from './editor/editor.svelte'
import { browserSettings } from './panels/browser-settings'
import './theme/base.css'
import './theme/floating.css'

/** The desktop's own scheme has no WebSocket. */
const overNetwork = location.protocol.startsWith('http')
const plain: Fetch = (input, init) => fetch(input, init)
const client = createHttpClient('', plain, overNetwork ? lineFetch(ownSocket, plain) : plain)
const target = document.getElementById('app')
const platform = { settings: browserSettings(), spill: createSpillStore() }
if (target) mount(App, { target, props: { editor: new Editor(client, platform) } })
