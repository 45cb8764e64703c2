import { once } from 'node:events'
import WebSocket from 'ws'
import type {
  AppEvent,
  EventName,
  EventPayload,
  RequestInput,
  RequestName,
  RequestOutput,
} from '../../src-main/contract/contract.ts'
import { fromFailure, type Reply } from '../../src-main/contract/contractError.ts'
import { decodeMessage, encodeMessage } from '../../src-main/contract/wire.ts'

type Message = { id: number; reply: Reply } | { event: AppEvent }

/** A window without a page: the contract over the WebSocket of a served library, with the token of its address. */
export class ContractClient {
  private readonly waiting = new Map<number, (reply: Reply) => void>()
  private readonly listeners = new Set<(event: AppEvent) => void>()
  private lastId = 0

  private constructor(private readonly socket: WebSocket) {
    socket.binaryType = 'arraybuffer'
    socket.on('message', (data, isBinary) => this.receive(isBinary ? (data as ArrayBuffer) : String(data)))
    socket.on('close', () => {
      const error = { code: 'connection-lost', message: 'The server has gone.' }
      for (const answer of this.waiting.values()) answer({ ok: false, error })
    })
    socket.on('error', () => {})
  }

  static async connect(address: string): Promise<ContractClient> {
    const { origin } = new URL(address)
    const response = await fetch(address, { redirect: 'manual' })
    const cookie = response.headers.getSetCookie()[0].split(';')[0]
    const socket = new WebSocket(`${origin.replace('http', 'ws')}/rpc`, { headers: { cookie, origin } })
    const client = new ContractClient(socket)
    await once(socket, 'open')
    return client
  }

  async request<Name extends RequestName>(
    name: Name,
    argument: RequestInput<Name>,
  ): Promise<RequestOutput<Name>> {
    const id = ++this.lastId
    const reply = await new Promise<Reply>((resolve) => {
      this.waiting.set(id, resolve)
      this.socket.send(encodeMessage({ id, name, argument }))
    })
    this.waiting.delete(id)
    if (reply.ok) return reply.value as RequestOutput<Name>
    throw fromFailure(reply.error)
  }

  /** Listens to every event of a name; returns a function that stops. */
  on<Name extends EventName>(name: Name, listener: (payload: EventPayload<Name>) => void): () => void {
    const listen = (event: AppEvent) => {
      if (event.name === name) listener(event.payload as EventPayload<Name>)
    }
    this.listeners.add(listen)
    return () => this.listeners.delete(listen)
  }

  /** The next event of a name that fits. */
  next<Name extends EventName>(
    name: Name,
    fits: (payload: EventPayload<Name>) => boolean = () => true,
  ): Promise<EventPayload<Name>> {
    return new Promise((resolve) => {
      const stop = this.on(name, (payload) => {
        if (!fits(payload)) return
        stop()
        resolve(payload)
      })
    })
  }

  close(): void {
    this.socket.close()
  }

  private receive(frame: string | ArrayBuffer): void {
    const message = decodeMessage(frame) as Message
    if ('event' in message) for (const listener of this.listeners) listener(message.event)
    else this.waiting.get(message.id)?.(message.reply)
  }
}
