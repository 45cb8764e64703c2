import type { Handlers } from '../contract/contract.ts'
import { ContractError } from '../contract/contractError.ts'
import { notAvailable } from './failures.ts'
import type { StudioPorts } from './ports.ts'
import type { Preferences } from './preferences.ts'

type AppHandlers = Pick<Handlers, Extract<keyof Handlers, `app:${string}` | `settings:${string}`>>

/** Answers what windows ask about the program itself. */
export function appHandlers(ports: StudioPorts, preferences: Preferences): AppHandlers {
  const { library, info, machine, reveal, chooseSource } = ports
  return {
    'app:info': () => ({ ...machine.facts, ...info, library, canReveal: reveal !== undefined }),
    'app:reveal': async ({ what, id }) => {
      if (!reveal) throw notAvailable('Showing files')
      await reveal(what === 'library' ? library : folderOf(ports, what, id))
      return null
    },
    'app:choose-source': ({ what }) => {
      if (!chooseSource) throw notAvailable('A dialog of the system')
      return chooseSource(what)
    },
    'settings:get': () => preferences.get(),
    'settings:change': (change) => preferences.change(change),
  }
}

function folderOf({ folderOf }: StudioPorts, what: 'run' | 'dataset', id: string | undefined): string {
  if (id !== undefined) return folderOf(what, id)
  throw new ContractError('invalid-argument', `app:reveal needs the id of the ${what} to show.`, {
    fields: ['id'],
  })
}
