import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

const SECRET_BYTES = 32

function secret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url')
}

/** In a time that tells nothing of where they differ. */
function isSame(a: string, b: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(a), hash(b))
}

function cookieOf({ headers }: IncomingMessage, name: string): string {
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='))
  return pairs.find(([key]) => key === name)?.[1] ?? ''
}

/**
 * Who may use the server on a port: whoever opens the address with the token that it prints, which is exchanged for a
 * cookie that scripts cannot read. Pages of other origins, and names that only resolve to this machine, may not.
 */
export class Access {
  readonly hosts: readonly string[]
  private readonly token = secret()
  private readonly session = secret()
  private readonly cookieName: string

  constructor(port: number) {
    this.hosts = [`127.0.0.1:${port}`, `localhost:${port}`]
    // Cookies know no ports: two servers on one machine would overwrite each other's.
    this.cookieName = `ncf-studio-${port}`
  }

  /** To be opened in a browser. */
  get address(): string {
    return `http://${this.hosts[0]}/?token=${this.token}`
  }

  /** Says no to a name that was made to resolve to 127.0.0.1 (DNS rebinding). */
  knowsHost({ headers }: IncomingMessage): boolean {
    return this.hosts.includes(headers.host ?? '')
  }

  knowsOrigin({ headers }: IncomingMessage): boolean {
    return this.hosts.some((host) => headers.origin === `http://${host}`)
  }

  holdsCookie(request: IncomingMessage): boolean {
    return isSame(cookieOf(request, this.cookieName), this.session)
  }

  /** The cookie for a token; undefined for a wrong one. */
  cookieFor(token: string): string | undefined {
    if (!isSame(token, this.token)) return undefined
    return `${this.cookieName}=${this.session}; HttpOnly; SameSite=Strict; Path=/`
  }
}
