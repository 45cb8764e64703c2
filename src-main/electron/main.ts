import { app } from 'electron'
import { startApplication } from './application.ts'
import { registerAppScheme } from './appScheme.ts'

app.setName('NCF Studio')
// Windows shows notifications only of programs that say who they are.
app.setAppUserModelId('studio.ncf')
registerAppScheme()
app.enableSandbox()

// A second start hands its arguments to the first and is done. Electron becomes ready only after this module has been
// evaluated: waiting for it here would wait for ever.
if (app.requestSingleInstanceLock()) void app.whenReady().then(startApplication)
else app.quit()
