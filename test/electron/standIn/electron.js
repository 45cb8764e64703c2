/**
 * A stand-in for the parts of `electron` that the program uses, for its BUILT main process in plain Node. Pages are
 * those of the test's Chromium. Whatever is not here throws.
 */
import {
  Menu,
  nativeImage,
  nativeTheme,
  Notification,
  dialog,
  powerSaveBlocker,
  screen,
  shell,
  Tray,
} from './desktop.js'
import { app, powerMonitor } from './lifecycle.js'
import { utilityProcess } from './utilityProcess.js'
import { BrowserWindow, ipcMain, protocol, session } from './windows.js'

export { app, BrowserWindow, dialog, ipcMain, Menu, nativeImage, nativeTheme, Notification }
export { powerMonitor, powerSaveBlocker, protocol, screen, session, shell, Tray, utilityProcess }
export default { app, ipcMain, shell }
