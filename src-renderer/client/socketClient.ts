import type { AppEvent, Client, EventName } from '../../src-main/contract/contract.ts'
import { ContractError, fromFailure, type Reply } from '../../src-main/contract/contractError.ts'
import { decodeMessage, encodeMessage } from '../../src-main/contract/wire.ts'
import { EventListeners } from './eventListeners.ts'

type Message = { id: number; reply: Reply } | { event: AppEvent }

interface Waiting {
  resolve(value: never): void
  reject(error: Error): void
}

/** Milliseconds before the first attempt to connect again; doubled after each that fails. */
const FIRST_RETRY = 250
const LONGEST_RETRY = 4000

/** 'refused': a server answers, but not to this window. It was started anew, with another token. */
export type ConnectionState = 'connecting' | 'open' | 'lost' | 'refused'

/**
 * The contract over a WebSocket. A lost connection fails what is under way with the code `connection-lost`, and is
 * sought again until it is back; whoever shows state then asks for it anew.
 */
export class SocketClient implements Client {
  private readonly listeners = new EventListeners()
  private readonly waiting = new Map<number, Waiting>()
  private socket: WebSocket | undefined
  private lastId = 0
  private retryAfter = FIRST_RETRY

  constructor(
    private readonly address: string,
    private readonly onState: (state: ConnectionState) => void,
  ) {
    this.connect()
  }

  request: Client['request'] = (name, argument = {} as never) =>
    new Promise((resolve, reject) => {
      const { socket } = this
      if (socket?.readyState !== WebSocket.OPEN) return reject(lost())
      const id = ++this.lastId
      this.waiting.set(id, { resolve, reject })
      socket.send(encodeMessage({ id, name, argument }))
    })

  on<Name extends EventName>(name: Name, listener: never): () => void {
    return this.listeners.add(name, listener)
  }

  private connect(): void {
    const socket = new WebSocket(this.address)
    socket.binaryType = 'arraybuffer'
    socket.onopen = () => {
      this.retryAfter = FIRST_RETRY
      this.onState('open')
    }
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) =>
      this.receive(decodeMessage(data) as Message)
    socket.onclose = () => void this.reconnect()
    this.socket = socket
  }

  private receive(message: Message): void {
    if ('event' in message) return this.listeners.emit(message.event)
    const waiting = this.waiting.get(message.id)
    this.waiting.delete(message.id)
    if (message.reply.ok) waiting?.resolve(message.reply.value as never)
    else waiting?.reject(fromFailure(message.reply.error))
  }

  private async reconnect(): Promise<void> {
    for (const { reject } of this.waiting.values()) reject(lost())
    this.waiting.clear()
    // A WebSocket does not tell why it failed; a request does.
    const status = await fetch('/', { method: 'HEAD' }).then(
      (response) => response.status,
      () => undefined,
    )
    this.onState(status === 401 ? 'refused' : 'lost')
    setTimeout(() => this.connect(), this.retryAfter)
    this.retryAfter = Math.min(LONGEST_RETRY, 2 * this.retryAfter)
  }
}

function lost(): ContractError {
  return new ContractError(
    'connection-lost',
    'The connection to NCF Studio is lost; it is being sought again. Nothing that was stored is affected.',
  )
}
