import type { RawData, WebSocket } from 'ws'
import { decodeMessage } from '../contract/wire.ts'
import type { Studio } from '../studio/studio.ts'
import { EventOutbox } from './eventOutbox.ts'

/** Requests of one browser that may be under way at once. */
const MAX_UNDER_WAY = 256

interface RequestFrame {
  id: number
  name: unknown
  argument: unknown
}

function bytesOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data)
  return Buffer.isBuffer(data) ? data : Buffer.from(data)
}

/** Arrays in a frame are views of it, so it needs memory of its own. */
function decode(data: RawData, isBinary: boolean): unknown {
  const bytes = bytesOf(data)
  return decodeMessage(isBinary ? Uint8Array.from(bytes).buffer : bytes.toString('utf8'))
}

function requestOf(data: RawData, isBinary: boolean): RequestFrame | undefined {
  try {
    const message = decode(data, isBinary) as Partial<RequestFrame> | null
    if (typeof message !== 'object' || !Number.isSafeInteger(message?.id)) return undefined
    return message as RequestFrame
  } catch {
    return undefined
  }
}

/** Speaks the contract with one browser window until either side hangs up. */
export function speakWith(
  socket: WebSocket,
  { dispatch, subscribe }: Pick<Studio, 'dispatch' | 'subscribe'>,
): void {
  const outbox = new EventOutbox(socket)
  const stopListening = subscribe((event) => outbox.push(event))
  let underWay = 0
  // What is wrong with a connection is followed by its close.
  socket.on('error', () => undefined)
  socket.on('close', stopListening)
  socket.on('message', async (data, isBinary) => {
    const request = requestOf(data, isBinary)
    if (request === undefined) return socket.close(1007, 'not a request')
    if (underWay >= MAX_UNDER_WAY) return socket.close(1008, 'too many requests at once')
    underWay += 1
    const reply = await dispatch(request.name, request.argument)
    underWay -= 1
    if (socket.readyState === socket.OPEN) outbox.send({ id: request.id, reply })
  })
}
