import { app } from 'electron'
import { startApplication } from './application.ts'
import { registerAppScheme } from './appScheme.ts'
import { OpenedSources } from './openedSources.ts'

app.setName('NCF Studio')
// Windows shows notifications only of programs that say who they are.
app.setAppUserModelId('studio.ncf')
registerAppScheme()
app.enableSandbox()

// A second start hands its arguments to the first and is done. Electron becomes ready only after this module has been
// evaluated: waiting for it here would wait for ever.
if (app.requestSingleInstanceLock()) {
  const opened = new OpenedSources(process.argv, process.cwd())
  void app.whenReady().then(() => startApplication(opened))
} else app.quit()
