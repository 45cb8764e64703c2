import { contextBridge } from 'electron'

contextBridge.exposeInMainWorld('ncfStudio', {})
