import { Menu, nativeImage, Tray } from 'electron'
import { bundledFile } from '../node/bundledFiles.ts'

/** What a person can do from the tray. */
export interface TrayActions {
  show(): void
  quit(): void
}

/** The program's sign while its window is put away. */
export class TrayIcon {
  private tray: Tray | undefined

  constructor(private readonly actions: TrayActions) {}

  show(): void {
    if (this.tray) return
    // macOS draws a template in the colour of its menu bar.
    const name = process.platform === 'darwin' ? 'trayTemplate.png' : 'tray.png'
    this.tray = new Tray(nativeImage.createFromPath(bundledFile(`resources/icons/${name}`)))
    this.tray.on('click', this.actions.show)
    this.tray.setContextMenu(
      Menu.buildFromTemplate([
        { label: 'Show NCF Studio', click: this.actions.show },
        { type: 'separator' },
        { label: 'Checkpoint and quit', click: this.actions.quit },
      ]),
    )
  }

  describe(text: string): void {
    this.tray?.setToolTip(`NCF Studio: ${text}`)
  }

  hide(): void {
    this.tray?.destroy()
    this.tray = undefined
  }
}
