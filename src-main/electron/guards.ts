import { app, session, type WebContents } from 'electron'
import { isOwnAddress } from './appScheme.ts'

/** What a window may ask the browser in it for: to put a copied row of a table on the clipboard. */
const PERMISSIONS = ['clipboard-sanitized-write']

function guard(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  contents.on('will-navigate', (event) => isOwnAddress(event.url) || event.preventDefault())
  contents.on('will-redirect', (event) => isOwnAddress(event.url) || event.preventDefault())
  contents.on('will-frame-navigate', (event) => isOwnAddress(event.url) || event.preventDefault())
  contents.on('will-attach-webview', (event) => event.preventDefault())
}

/** Every page, whoever makes it: no new windows, nothing foreign in one, no permissions. */
export function guardPages(): void {
  app.on('web-contents-created', (_, contents) => guard(contents))
  session.defaultSession.setPermissionRequestHandler((contents, permission, allow) =>
    allow(PERMISSIONS.includes(permission) && isOwnAddress(contents.getURL())),
  )
  session.defaultSession.setPermissionCheckHandler(
    (_, permission, origin) => PERMISSIONS.includes(permission) && isOwnAddress(origin),
  )
}
