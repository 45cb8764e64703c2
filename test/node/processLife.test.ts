import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { describe, expect, it, onTestFinished } from 'vitest'
import { lifeOf, ownIdentity } from '../../src-main/node/processLife.ts'

const self = ownIdentity()

describe('whether a process lives', () => {
  it('is told of this one, and not of one of another computer', () => {
    expect(lifeOf(self)).toBe('alive')
    expect(lifeOf({ ...self, host: 'elsewhere' })).toBe('unknown')
  })

  it('is no for a number that nobody has', async () => {
    const child = spawn(process.execPath, ['-e', ''])
    await once(child, 'exit')
    expect(lifeOf({ ...self, pid: child.pid! })).toBe('dead')
  })

  it.skipIf(process.platform === 'linux')(
    'cannot be told without its start (skipped on Linux, which tells)',
    () => {
      expect(lifeOf({ ...self, pid: process.ppid })).toBe('unknown')
    },
  )
})

describe.skipIf(process.platform !== 'linux')('on Linux (skipped elsewhere: there is no /proc)', () => {
  it('a number that a later process has been given is no sign of life', () => {
    expect(lifeOf({ ...self, start: '1' })).toBe('dead')
  })

  it('a process that ended is dead, also when nobody has waited for it', async () => {
    const shell = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 10'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    onTestFinished(() => void shell.kill())
    const [line] = (await once(shell.stdout, 'data')) as [Buffer]
    const pid = Number(line)
    const fields = () => readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ')
    await expect.poll(() => fields()[2]).toBe('Z')
    expect(lifeOf({ ...self, pid, start: fields()[21] })).toBe('dead')
  })
})
