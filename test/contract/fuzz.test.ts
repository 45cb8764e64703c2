import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { REQUESTS, type RequestName } from '../../src-main/contract/contract.ts'
import { failureSchema } from '../../src-main/contract/contractError.ts'
import { libraryWithSample, startStudio } from '../studio/studioFixture.ts'

const NAMES = Object.keys(REQUESTS) as RequestName[]

/** Fields as requests have them, with values that they should not have. */
const field = fc.constantFrom(
  ...['id', 'ids', 'importId', 'source', 'options', 'datasetId', 'config', 'configs', 'name', 'tags', 'add'],
  ...['gmf', 'mlp', 'neumf', 'alpha', 'seeds', 'count'],
  ...['remove', 'change', 'trashName', 'trashNames', 'position', 'what', 'datasetName', '__proto__', 'theme'],
)
const wrong = fc.oneof(
  fc.anything(),
  fc.dictionary(field, fc.anything()),
  fc.dictionary(field, fc.oneof(fc.string(), fc.array(fc.string()), fc.constant('../../../etc/passwd'))),
)

/** Codes are words: an error that is nobody's business would be `unexpected`. */
const TYPED = /^[a-z]+(-[a-z]+)*$/

describe('whatever a window asks', () => {
  it('is answered: by a value of the contract, or by a failure with a code that is not a bug', async () => {
    const { library, datasetId } = await libraryWithSample()
    const { studio, ask } = await startStudio({ library }).then((tested) => ({
      studio: tested.studio,
      ask: tested.ask.bind(tested),
    }))
    for (const name of NAMES) {
      await fc.assert(
        fc.asyncProperty(wrong, async (argument) => {
          const reply = await studio.dispatch(name, argument)
          if (reply.ok) REQUESTS[name].output.parse(reply.value)
          else {
            const { code, message } = failureSchema.parse(reply.error)
            expect(code, `${name}: ${message} ${reply.error.stack}`).toMatch(TYPED)
            expect(code, `${name}: ${message} ${reply.error.stack}`).not.toBe('unexpected')
          }
        }),
        { numRuns: 60 },
      )
    }
    expect((await ask('dataset:show', { id: datasetId })).id).toBe(datasetId)
    expect((await ask('settings:get')).notifications).toBeTypeOf('boolean')
  }, 60_000)

  it.each([
    ...['run:show', 'run:pause', 'run:repeat', 'dataset:show', 'dataset:remove', 'queue:move'],
    ...['dataset:rename', 'run:estimate', 'run:start', 'run:start-chain', 'run:repeat-seeds'],
  ] as const)('%s of what is not there, or of a path, is refused with a code', async (name) => {
    const { studio } = await startStudio()
    const rest = {
      'queue:move': { position: 0 },
      'dataset:rename': { name: 'x' },
      'run:estimate': { config: { model: 'GMF' } },
      'run:start': { configs: [{ model: 'GMF' }] },
      'run:start-chain': {
        ...{ gmf: { model: 'GMF' }, mlp: { model: 'MLP' }, neumf: { model: 'NeuMF' }, seeds: ['1'] },
      },
      'run:repeat-seeds': { count: 2 },
    }
    const ofDataset = ['run:estimate', 'run:start', 'run:start-chain']
    const key = ofDataset.includes(name) ? 'datasetId' : 'id'
    for (const id of ['20260101-000000-gmf-aaaa', '0123456789ab', '../../etc', '..', '/etc/passwd', 'a/b']) {
      const argument = { [key]: id, ...(rest as Record<string, object>)[name] }
      const reply = await studio.dispatch(name, argument)
      expect(reply).toMatchObject({
        ok: false,
        error: { code: expect.stringMatching(/not-found|not-queued/) },
      })
    }
  })

  it('under a name that is none is refused, also a name that every object has', async () => {
    const { studio } = await startStudio()
    for (const name of ['run:explode', 'toString', '__proto__', '', 7, null, {}])
      expect(await studio.dispatch(name, {})).toMatchObject({ ok: false, error: { code: 'unknown-request' } })
  })
})
