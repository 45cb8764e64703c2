import { app, dialog, powerMonitor, type BrowserWindow } from 'electron'
import log from 'electron-log/node'
import type { SettingsPort } from '../studio/ports.ts'
import type { Studio } from '../studio/studio.ts'
import { workText } from './workSigns.ts'

/** Milliseconds that checkpoints may take before the program ends without them; a finished epoch is never lost. */
const PATIENCE = 60_000
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** What a person can choose while runs train; the order is that of the dialog's buttons. */
const CHOICES = ['tray', 'quit', 'cancel'] as const
type Choice = (typeof CHOICES)[number]

export interface EndingSurroundings {
  studio: Pick<Studio, 'activity' | 'close' | 'dispatch'>
  settings: SettingsPort
  window: BrowserWindow
  /** Puts the window away and shows the tray's icon. */
  toTray(): void
}

/** Closing, quitting, and the system's wish to end: training is kept or checkpointed, as its owner chooses. */
export class Ending {
  private state: 'open' | 'asking' | 'ending' | 'ended' = 'open'

  constructor(private readonly around: EndingSurroundings) {
    around.window.on('close', (event) => this.intercept(event, () => this.onClose()))
    app.on('before-quit', (event) => this.intercept(event, () => this.onQuit()))
    // Nobody can answer a dialog any more.
    powerMonitor.on('shutdown', () => void this.end())
    for (const signal of SIGNALS) process.on(signal, () => void this.end())
  }

  /** Checkpoints what trains and ends the program. */
  async end(): Promise<void> {
    if (this.state === 'ending' || this.state === 'ended') return
    this.state = 'ending'
    this.around.window.hide()
    await Promise.race([this.close(), new Promise((resolve) => setTimeout(resolve, PATIENCE).unref())])
    this.state = 'ended'
    app.quit()
  }

  private intercept(event: { preventDefault(): void }, decide: () => Promise<void>): void {
    if (this.state === 'ended') return
    event.preventDefault()
    if (this.state === 'open') void decide().catch((error) => log.error('The end failed.', error))
  }

  private onClose(): Promise<void> {
    // On macOS a program without windows stays in the dock.
    if (!this.isBusy && process.platform === 'darwin') return Promise.resolve(this.around.window.hide())
    return this.choose(this.around.settings.get().closeWhileTraining)
  }

  /** Whoever quits does not mean the tray, whatever closing the window is set to do. */
  private onQuit(): Promise<void> {
    return this.choose(this.around.settings.get().closeWhileTraining === 'ask' ? 'ask' : 'quit')
  }

  private async choose(setting: Choice | 'ask'): Promise<void> {
    const choice = !this.isBusy ? 'quit' : setting === 'ask' ? await this.ask() : setting
    if (choice === 'quit') await this.end()
    else if (choice === 'tray') this.around.toTray()
  }

  private async ask(): Promise<Choice> {
    this.state = 'asking'
    try {
      const { response, checkboxChecked } = await dialog.showMessageBox(this.around.window, {
        type: 'question',
        message: `${workText(this.around.studio.activity())}. What should happen to the training?`,
        detail:
          'In the tray it goes on; start NCF Studio again to see it. A checkpointed run goes on later where it stopped.',
        buttons: ['Keep training in the tray', 'Checkpoint and quit', 'Cancel'],
        defaultId: CHOICES.indexOf('tray'),
        cancelId: CHOICES.indexOf('cancel'),
        checkboxLabel: 'Do not ask again',
        noLink: true,
      })
      const choice = CHOICES[response]
      if (checkboxChecked && choice !== 'cancel')
        await this.around.studio.dispatch('settings:change', { closeWhileTraining: choice })
      return choice
    } finally {
      this.state = 'open'
    }
  }

  private get isBusy(): boolean {
    const { running, waiting } = this.around.studio.activity()
    return running + waiting > 0
  }

  private close(): Promise<void> {
    return this.around.studio
      .close()
      .catch((error) => log.error('What trained may not be checkpointed.', error))
  }
}
