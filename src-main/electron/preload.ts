import { contextBridge, ipcRenderer, webUtils, type IpcRendererEvent } from 'electron'
import { EVENT_CHANNEL, REQUEST_CHANNEL, type Bridge } from '../contract/bridge.ts'
import type { AppEvent } from '../contract/contract.ts'

const bridge: Bridge = {
  invoke: (name, argument) => ipcRenderer.invoke(REQUEST_CHANNEL, name, argument),
  subscribe: (listener) => {
    const onEvent = (_: IpcRendererEvent, event: AppEvent) => listener(event)
    ipcRenderer.on(EVENT_CHANNEL, onEvent)
    return () => void ipcRenderer.off(EVENT_CHANNEL, onEvent)
  },
  pathForFile: (file) => webUtils.getPathForFile(file),
}

contextBridge.exposeInMainWorld('ncfStudio', bridge)
