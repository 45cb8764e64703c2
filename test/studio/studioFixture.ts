import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { settingsSchema, type Settings } from '../../src-main/contract/appContract.ts'
import type {
  AppEvent,
  EventName,
  EventPayload,
  RequestInput,
  RequestName,
  RequestOutput,
} from '../../src-main/contract/contract.ts'
import { REQUESTS } from '../../src-main/contract/contract.ts'
import { fromFailure } from '../../src-main/contract/contractError.ts'
import { cpuDemandHere } from '../../src-main/engines/cpu/cpuDemand.ts'
import { openDatasetLibrary } from '../../src-main/node/datasetLibrary.ts'
import { libraryPorts } from '../../src-main/node/libraryPorts.ts'
import { samplePath } from '../../src-main/node/welcome.ts'
import type { SettingsPort, StudioPorts } from '../../src-main/studio/ports.ts'
import { openStudio, type Studio } from '../../src-main/studio/studio.ts'
import { TrainerClient } from '../../src-main/trainer/trainerClient.ts'

const trainerScript = new URL('../../out/trainer/trainerProcess.js', import.meta.url)

/** A library of its own, gone after the test. */
export async function temporaryLibrary(): Promise<string> {
  const library = await mkdtemp(join(tmpdir(), 'ncf-studio-test-'))
  onTestFinished(() => rm(library, { recursive: true, force: true, maxRetries: 5 }))
  return library
}

export function settingsInMemory(first: Partial<Settings> = {}): SettingsPort {
  let settings = settingsSchema.parse(first)
  return { get: () => settings, set: (changed) => (settings = changed) }
}

/** A studio as windows see it: requests whose answers are checked against the contract, and what was told. */
export class TestStudio {
  readonly events: AppEvent[] = []
  private readonly waiting = new Set<() => void>()

  constructor(
    readonly studio: Studio,
    /** Engine processes in the order of their start. */
    readonly engines: readonly TrainerClient[],
  ) {
    studio.subscribe((event) => {
      this.events.push(event)
      for (const look of this.waiting) look()
    })
  }

  async ask<Name extends RequestName>(
    name: Name,
    argument: RequestInput<Name> = {} as RequestInput<Name>,
  ): Promise<RequestOutput<Name>> {
    const reply = await this.studio.dispatch(name, argument)
    if (!reply.ok) throw fromFailure(reply.error)
    return REQUESTS[name].output.parse(reply.value) as RequestOutput<Name>
  }

  told<Name extends EventName>(name: Name): EventPayload<Name>[] {
    return this.events
      .filter((event) => event.name === name)
      .map(({ payload }) => payload as EventPayload<Name>)
  }

  /** Resolves to the first event, past ones included, that `isWanted` accepts. */
  until<Name extends EventName>(
    name: Name,
    isWanted: (payload: EventPayload<Name>) => boolean = () => true,
    milliseconds = 25_000,
  ): Promise<EventPayload<Name>> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting.delete(look)
        reject(
          new Error(`No ${name} came; the last were: ${this.events.slice(-10).map((event) => event.name)}`),
        )
      }, milliseconds)
      const look = () => {
        const found = this.told(name).find(isWanted)
        if (found === undefined) return
        clearTimeout(timer)
        this.waiting.delete(look)
        resolve(found)
      }
      this.waiting.add(look)
      look()
    })
  }
}

export interface StudioOptions {
  library?: string
  settings?: Partial<Settings>
  ports?: Partial<StudioPorts>
  /** Whether a new library begins with the sample and a run. */
  welcome?: boolean
}

/** A studio on a library on disk, with real engine processes unless `ports` brings others; closed after the test. */
export async function startStudio(options: StudioOptions = {}): Promise<TestStudio> {
  const library = options.library ?? (await temporaryLibrary())
  const base = await libraryPorts(library)
  const engines: TrainerClient[] = []
  const studio = await openStudio({
    ...base,
    ...(!options.welcome && { welcome: async () => undefined }),
    engines: () => {
      const engine = TrainerClient.start({ script: trainerScript })
      engines.push(engine)
      return engine
    },
    demand: cpuDemandHere,
    settings: settingsInMemory(options.settings),
    info: { shell: 'browser' },
    ...options.ports,
  })
  onTestFinished(() => studio.close())
  return new TestStudio(studio, engines)
}

/** A library with the sample in it, without an engine process. */
export async function libraryWithSample(): Promise<{ library: string; datasetId: string }> {
  const library = await temporaryLibrary()
  const { id } = await (await openDatasetLibrary(library)).import(samplePath())
  return { library, datasetId: id }
}
