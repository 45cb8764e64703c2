import type { Client } from '../../src-main/contract/contract.ts'
import { electronClient } from './electronClient.ts'
import { SocketClient, type ConnectionState } from './socketClient.ts'

export interface Connection {
  client: Client
  /** Absolute path of a dropped file, where the shell gives it; '' in a browser. */
  pathForFile(file: File): string
}

/** Connects to the application: through Electron's preload if there is one, else through a WebSocket. */
export function connect(onState: (state: ConnectionState) => void): Connection {
  const bridge = window.ncfStudio
  if (bridge) {
    onState('open')
    return { client: electronClient(bridge), pathForFile: (file) => bridge.pathForFile(file) }
  }
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
  return { client: new SocketClient(`${scheme}://${location.host}/rpc`, onState), pathForFile: () => '' }
}
