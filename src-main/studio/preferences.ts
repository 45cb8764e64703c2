import type { Settings } from '../contract/appContract.ts'
import type { EventHub } from './eventHub.ts'
import type { SettingsPort } from './ports.ts'

const RECENT_SOURCES = 10

/** The settings, and what depends on them being told of a change. */
export class Preferences {
  constructor(
    private readonly port: SettingsPort,
    private readonly events: EventHub,
    private readonly onChange: () => void,
  ) {}

  get(): Settings {
    return this.port.get()
  }

  change(change: Partial<Settings>): Settings {
    const settings = { ...this.port.get(), ...change }
    this.port.set(settings)
    this.events.emit('settings:changed', settings)
    this.onChange()
    return settings
  }

  /** Puts a source at the head of those opened last. */
  opened(name: string, path: string): void {
    const others = this.port.get().recentSources.filter((source) => source.path !== path)
    this.change({ recentSources: [{ name, path }, ...others].slice(0, RECENT_SOURCES) })
  }
}
