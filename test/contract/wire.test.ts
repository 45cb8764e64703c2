import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeMessage, encodeMessage } from '../../src-main/contract/wire.ts'

const array = fc.oneof(
  fc.float64Array(),
  fc.float32Array(),
  fc.int32Array(),
  fc.uint32Array(),
  fc.uint8Array(),
)

/** What JSON keeps, and typed arrays anywhere in it. */
const message = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.string(),
    // JSON knows no negative zero.
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0)),
    fc.boolean(),
    fc.constant(null),
    array,
    fc.array(tie('value')),
    fc.dictionary(
      fc.string().filter((key) => key !== '__proto__' && key !== '$array'),
      tie('value'),
      { noNullPrototype: true },
    ),
  ),
})).value

/** A frame as a socket hands it over: text, or bytes that are nobody else's. */
function delivered(frame: string | Uint8Array<ArrayBuffer>): string | ArrayBuffer {
  return typeof frame === 'string' ? frame : frame.slice().buffer
}

describe('a message over a WebSocket', () => {
  it('arrives as it was sent, typed arrays bit by bit', () => {
    fc.assert(
      fc.property(message, (sent) => {
        expect(decodeMessage(delivered(encodeMessage(sent)))).toEqual(sent)
      }),
    )
  })

  it('is text without typed arrays, and one frame of bytes with them', () => {
    expect(encodeMessage({ id: 1 })).toBe('{"id":1}')
    expect(encodeMessage({ hr: Float64Array.of(NaN, 1) })).toBeInstanceOf(Uint8Array)
  })

  it('keeps arrays that are views of a part of a larger buffer', () => {
    const whole = Float64Array.from({ length: 10 }, (_, i) => i)
    expect(decodeMessage(delivered(encodeMessage([whole.subarray(3, 5)])))).toEqual([Float64Array.of(3, 4)])
  })

  it('that is no message fails with an error of its form, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.uint8Array()), (frame) => {
        try {
          decodeMessage(typeof frame === 'string' ? frame : frame.slice().buffer)
        } catch (error) {
          expect(error instanceof SyntaxError || error instanceof RangeError).toBe(true)
        }
      }),
    )
  })

  it('names only arrays: what every object has is no constructor', () => {
    const json = new TextEncoder().encode('{"$array":"toString"}')
    const frame = new Uint8Array(4 + json.length)
    new DataView(frame.buffer).setUint32(0, json.length, true)
    frame.set(json, 4)
    expect(decodeMessage(frame.buffer)).toEqual({ $array: 'toString' })
  })

  it('whose array does not fit its frame is refused', () => {
    const json = new TextEncoder().encode('{"$array":"Float64Array","offset":0,"length":1000000}')
    const frame = new Uint8Array(4 + json.length)
    new DataView(frame.buffer).setUint32(0, json.length, true)
    frame.set(json, 4)
    expect(() => decodeMessage(frame.buffer)).toThrow(RangeError)
  })
})
