import { join } from 'node:path'
import { app, dialog, Menu, nativeTheme, session, shell } from 'electron'
import log from 'electron-log/node'
import type { AppEvent } from '../contract/contract.ts'
import { demandHere } from '../engines/cpu/linearDemand.ts'
import { bundledFile } from '../node/bundledFiles.ts'
import { libraryLocation } from '../node/libraryLocation.ts'
import { libraryPorts } from '../node/libraryPorts.ts'
import { removeDownloadLeftovers } from '../node/runDownload.ts'
import type { SettingsPort } from '../studio/ports.ts'
import { openStudio, type Studio } from '../studio/studio.ts'
import { TrainerClient } from '../trainer/trainerClient.ts'
import { serveAppScheme } from './appScheme.ts'
import { notify } from './desktopNotice.ts'
import { Ending } from './ending.ts'
import { forkUtility } from './engineUtility.ts'
import { guardPages } from './guards.ts'
import { menuTemplate } from './menu.ts'
import type { OpenedSources } from './openedSources.ts'
import { chooseSource, RecentDocuments } from './openedSources.ts'
import { answerRequests } from './requestChannel.ts'
import { RunEnds } from './runEnds.ts'
import { openSettingsStore, openWindowStateStore } from './stores.ts'
import { StudioWindow } from './studioWindow.ts'
import { TrayIcon } from './trayIcon.ts'
import { showWork, workText } from './workSigns.ts'

/** Opens the library and its window. A library that cannot be opened is said in a dialog, and ends the program. */
export async function startApplication(opened: OpenedSources): Promise<void> {
  log.transports.file.resolvePathFn = () => join(app.getPath('logs'), 'main.log')
  log.transports.console.level = false
  log.errorHandler.startCatching({ showDialog: false })
  try {
    await open(opened)
  } catch (error) {
    log.error('The program cannot start.', error)
    dialog.showErrorBox('NCF Studio cannot start', error instanceof Error ? error.message : String(error))
    app.exit(1)
  }
}

async function open(opened: OpenedSources): Promise<void> {
  guardPages()
  const userData = app.getPath('userData')
  const settings = openSettingsStore(userData)
  nativeTheme.themeSource = settings.get().theme
  await removeDownloadLeftovers()
  const studio = await openStudio({
    ...(await libraryPorts(libraryLocation())),
    engines: () => TrainerClient.start({ fork: forkUtility, background: true }),
    demand: demandHere,
    settings,
    info: { shell: 'electron', electronVersion: process.versions.electron },
    reveal: (path) => shell.showItemInFolder(path),
    chooseSource,
  })
  serveAppScheme({ windows: bundledFile('out/renderer'), exportRun: studio.exportRun })
  answerRequests(studio.dispatch)
  nameDownloads()
  live(studio, settings, new StudioWindow(openWindowStateStore(userData)), opened)
}

/** Ties the running application to its window and the desktop. */
function live(
  studio: Studio,
  settings: SettingsPort,
  studioWindow: StudioWindow,
  opened: OpenedSources,
): void {
  const { window } = studioWindow
  const tray = new TrayIcon({ show: () => show(), quit: () => void ending.end() })
  const show = () => {
    tray.hide()
    studioWindow.show()
  }
  const toTray = () => {
    tray.show()
    window.hide()
  }
  const ending = new Ending({ studio, settings, window, toTray })
  const stopShowing = showWork(studio, window, () => tray.describe(workText(studio.activity())))
  window.on('closed', stopShowing)
  Menu.setApplicationMenu(
    Menu.buildFromTemplate(
      menuTemplate({
        platform: process.platform,
        run: (command) => {
          show()
          studioWindow.send({ name: 'app:command', payload: { command } })
        },
      }),
    ),
  )
  studio.subscribe(listener(settings, studioWindow, show))
  app.on('activate', show)
  opened.deliverTo((source) => {
    show()
    if (source) studioWindow.send({ name: 'app:open-source', payload: { source } })
  })
}

function listener(
  settings: SettingsPort,
  studioWindow: StudioWindow,
  show: () => void,
): (event: AppEvent) => void {
  const ends = new RunEnds()
  const recent = new RecentDocuments()
  return (event) => {
    if (!studioWindow.window.isDestroyed()) studioWindow.send(event)
    if (event.name === 'settings:changed') nativeTheme.themeSource = event.payload.theme
    recent.onEvent(event)
    const end = ends.of(event)
    // Whoever looks at the window sees the end there.
    if (end && settings.get().notifications && !studioWindow.window.isFocused()) notify(end, show)
  }
}

/** Downloads ask where to: beginning in the folder of downloads, with the name that the page gave. */
function nameDownloads(): void {
  session.defaultSession.on('will-download', (_, item) =>
    item.setSaveDialogOptions({ defaultPath: join(app.getPath('downloads'), item.getFilename()) }),
  )
}
