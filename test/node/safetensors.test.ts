import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  readSafetensors,
  readSafetensorsIndex,
  SafetensorsError,
  writeSafetensors,
  type SafetensorsErrorCode,
  type Tensor,
} from '../../src-main/node/safetensors.ts'
import { temporaryFolder, tensors } from './runFixture.ts'

async function temporaryFile(): Promise<string> {
  return join(await temporaryFolder(), 'x.safetensors')
}

function fileOf(header: unknown, data: Uint8Array = new Uint8Array(0)): Buffer {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(text.length))
  return Buffer.concat([length, text, data])
}

async function failure(file: string, options?: { finite?: boolean }): Promise<SafetensorsError> {
  const error = await readSafetensors(file, options).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(SafetensorsError)
  return error as SafetensorsError
}

const anyTensor: fc.Arbitrary<Omit<Tensor, 'name'>> = fc
  .array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 })
  .chain((shape) => {
    const length = shape.reduce((product, size) => product * size, 1)
    const of = { minLength: length, maxLength: length }
    return fc.record({ shape: fc.constant(shape), data: fc.oneof(fc.float32Array(of), fc.int32Array(of)) })
  })

describe('safetensors', () => {
  it('come back as they were written, to the bit, with their metadata', async () => {
    const file = await temporaryFile()
    const named = fc.uniqueArray(fc.tuple(fc.string({ unit: 'binary' }), anyTensor), {
      selector: ([name]) => name,
      maxLength: 6,
    })
    // zod drops a key __proto__, which no metadata needs.
    const key = fc.string().filter((text) => text !== '__proto__')
    const metadata = fc.dictionary(key, fc.string())
    await fc.assert(
      fc.asyncProperty(named, metadata, async (list, extra) => {
        const written = list
          .filter(([name]) => name !== '__metadata__')
          .map(([name, rest]) => ({ name, ...rest }))
        await writeSafetensors(file, written, extra)
        const read = await readSafetensors(file)
        expect(read.metadata).toEqual({ ...extra })
        const bytes = (tensor: Tensor) =>
          Buffer.from(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength)
        for (const tensor of written) {
          const found = read.tensors.find(({ name }) => name === tensor.name)!
          expect(found.shape).toEqual(tensor.shape)
          expect(found.data.constructor).toBe(tensor.data.constructor)
          expect(bytes(found).equals(bytes(tensor))).toBe(true)
        }
        expect(read.tensors).toHaveLength(written.length)
      }),
      { numRuns: 60 },
    )
  })

  it('lie in the file in the given order, also under names that look like numbers', async () => {
    const file = await temporaryFile()
    const one = (name: string, value: number) => ({ name, shape: [1], data: Float32Array.of(value) })
    await writeSafetensors(file, [one('b', 1), one('10', 2), one('2', 3), one('a', 4)])
    const { entries, dataStart } = await readSafetensorsIndex(file)
    expect(entries.map(({ name }) => name)).toEqual(['b', '10', '2', 'a'])
    expect(dataStart % 8).toBe(0)
    const bytes = await readFile(file)
    expect([0, 4, 8, 12].map((offset) => bytes.readFloatLE(dataStart + offset))).toEqual([1, 2, 3, 4])
  })

  it('are written from a view into shared memory without its surroundings', async () => {
    const file = await temporaryFile()
    const memory = new Float32Array(new SharedArrayBuffer(40)).fill(7)
    memory.set([1, 2, 3], 4)
    await writeSafetensors(file, [{ name: 'w', shape: [3], data: memory.subarray(4, 7) }])
    expect((await readSafetensors(file)).tensors[0].data).toEqual(Float32Array.of(1, 2, 3))
  })

  it('of 64 bits are converted: F64 rounded, I64 taken where it fits', async () => {
    const file = await temporaryFile()
    const header = {
      d: { dtype: 'F64', shape: [1], data_offsets: [0, 8] },
      l: { dtype: 'I64', shape: [2], data_offsets: [8, 24] },
    }
    const data = (last: bigint) => {
      const bytes = Buffer.alloc(24)
      bytes.writeDoubleLE(0.1, 0)
      bytes.writeBigInt64LE(-5n, 8)
      bytes.writeBigInt64LE(last, 16)
      return bytes
    }
    await writeFile(file, fileOf(header, data(2n ** 31n - 1n)))
    const { tensors } = await readSafetensors(file)
    expect(tensors.map((tensor) => tensor.data)).toEqual([
      Float32Array.of(0.1),
      Int32Array.of(-5, 2 ** 31 - 1),
    ])
    await writeFile(file, fileOf(header, data(2n ** 31n)))
    expect(await failure(file)).toMatchObject({ code: 'out-of-range', tensor: 'l' })
  })

  it('with NaN are read, unless finite numbers are asked for', async () => {
    const file = await temporaryFile()
    await writeSafetensors(file, [{ name: 'w', shape: [2], data: Float32Array.of(1, NaN) }])
    expect((await readSafetensors(file)).tensors[0].data[1]).toBeNaN()
    const error = await failure(file, { finite: true })
    expect(error).toMatchObject({ code: 'not-finite', tensor: 'w', file })
    expect(error.message).toContain('element 1')
  })

  it('are not written under one name twice, under the name of the metadata, or in a shape that does not fit', async () => {
    const file = await temporaryFile()
    const [first] = tensors()
    const code = (list: Tensor[]) => expect(writeSafetensors(file, list)).rejects
    await code([first, first]).toMatchObject({ code: 'duplicate-name' })
    await code([{ ...first, name: '__metadata__' }]).toMatchObject({ code: 'duplicate-name' })
    await code([{ ...first, shape: [7] }]).toMatchObject({ code: 'bad-shape', tensor: first.name })
    expect(await readdir(join(file, '..'))).toEqual([])
  })
})

describe('a damaged safetensors file', () => {
  const entry = { dtype: 'F32', shape: [2], data_offsets: [0, 8] }
  const eight = new Uint8Array(8)
  const claim = (bytes: bigint) => {
    const file = fileOf({}, eight)
    file.writeBigUInt64LE(bytes)
    return file
  }
  const cases: [string, SafetensorsErrorCode, Buffer][] = [
    ['without content', 'truncated', Buffer.alloc(0)],
    ['with a header of 10 GB in a few bytes', 'truncated', claim(10_000_000_000n)],
    ['with a header of 2^64 - 1 bytes', 'truncated', claim(2n ** 64n - 1n)],
    ['with a header that is not JSON', 'bad-header', fileOf('{"a":')],
    ['with a header that is a list', 'bad-header', fileOf([])],
    ['with a space before the header', 'bad-header', fileOf(' {}')],
    ['with a byte order mark before the header', 'bad-header', fileOf('\ufeff{}')],
    ['with a header that is not UTF-8', 'bad-header', fileOf('{"a":1}').fill(0xff, 10, 11)],
    ['with numbers in the metadata', 'bad-header', fileOf({ __metadata__: { epoch: 3 } })],
    ['with a tensor that is a number', 'bad-header', fileOf({ w: 3 })],
    ['with a negative offset', 'bad-header', fileOf({ w: { ...entry, data_offsets: [-8, 0] } }, eight)],
    ['with a fractional shape', 'bad-header', fileOf({ w: { ...entry, shape: [0.5, 4] } }, eight)],
    ['with an unknown field', 'bad-header', fileOf({ w: { ...entry, stride: 1 } }, eight)],
    ['of bfloat16', 'bad-dtype', fileOf({ w: { ...entry, dtype: 'BF16', shape: [4] } }, eight)],
    ['with a dtype named like a method', 'bad-dtype', fileOf({ w: { ...entry, dtype: 'toString' } }, eight)],
    ['with a shape of another size', 'bad-shape', fileOf({ w: { ...entry, shape: [3] } }, eight)],
    [
      'with a shape beyond all numbers',
      'bad-shape',
      fileOf({ w: { ...entry, shape: Array(30).fill(2 ** 50) } }, eight),
    ],
    ['with backward offsets', 'bad-shape', fileOf({ w: { ...entry, data_offsets: [8, 0] } }, eight)],
    ['that lost its last byte', 'truncated', fileOf({ w: entry }, eight.subarray(1))],
    ['with a byte too many', 'bad-offsets', fileOf({ w: entry }, new Uint8Array(9))],
    [
      'with overlapping tensors',
      'bad-offsets',
      fileOf({ a: entry, b: { ...entry, data_offsets: [4, 12] } }, new Uint8Array(12)),
    ],
    [
      'with a gap',
      'bad-offsets',
      fileOf({ a: entry, b: { ...entry, data_offsets: [12, 20] } }, new Uint8Array(20)),
    ],
    [
      'with one name twice',
      'duplicate-name',
      fileOf(`{"w":${JSON.stringify(entry)},"\\u0077" :${JSON.stringify(entry)}}`, eight),
    ],
  ]

  it.each(cases)('%s is refused as %s', async (_, code, bytes) => {
    const file = await temporaryFile()
    await writeFile(file, bytes)
    const error = await failure(file)
    expect(error.code).toBe(code)
    expect(error.message.startsWith(file)).toBe(true)
  })

  it('cut at any byte is refused', async () => {
    const file = await temporaryFile()
    await writeSafetensors(file, tensors(), { epoch: '1' })
    const bytes = readFileSync(file)
    for (let length = 0; length < bytes.length; length++) {
      writeFileSync(file, bytes.subarray(0, length))
      await failure(file)
    }
  })

  it('of random bytes, or with flipped bits, raises nothing but SafetensorsError', async () => {
    const file = await temporaryFile()
    await writeSafetensors(file, tensors(), { epoch: '1' })
    const good = readFileSync(file)
    const flipped = fc
      .array(fc.nat(good.length * 8 - 1), { minLength: 1, maxLength: 4 })
      .map((bits) =>
        bits.reduce((bytes, bit) => ((bytes[bit >> 3] ^= 1 << (bit & 7)), bytes), Buffer.from(good)),
      )
    const random = fc.uint8Array({ maxLength: 200 })
    const withHeader = fc.tuple(fc.json(), random).map(([header, data]) => fileOf(header, data))
    await fc.assert(
      fc.asyncProperty(fc.oneof(flipped, random, withHeader), async (bytes) => {
        writeFileSync(file, bytes)
        const result = await readSafetensors(file).catch((error: unknown) => error)
        if (result instanceof Error) expect(result).toBeInstanceOf(SafetensorsError)
      }),
      { numRuns: 400 },
    )
  })
})

const READER = `
import json, struct, sys
bytes = open(sys.argv[1], 'rb').read()
length, = struct.unpack('<Q', bytes[:8])
assert length % 8 == 0
header, data = json.loads(bytes[8:8 + length]), bytes[8 + length:]
metadata = header.pop('__metadata__')
def values(entry):
    begin, end = entry['data_offsets']
    kind = {'F32': 'f', 'I32': 'i'}[entry['dtype']]
    return struct.unpack('<%d%s' % ((end - begin) // 4, kind), data[begin:end])
print(json.dumps([metadata, {name: [entry['shape'], values(entry)] for name, entry in header.items()}]))
`

const hasPython = spawnSync('python3', ['--version']).status === 0

describe('another program', () => {
  it.skipIf(!hasPython)('reads what was written (skipped where there is no python3)', async () => {
    const file = await temporaryFile()
    const counts: Tensor = { name: 'counts', shape: [2], data: Int32Array.of(-1, 2 ** 31 - 1) }
    await writeSafetensors(file, [...tensors(0.25), counts], { epoch: '3', note: 'ä' })
    expect(JSON.parse(execFileSync('python3', ['-c', READER, file], { encoding: 'utf8' }))).toEqual([
      { epoch: '3', note: 'ä' },
      {
        'gmf.user.weight': [[3, 2], Array(6).fill(0.25)],
        'predict.bias': [[1], [-0.25]],
        counts: [[2], [-1, 2 ** 31 - 1]],
      },
    ])
  })
})
