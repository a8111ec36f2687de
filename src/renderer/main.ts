import { mount } from 'svelte'
import App from './App.svelte'
import { createHttpClient } from './api/http-client'
import { Editor } from './editor/editor.svelte'
import './theme/base.css'
import './theme/floating.css'

const target = document.getElementById('app')
if (target) mount(App, { target, props: { editor: new Editor(createHttpClient()) } })
