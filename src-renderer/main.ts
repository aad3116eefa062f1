/** The window's entry: takes the bridge that the preload script left on `window.lab`, and mounts the shell on it. */
import { mount } from 'svelte'
import './styles/tokens.css'
import './styles/base.css'
import './styles/floating.css'
import { findBridge } from './bridge/bridge.js'
import NoBridge from './shell/NoBridge.svelte'
import Shell from './shell/Shell.svelte'
import { WindowState } from './state/window-state.svelte.js'

const target = document.getElementById('window')
if (target === null) throw new Error('index.html has no element with id "window"; the window has nowhere to draw.')

const bridge = findBridge(window)
if (bridge === null) {
  mount(NoBridge, { target })
} else {
  const state = new WindowState(bridge)
  mount(Shell, { target, props: { state } })
  void state.start()
}
