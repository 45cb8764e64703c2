import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openRunDownload, removeDownloadLeftovers } from '../../src-main/node/runDownload.ts'

let folder: string

/** The system's folder for temporary files is one of the test's own. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ncf-download-'))
  for (const name of ['TMPDIR', 'TEMP', 'TMP']) vi.stubEnv(name, folder)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true, force: true })
})

const exported = async (_: string, file: string) => {
  await writeFile(file, 'a run')
  return { fileName: 'Läufe (1).zip' }
}

describe('the download of a run', () => {
  it('is an archive with a name, of which nothing is left when it was fetched', async () => {
    const { headers, content } = await openRunDownload(exported, 'r')
    expect(await readdir(folder)).toHaveLength(1)
    expect(headers['content-length']).toBe('5')
    expect(headers['content-disposition']).toContain("filename*=UTF-8''L%C3%A4ufe%20%281%29.zip")
    expect(await text(content)).toBe('a run')
    await expect.poll(() => readdir(folder)).toEqual([])
  })

  it('leaves nothing when it is broken off, or cannot be made', async () => {
    const { content } = await openRunDownload(exported, 'r')
    content.destroy()
    await once(content, 'close')
    await expect.poll(() => readdir(folder)).toEqual([])
    const failing = () => Promise.reject(new Error('The run is in use.'))
    await expect(openRunDownload(failing, 'r')).rejects.toThrow('The run is in use.')
    expect(await readdir(folder)).toEqual([])
  })

  it('of a killed program is cleared away at the next start, one under way and what is not ours stay', async () => {
    const killed = `.ncf-studio-export.${2 ** 22 + 1}-0123abcd.tmp`
    const foreign = `.another-program.${2 ** 22 + 1}-0123abcd.tmp`
    for (const name of [killed, foreign]) {
      await mkdir(join(folder, name))
      await writeFile(join(folder, name, 'run.zip'), 'half')
    }
    const { content } = await openRunDownload(exported, 'r')
    await removeDownloadLeftovers()
    const names = await readdir(folder)
    expect(names).toHaveLength(2)
    expect(names).toContain(foreign)
    expect(await text(content)).toBe('a run')
    await expect.poll(() => readdir(folder)).toEqual([foreign])
  })
})
