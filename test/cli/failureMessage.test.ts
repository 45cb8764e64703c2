import { stat } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { UsageError } from '../../src-main/cli/exitCodes.ts'
import { failureMessage } from '../../src-main/cli/failureMessage.ts'
import { ModelSpecError } from '../../src-main/core/models/modelSpec.ts'
import { TrainerError } from '../../src-main/trainer/trainerClient.ts'

/** What Node throws for a wrong argument. */
const nodesOwn = Object.assign(new TypeError('The "path" argument must be of type string.'), {
  code: 'ERR_INVALID_ARG_TYPE',
})

describe('a failure is told', () => {
  it.each([
    [new UsageError('No tag.'), 'No tag.'],
    [new ModelSpecError('No such model.'), 'No such model.'],
    [new TrainerError({ name: 'EngineError', code: 'too-large', message: 'It is large.' }), 'It is large.'],
    [new TrainerError({ name: 'Error', code: 'ENOSPC', message: 'ENOSPC: no space' }), 'ENOSPC: no space'],
  ])('in its own words when it is known: %s', (error, message) => {
    expect(failureMessage(error, false)).toBe(message)
  })

  it('with the path when it is of the file system', async () => {
    const error: Error = await stat('/nowhere/at/all').catch((reason) => reason)
    expect(failureMessage(error, false)).toBe('There is no such file or folder: /nowhere/at/all.')
  })

  it.each([
    [nodesOwn, 'TypeError'],
    [new RangeError('Invalid array length'), 'RangeError'],
    [new TrainerError({ name: 'TypeError', code: 'TypeError', message: 'x is undefined' }), 'TrainerError'],
  ])('as unexpected when it is a bug: %s', (error, name) => {
    expect(failureMessage(error, false)).toBe(
      `Unexpected ${name}: ${error.message} (NCF_DEBUG=1 shows where).`,
    )
  })
})
