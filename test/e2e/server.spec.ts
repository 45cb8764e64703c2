import { expect, test } from './studioFixture.ts'

test('a browser that opens the printed address gets the window, and the address loses its token', async ({
  studio,
  expectAccessible,
}) => {
  const { page, server } = studio
  await expect(page).toHaveTitle('NCF Studio')
  expect(page.url()).toMatch(new RegExp(`^http://127\\.0\\.0\\.1:${server.port}/(#|$)`))
  await expectAccessible(page)
})

test('the window reaches the application', async ({ studio }) => {
  const { page, library } = studio
  const reply = await page.evaluate(
    () =>
      new Promise((resolve) => {
        const socket = new WebSocket(`ws://${location.host}/rpc`)
        socket.onopen = () => socket.send(JSON.stringify({ id: 1, name: 'app:info', argument: {} }))
        socket.onmessage = ({ data }) => {
          const message = JSON.parse(String(data))
          if (message.id === 1) resolve(message.reply)
        }
      }),
  )
  expect(reply).toMatchObject({ ok: true, value: { shell: 'browser', library } })
})

test('scripts that the program does not bring are not run', async ({ studio }) => {
  const { page, problems } = studio
  problems.expect(/Content Security Policy|CSP violation/)
  const ran = await page.evaluate(async () => {
    const script = document.createElement('script')
    script.textContent = 'window.foreign = true'
    document.head.append(script)
    await new Promise((resolve) => setTimeout(resolve, 100))
    return 'foreign' in window
  })
  expect(ran).toBe(false)
  expect(problems.unexpected).toEqual([])
})

test.describe('a server that is told to end', () => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    test(`by ${signal} ends well`, async ({ studio }) => {
      studio.problems.expect(/WebSocket|ERR_CONNECTION_REFUSED/)
      expect(await studio.server.end(signal)).toBe(0)
    })
  }
})

test('a window finds the server again after its restart on the same port', async ({ studio }) => {
  studio.problems.expect(/WebSocket|ERR_CONNECTION_REFUSED|401/)
  await studio.server.end()
  await studio.restart()
  await studio.page.goto(studio.server.address)
  await expect(studio.page).toHaveTitle('NCF Studio')
})
