import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { callNcf, jsonLines, ncf, startNcf, temporaryLibrary } from './ncfProcess.ts'

describe('ncf serve', async () => {
  const library = await temporaryLibrary()

  it('says with --json where it serves which library, and ends well when it is asked to', async () => {
    const { child, seen, ended } = startNcf(library, ['serve', '--no-open', '--json'])
    await seen('serving')
    child.kill('SIGTERM')
    const outcome = await ended
    expect(outcome.code).toBe(0)
    expect(jsonLines(outcome)).toEqual([
      { event: 'serving', address: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/\?token=/), library },
    ])
    expect(existsSync(join(library, 'uploads'))).toBe(false)
  })

  it('names a port that is taken, and what to do', async () => {
    const other = createServer()
    onTestFinished(() => void other.close())
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const { port } = other.address() as AddressInfo
    const { code, stderr } = await ncf(library, 'serve', '--no-open', '--port', String(port))
    expect(code).toBe(1)
    expect(stderr).toBe(
      `error: Another program listens on port ${port}. Choose another one with --port, or any free one with --port 0.\n`,
    )
  })

  it.each(['-1', '65536', 'x', '80.5'])('refuses --port %s', async (port) => {
    const { code, stderr } = await callNcf(library, ['serve', '--no-open', '--port', port])
    expect(code).toBe(2)
    expect(stderr).toContain('It must be a whole number from 0 to 65535.')
  })

  it('refuses a library that cannot be one, before it serves', async () => {
    const file = join(library, 'a-file')
    await writeFile(file, '')
    const { code, stdout, stderr } = await ncf(
      library,
      'serve',
      '--no-open',
      '--library',
      join(file, 'library'),
    )
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain(`Cannot create the library ${join(file, 'library')}`)
  })
})
