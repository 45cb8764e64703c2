import { mkdir, readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { UPLOAD_LIMITS, uploadPath, Uploads } from '../../src-main/server/uploads.ts'
import { openTestShell, temporaryFolder } from './shellFixture.ts'

const ID = '00000000-0000-4000-8000-00000000000a'

function put(path: string, body: string | Buffer = 'x', headers = {}) {
  return { method: 'PUT', path: `/uploads/${path}`, body, headers }
}

describe('an upload', () => {
  it('of a folder is that folder', async () => {
    const { askAsPage, uploads } = await openTestShell()
    expect((await askAsPage(put(`${ID}/ml-1m/ratings.dat`, '1::2'))).status).toBe(204)
    expect((await askAsPage(put(`${ID}/ml-1m/sub/na%C3%AFve%20%26.csv`, 'a'))).status).toBe(204)
    const folder = await uploads.resolve(ID)
    expect(basename(folder)).toBe('ml-1m')
    expect(await readFile(join(folder, 'ratings.dat'), 'utf8')).toBe('1::2')
    expect(await readFile(join(folder, 'sub', 'naïve &.csv'), 'utf8')).toBe('a')
  })

  it('of one file is that file, of several their folder', async () => {
    const { askAsPage, uploads } = await openTestShell()
    await askAsPage(put(`${ID}/a.csv`))
    expect(basename(await uploads.resolve(ID))).toBe('a.csv')
    await askAsPage(put(`${ID}/b.csv`))
    expect(await readdir(await uploads.resolve(ID))).toEqual(['a.csv', 'b.csv'])
  })

  it('does not overwrite what it holds', async () => {
    const { askAsPage, uploads } = await openTestShell()
    await askAsPage(put(`${ID}/a.csv`, 'first'))
    expect((await askAsPage(put(`${ID}/a.csv`, 'second'))).status).toBe(409)
    expect((await askAsPage(put(`${ID}/a.csv/b.csv`))).status).toBe(409)
    expect(await readFile(await uploads.resolve(ID), 'utf8')).toBe('first')
  })

  it('that is unknown or empty is not found', async () => {
    const { uploads } = await openTestShell()
    await expect(uploads.resolve(ID)).rejects.toMatchObject({ code: 'upload-not-found' })
    await expect(uploads.resolve('../..')).rejects.toMatchObject({ code: 'upload-not-found' })
  })

  it('is gone once it is discarded', async () => {
    const { askAsPage, uploads } = await openTestShell()
    await askAsPage(put(`${ID}/a.csv`))
    const file = await uploads.resolve(ID)
    await uploads.discard(ID)
    await expect(readFile(file)).rejects.toThrow('ENOENT')
    await expect(uploads.resolve(ID)).rejects.toMatchObject({ code: 'upload-not-found' })
  })

  it('that is discarded while a file is still coming in leaves nothing, and takes no room', async () => {
    const place = join(await temporaryFolder(), 'uploads')
    const uploads = await Uploads.open(place, { ...UPLOAD_LIMITS, reserveBytes: 0, totalBytes: 100 })
    await uploads.receive(`/uploads/${ID}/whole`, Readable.from([Buffer.alloc(40)]), 40)
    const coming = new PassThrough()
    const refused = expect(uploads.receive(`/uploads/${ID}/half`, coming, undefined)).rejects.toMatchObject({
      status: 410,
    })
    coming.write(Buffer.alloc(40))
    await expect
      .poll(() => readdir(place, { recursive: true }))
      .toContainEqual(expect.stringMatching(/half$/))
    await uploads.discard(ID)
    await refused
    expect(coming.destroyed).toBe(true)
    const [folder] = await readdir(place)
    expect(await readdir(join(place, folder))).toEqual([])
    const late = uploads.receive(`/uploads/${ID}/late`, Readable.from(['x']), 1)
    await expect(late).rejects.toMatchObject({ status: 410 })
    const other = ID.replace('a', 'b')
    await uploads.receive(`/uploads/${other}/all`, Readable.from([Buffer.alloc(100)]), 100)
    await uploads.close()
  })

  it('is gone when the server ends', async () => {
    const { askAsPage, uploads } = await openTestShell()
    await askAsPage(put(`${ID}/a.csv`))
    const file = await uploads.resolve(ID)
    await uploads.close()
    await expect(readFile(file)).rejects.toThrow('ENOENT')
  })
})

describe('what a killed server has left', () => {
  it('is cleared away by the next one; what a living one holds is not', async () => {
    const place = join(await temporaryFolder(), 'uploads')
    const dead = join(place, '.upload.4194301-00000000.tmp')
    const alive = join(place, `.upload.${process.ppid}-00000000.tmp`)
    for (const folder of [dead, alive]) await mkdir(folder, { recursive: true })
    await Uploads.open(place)
    expect(await readdir(place)).toEqual([basename(alive)])
  })
})

describe('what could lie elsewhere is refused:', () => {
  it.each([
    `${ID}/../x`,
    `${ID}/%2e%2e/x`,
    `${ID}/%2e%2e%2fx`,
    `${ID}/a%2fb`,
    `${ID}/a%5cb`,
    `${ID}/..\\x`,
    `${ID}//x`,
    `${ID}/x/`,
    `${ID}/./x`,
    `${ID}/%00`,
    `${ID}/a%0ab`,
    `${ID}/%`,
    `${ID}/%ff`,
    `${ID}`,
    `${ID}/`,
    `..%2f${ID}/x`,
    `%2e%2e/x`,
    `not-a-uuid/x`,
    `/x`,
    `${ID}/${'a'.repeat(256)}`,
    `${ID}/${'a/'.repeat(20)}a`,
  ])('%s', async (path) => {
    const { askAsPage, uploads } = await openTestShell()
    expect((await askAsPage(put(path))).status).toBe(400)
    await expect(uploads.resolve(ID)).rejects.toMatchObject({ code: 'upload-not-found' })
  })

  it('whatever is made of dots, slashes and escapes stays within its folder', () => {
    const piece = fc.constantFrom('/', '..', '.', '%2e', '%2E', '%2f', '%5c', '\\', '%', '%00', 'a', ID, 'é')
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        try {
          const { uploadId, parts } = uploadPath(`/uploads/${ID}/${pieces.join('')}`)
          const folder = join('/base', uploadId)
          expect(join(folder, ...parts).startsWith(`${folder}/`)).toBe(true)
          expect(parts).not.toContain('')
        } catch (error) {
          expect(error).toMatchObject({ name: 'HttpRefusal', status: 400 })
        }
      }),
      { numRuns: 2000 },
    )
  })
})

describe('limits', () => {
  it('are those of a file, declared or not', async () => {
    const { askAsPage, uploads } = await openTestShell({ fileBytes: 1000 })
    expect((await askAsPage(put(`${ID}/a`, Buffer.alloc(1000)))).status).toBe(204)
    expect((await askAsPage(put(`${ID}/b`, Buffer.alloc(1001)))).status).toBe(413)
    const chunked = { 'transfer-encoding': 'chunked' }
    expect((await askAsPage(put(`${ID}/c`, Buffer.alloc(200_000), chunked))).status).toBe(413)
    expect(basename(await uploads.resolve(ID))).toBe('a')
  })

  it('are those of all uploads together; what is discarded no longer counts', async () => {
    const { askAsPage, uploads } = await openTestShell({ totalBytes: 1500 })
    const other = ID.replace('a', 'b')
    expect((await askAsPage(put(`${ID}/a`, Buffer.alloc(1000)))).status).toBe(204)
    expect((await askAsPage(put(`${other}/a`, Buffer.alloc(1000)))).status).toBe(413)
    await uploads.discard(ID)
    expect((await askAsPage(put(`${other}/a`, Buffer.alloc(1000)))).status).toBe(204)
  })

  it('are those of the disk', async () => {
    const { askAsPage } = await openTestShell({ reserveBytes: Number.MAX_SAFE_INTEGER })
    const { status, body } = await askAsPage(put(`${ID}/a`))
    expect(status).toBe(413)
    expect(body).toBe('The file is too large: there is room for 0.00 GiB. Use ncf datasets import instead.')
  })

  it('are those of the number of files', async () => {
    const { askAsPage } = await openTestShell({ files: 2 })
    expect((await askAsPage(put(`${ID}/a`))).status).toBe(204)
    expect((await askAsPage(put(`${ID}/a`))).status).toBe(409)
    expect((await askAsPage(put(`${ID}/b`))).status).toBe(204)
    expect((await askAsPage(put(`${ID}/c`))).status).toBe(413)
  })

  it('leave nothing of a file whose sender breaks off', async () => {
    const { uploads } = await openTestShell()
    const broken = Readable.from(
      (async function* () {
        yield Buffer.from('half')
        throw new Error('gone')
      })(),
    )
    await expect(uploads.receive(`/uploads/${ID}/a`, broken, undefined)).rejects.toThrow('gone')
    await expect(uploads.resolve(ID)).rejects.toMatchObject({ code: 'upload-not-found' })
  })
})
