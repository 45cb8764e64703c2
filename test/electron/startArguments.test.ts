import { describe, expect, it } from 'vitest'
import { sourceOfArguments } from '../../src-main/electron/startArguments.ts'

const HERE = import.meta.dirname
const FILE = import.meta.filename

describe('a command line', () => {
  it('names the folder or file to open, absolute or from its own folder', () => {
    expect(sourceOfArguments(['/opt/ncf', FILE], '/', true)).toEqual({ kind: 'path', path: FILE })
    expect(sourceOfArguments(['/opt/ncf', '.'], HERE, true)).toEqual({ kind: 'path', path: HERE })
  })

  it('may hold switches of the desktop and of Chromium', () => {
    const args = ['/opt/ncf', '--no-sandbox', '-psn_0_1', '--user-data-dir=/tmp', FILE]
    expect(sourceOfArguments(args, '/', true)).toEqual({ kind: 'path', path: FILE })
  })

  it('has the program’s own folder first when the program is not packaged', () => {
    expect(sourceOfArguments(['/electron', '.'], HERE, false)).toBeUndefined()
    expect(sourceOfArguments(['/electron', '.', FILE], HERE, false)).toEqual({ kind: 'path', path: FILE })
  })

  it('that names nothing which is there opens nothing', () => {
    expect(sourceOfArguments(['/opt/ncf'], HERE, true)).toBeUndefined()
    expect(sourceOfArguments(['/opt/ncf', 'no-such-file'], HERE, true)).toBeUndefined()
  })
})
