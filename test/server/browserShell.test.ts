import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openBrowserShell } from '../../src-main/server/browserShell.ts'
import { closeCode, nextMessage, openTestShell, PAGE, SECRET, tokenOf } from './shellFixture.ts'

describe('the token', () => {
  it('is exchanged for a cookie that scripts cannot read, and leaves the address', async () => {
    const { ask, shell } = await openTestShell()
    const { status, headers } = await ask({ path: `/?token=${tokenOf(shell.address)}` })
    expect(status).toBe(303)
    expect(headers.location).toBe('/')
    expect(headers['cache-control']).toBe('no-store')
    const [cookie] = headers['set-cookie'] as string[]
    expect(cookie).toMatch(
      new RegExp(`^ncf-studio-${shell.port}=[\\w-]{43}; HttpOnly; SameSite=Strict; Path=/$`),
    )
    expect(cookie).not.toContain(tokenOf(shell.address))
  })

  it.each(['', 'x', 'A'.repeat(43), '%00', '%'])('is refused when it is "%s"', async (token) => {
    const { ask } = await openTestShell()
    const { status, headers } = await ask({ path: `/?token=${token}` })
    expect(status).toBe(403)
    expect(headers['set-cookie']).toBeUndefined()
  })

  it('of another server does not open this one', async () => {
    const [one, other] = [await openTestShell(), await openTestShell()]
    expect((await one.ask({ path: `/?token=${tokenOf(other.shell.address)}` })).status).toBe(403)
    expect((await one.ask({ headers: { cookie: other.cookie } })).status).toBe(401)
  })
})

describe('without the cookie', () => {
  it.each([
    ['GET', '/'],
    ['GET', '/assets/index-abc.js'],
    ['GET', '/files/runs/run%201.zip'],
    ['PUT', '/uploads/00000000-0000-4000-8000-000000000000/a.csv'],
    ['POST', '/'],
    ['DELETE', '/'],
    ['OPTIONS', '/rpc'],
  ])('%s %s is refused', async (method, path) => {
    const { ask, origin } = await openTestShell()
    expect((await ask({ method, path, headers: { origin } })).status).toBe(401)
    expect((await ask({ method, path, headers: { origin, cookie: 'ncf-studio-1=x' } })).status).toBe(401)
  })

  it('the WebSocket is refused', async () => {
    const { connect, origin } = await openTestShell()
    await expect(connect({ origin })).rejects.toThrow('401')
  })
})

describe('a foreign Host', () => {
  it.each(['evil.example', '127.0.0.1', '127.0.0.1:1', 'localhost.evil.example', '[::1]'])(
    '%s is misdirected, even with token or cookie',
    async (host) => {
      const { ask, connect, cookie, origin, shell } = await openTestShell()
      expect((await ask({ path: `/?token=${tokenOf(shell.address)}`, headers: { host } })).status).toBe(421)
      expect((await ask({ headers: { host, cookie } })).status).toBe(421)
      await expect(connect({ host, cookie, origin })).rejects.toThrow('421')
    },
  )

  it('localhost with the right port is this server', async () => {
    const { ask, cookie, shell } = await openTestShell()
    expect((await ask({ headers: { host: `localhost:${shell.port}`, cookie } })).body).toBe(PAGE)
  })
})

describe('a foreign Origin', () => {
  const origins = ['http://evil.example', 'null', 'http://127.0.0.1:1', 'https://127.0.0.1', '']

  it.each(origins)('"%s" may neither connect nor upload', async (origin) => {
    const { ask, connect, cookie, studio } = await openTestShell()
    const path = '/uploads/00000000-0000-4000-8000-000000000000/a.csv'
    await expect(connect({ cookie, origin })).rejects.toThrow('403')
    expect((await ask({ method: 'PUT', path, headers: { cookie, origin }, body: 'x' })).status).toBe(403)
    expect(studio.windows).toBe(0)
  })

  it('is no Origin at all', async () => {
    const { ask, connect, cookie } = await openTestShell()
    await expect(connect({ cookie })).rejects.toThrow('403')
    const path = '/uploads/00000000-0000-4000-8000-000000000000/a.csv'
    expect((await ask({ method: 'PUT', path, headers: { cookie }, body: 'x' })).status).toBe(403)
  })
})

describe('the windows', () => {
  it('come with a policy that lets nothing foreign in', async () => {
    const { askAsPage, shell } = await openTestShell()
    const { status, headers, body } = await askAsPage({})
    expect({ status, body }).toEqual({ status: 200, body: PAGE })
    const policy = String(headers['content-security-policy'])
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self';")
    expect(policy).not.toContain('unsafe')
    expect(policy).toContain(`connect-src 'self' ws://127.0.0.1:${shell.port} ws://localhost:${shell.port};`)
    expect(headers).toMatchObject({
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-resource-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    })
  })

  it('are scripts, styles and pages by their type', async () => {
    const { askAsPage } = await openTestShell()
    const { status, headers } = await askAsPage({ path: '/assets/index-abc.js?v=1' })
    expect(status).toBe(200)
    expect(headers['content-type']).toBe('text/javascript; charset=utf-8')
    expect((await askAsPage({ method: 'HEAD' })).body).toBe('')
  })

  it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('cannot be asked for with %s', async (method) => {
    const { askAsPage } = await openTestShell()
    const { status, headers } = await askAsPage({ method })
    expect({ status, allow: headers.allow }).toEqual({ status: 405, allow: 'GET, HEAD' })
  })

  it.each([
    '/../secret.json',
    '/%2e%2e/secret.json',
    '/%2e%2e%2fsecret.json',
    '/..%5csecret.json',
    '/..\\secret.json',
    '/assets/../../secret.json',
    '/assets/..%252f..%252fsecret.json',
    '//secret.json',
    '/.hidden.json',
    '/assets/%00.js',
    '/index.html/',
    '/index.html%00.js',
    '/%c0%ae%c0%ae/secret.json',
    '/%',
    '/assets',
  ])('do not include %s', async (path) => {
    const { askAsPage } = await openTestShell()
    const { status, body } = await askAsPage({ path })
    expect(status).toBe(404)
    expect(body).not.toContain(SECRET)
  })

  it('answer any path at all, and the server lives', async () => {
    const { askAsPage } = await openTestShell()
    const piece = fc.constantFrom(
      '/',
      '..',
      '.',
      '%2e',
      '%2f',
      '%5c',
      '%',
      '%00',
      'assets',
      'files',
      'runs',
      'a.zip',
      '?',
      '#',
      '@',
      ':',
      ';',
    )
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
        const { status, body } = await askAsPage({ path: `/${pieces.join('')}` })
        expect([200, 404, 403]).toContain(status)
        if (status === 200) expect(body).toBe(PAGE)
      }),
      { numRuns: 300 },
    )
    expect((await askAsPage({})).body).toBe(PAGE)
  })

  it('are asked for by path alone', async () => {
    const { askAsPage } = await openTestShell()
    expect((await askAsPage({ path: 'http://evil.example/' })).status).toBe(400)
    expect((await askAsPage({ path: '*' })).status).toBe(400)
  })
})

describe('a run', () => {
  it('is downloaded under its own name', async () => {
    const { askAsPage } = await openTestShell()
    const { status, headers, body } = await askAsPage({ path: '/files/runs/run%201.zip' })
    expect({ status, body }).toEqual({ status: 200, body: 'PK archive' })
    expect(headers).toMatchObject({ 'content-type': 'application/zip', 'content-length': '10' })
    expect(headers['content-disposition']).toBe(
      `attachment; filename="NeuMF _ a _run_.zip"; filename*=UTF-8''NeuMF%20%E2%80%93%20a%20%E2%80%9Crun%E2%80%9D.zip`,
    )
  })

  it.each(['other', '..%2f..%2fetc', '%00'])('that is not there (%s) is not found', async (id) => {
    const { askAsPage } = await openTestShell()
    expect((await askAsPage({ path: `/files/runs/${id}.zip` })).status).toBe(404)
  })

  it('with a broken escape in its id is refused', async () => {
    const { askAsPage } = await openTestShell()
    expect((await askAsPage({ path: '/files/runs/%.zip' })).status).toBe(404)
  })
})

describe('the WebSocket', () => {
  it('answers requests with their ids, with typed arrays on the way', async () => {
    const { connect, studio } = await openTestShell()
    const socket = await connect()
    socket.send(JSON.stringify({ id: 7, name: 'run:list', argument: { a: 1 } }))
    expect(await nextMessage(socket)).toEqual({
      id: 7,
      reply: { ok: true, value: { name: 'run:list', argument: { a: 1 } } },
    })
    expect(studio.asked).toHaveLength(1)
  })

  it('tells every window what happens, until it is closed', async () => {
    const { connect, studio } = await openTestShell()
    const [one, two] = [await connect(), await connect()]
    const event = { name: 'run:removed' as const, payload: { id: 'r' } }
    const heard = Promise.all([nextMessage(one), nextMessage(two)])
    studio.emit(event)
    expect(await heard).toEqual([{ event }, { event }])
    const gone = closeCode(one)
    one.close()
    await gone
    await expect.poll(() => studio.windows).toBe(1)
  })

  it.each(['', '{', '[]', 'null', '1', '{"name":"run:list"}', '{"id":"1"}', '{"id":1.5}'])(
    'closes on "%s", which is no request',
    async (text) => {
      const { connect, studio } = await openTestShell()
      const socket = await connect()
      const code = closeCode(socket)
      socket.send(text)
      expect(await code).toBe(1007)
      expect(studio.asked).toEqual([])
    },
  )

  it('survives binary rubbish', async () => {
    const { connect, askAsPage } = await openTestShell()
    for (const bytes of [[], [1], [255, 255, 255, 255, 0], [2, 0, 0, 0, 123, 125]]) {
      const socket = await connect()
      const code = closeCode(socket)
      socket.send(Buffer.from(bytes))
      expect(await code).toBe(1007)
    }
    expect((await askAsPage({})).status).toBe(200)
  })

  it('is nowhere but at /rpc', async () => {
    const { connect, cookie, origin } = await openTestShell()
    await expect(connect({ cookie, origin }, '/')).rejects.toThrow('404')
    await expect(connect({ cookie, origin }, '/rpc/x')).rejects.toThrow('404')
  })

  it('refuses a message beyond any request', async () => {
    const { connect } = await openTestShell()
    const socket = await connect()
    const code = closeCode(socket)
    socket.send(Buffer.alloc((4 << 20) + 1))
    expect(await code).toBe(1009)
  })
})

describe('the port', () => {
  it('that is taken is named, with what to do', async () => {
    const { shell, studio, uploads } = await openTestShell()
    const again = openBrowserShell({ studio, uploads, windows: '/', port: shell.port })
    await expect(again).rejects.toMatchObject({
      code: 'port-in-use',
      message: `Another program listens on port ${shell.port}. Choose another one with --port, or any free one with --port 0.`,
    })
  })

  it('is free again after close(), whatever is connected', async () => {
    const { shell, studio, uploads, connect } = await openTestShell()
    const socket = await connect()
    const code = closeCode(socket)
    await shell.close()
    expect(await code).toBe(1001)
    const again = await openBrowserShell({ studio, uploads, windows: '/', port: shell.port })
    await again.close()
  })
})
