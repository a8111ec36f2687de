import { mount } from 'svelte'
import App from './App.svelte'
import { createHttpClient } from './api/http-client'
import { createSpillStore } from './api/spill-store'
import { Editor } from './editor/editor.svelte'
import { browserSettings } from './panels/browser-settings'
import './theme/base.css'
import './theme/floating.css'

const target = document.getElementById('app')
const platform = { settings: browserSettings(), spill: createSpillStore() }
if (target) mount(App, { target, props: { editor: new Editor(createHttpClient(), platform) } })
