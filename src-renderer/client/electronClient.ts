import type { Bridge } from '../../src-main/contract/bridge.ts'
import type { AppEvent, Client, EventName } from '../../src-main/contract/contract.ts'
import { fromFailure } from '../../src-main/contract/contractError.ts'
import { EventListeners } from './eventListeners.ts'

/** The contract over Electron's IPC, through the preload. */
export function electronClient(bridge: Bridge): Client {
  const listeners = new EventListeners()
  bridge.subscribe((event: AppEvent) => listeners.emit(event))
  return {
    request: async (name, argument = {} as never) => {
      const reply = await bridge.invoke(name, argument)
      if (!reply.ok) throw fromFailure(reply.error)
      return reply.value as never
    },
    on: <Name extends EventName>(name: Name, listener: never) => listeners.add(name, listener),
  }
}
