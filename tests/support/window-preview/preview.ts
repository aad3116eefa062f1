/** Puts a fake bridge where the preload script would put the real one, then starts the window. `#busy`, `#dead`, `#starting` … choose the scene. */
import { makeFakeBridge } from './fake-bridge.js'

Reflect.set(window, 'lab', makeFakeBridge(location.hash.slice(1) || 'busy'))
await import('../../../src-renderer/main.js')
