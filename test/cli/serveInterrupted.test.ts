import { expect, it, vi } from 'vitest'
import { callNcf, temporaryLibrary } from './ncfProcess.ts'

const { open, close, interrupt } = vi.hoisted(() => ({
  open: vi.fn(async () => true),
  close: vi.fn(async () => undefined),
  interrupt: vi.fn(),
}))

vi.mock('../../src-main/server/serve.ts', () => ({
  serve: async () => {
    interrupt()
    return { address: 'http://127.0.0.1:1/?token=t', open, close }
  },
}))

it('opens no browser and prints no address when it is interrupted while it starts', async () => {
  interrupt.mockImplementationOnce(() => process.emit('SIGINT', 'SIGINT'))
  const { code, stdout } = await callNcf(await temporaryLibrary(), ['serve'])
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
  expect(open).not.toHaveBeenCalled()
  expect(close).toHaveBeenCalledOnce()
})

it('opens one when nobody does', async () => {
  open.mockImplementationOnce(async () => process.emit('SIGINT', 'SIGINT'))
  const { code, stdout } = await callNcf(await temporaryLibrary(), ['serve'])
  expect(code).toBe(0)
  expect(stdout).toContain('http://127.0.0.1:1/?token=t')
  expect(open).toHaveBeenCalledOnce()
})
