import { readdirSync, readFileSync } from 'node:fs'
import { posix, resolve, sep } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

/** What the files of a room may import besides each other. */
interface Room {
  rooms?: string[] | 'any'
  /** npm packages by name, whatever the path inside them. */
  packages?: string[] | 'any'
  /** Node's own modules, which must be written with `node:`. */
  node?: boolean
  /** Single files of rooms that are closed otherwise, without their extension, which AssemblyScript leaves out. */
  files?: string[]
}

const SHELL = ['core', 'contract', 'studio', 'node', 'trainer', 'engines/cpu'].map(
  (room) => `src-main/${room}`,
)

/** The rule of docs/architecture.md, row by row. A file belongs to the longest room that holds it. */
const ROOMS: Record<string, Room> = {
  'src-main/core': { packages: ['zod'] },
  'src-main/engines/cpu': { rooms: ['src-main/core'], node: true },
  // AssemblyScript: another language, which shares one table of numbers with its host.
  'src-main/engines/cpu/kernel': { files: ['src-main/engines/cpu/slots'] },
  'src-main/contract': { rooms: ['src-main/core'], packages: ['zod'] },
  'src-main/studio': { rooms: ['src-main/core', 'src-main/contract'] },
  'src-main/node': {
    rooms: ['src-main/core', 'src-main/studio'],
    packages: ['csv-parse', 'fflate', 'yauzl', 'zod'],
    node: true,
  },
  'src-main/trainer': {
    rooms: ['src-main/core', 'src-main/engines/cpu', 'src-main/node'],
    packages: ['zod'],
    node: true,
  },
  'src-main/electron': { rooms: SHELL, packages: ['electron', 'electron-store', 'electron-log'], node: true },
  'src-main/server': { rooms: SHELL, packages: ['ws', 'open'], node: true },
  'src-main/cli': {
    rooms: SHELL,
    // `ncf serve` starts the browser shell.
    files: ['src-main/server/serve'],
    packages: ['commander', 'cli-progress', 'cli-table3'],
    node: true,
  },
  'src-renderer': {
    rooms: ['src-main/contract'],
    packages: [
      ...['vue', 'vue-router', 'pinia', '@vueuse/core', 'echarts', 'reka-ui'],
      ...['@tanstack/vue-table', '@tanstack/vue-virtual', 'zod'],
    ],
  },
  'resources/demo': { node: true },
  'resources/start': { node: true },
  'resources/sample': { rooms: ['src-main/core'], packages: ['vite'], node: true },
  test: { rooms: 'any', packages: 'any', node: true },
}

const TOP_LEVEL = [
  ...['package.json', 'package-lock.json', 'tsconfig.json', 'electron.vite.config.ts'],
  ...['eslint.config.js', 'vitest.config.ts', 'README.md', 'LICENSE'],
  ...['src-main', 'src-renderer', 'resources', 'test', 'docs', '.ci'],
  ...['.gitignore', '.gitattributes', '.editorconfig', '.prettierrc.json', '.prettierignore', '.npmrc'],
]
/** Not part of the repository: what Git ignores, its own folder, an editor's and a desktop's leavings. */
const LOCAL = ['.git', 'node_modules', 'out', 'tmp', '.idea', '.vscode', '.DS_Store']

const CODE = /\.([cm]?[jt]sx?|vue)$/
const byLength = Object.keys(ROOMS).sort((a, b) => b.length - a.length)

function roomOf(path: string): string | undefined {
  return byLength.find((room) => path.startsWith(`${room}/`))
}

function scriptsOf(path: string, text: string): string {
  if (!path.endsWith('.vue')) return text
  return [...text.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map((match) => match[1]).join('\n')
}

/** The node that names the module, if this node imports one: a declaration, a type, import() or require(). */
function specifierOf(node: ts.Node): ts.Node | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier
  if (ts.isExternalModuleReference(node)) return node.expression
  if (ts.isImportTypeNode(node))
    return ts.isLiteralTypeNode(node.argument) ? node.argument.literal : node.argument
  if (!ts.isCallExpression(node)) return undefined
  const called = node.expression
  const imports =
    called.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(called) && called.text === 'require')
  return imports ? (node.arguments[0] ?? node) : undefined
}

/** Every module that a file names; undefined for one whose name is computed, which nobody can check. */
function importsOf(path: string, text: string): (string | undefined)[] {
  const source = ts.createSourceFile(`${path}.ts`, scriptsOf(path, text), ts.ScriptTarget.Latest)
  const found: (string | undefined)[] = [
    ...source.referencedFiles.map(({ fileName }) => posix.join('.', fileName).replace(/^(?!\.)/, './')),
    ...source.typeReferenceDirectives.map(({ fileName }) => fileName),
  ]
  const visit = (node: ts.Node): void => {
    const specifier = specifierOf(node)
    if (specifier) found.push(ts.isStringLiteralLike(specifier) ? specifier.text : undefined)
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

function mayImport(path: string, room: string, specifier: string | undefined): boolean {
  const { rooms = [], packages = [], node = false, files = [] } = ROOMS[room]
  if (specifier === undefined) return rooms === 'any'
  if (specifier.startsWith('node:')) return node
  if (!specifier.startsWith('.')) return packages === 'any' || packages.includes(packageOf(specifier))
  const target = posix.join(posix.dirname(path), specifier)
  const targetRoom = roomOf(target)
  if (targetRoom === undefined) return false
  return (
    targetRoom === room ||
    rooms === 'any' ||
    rooms.includes(targetRoom) ||
    files.includes(target.replace(CODE, ''))
  )
}

/** Each import that the rule forbids and each file that has no room. Keys are paths from the repository's root. */
function violations(files: Record<string, string>): string[] {
  return Object.entries(files).flatMap(([path, text]) => {
    const room = roomOf(path)
    if (room === undefined) return [`${path} is in no room`]
    return importsOf(path, text)
      .filter((specifier) => !mayImport(path, room, specifier))
      .map((specifier) => `${path} may not import ${specifier ?? 'a computed name'}`)
  })
}

function misplaced(topLevel: readonly string[]): string[] {
  return topLevel.filter((entry) => !TOP_LEVEL.includes(entry) && !LOCAL.includes(entry))
}

const root = resolve(import.meta.dirname, '..')

/** All code below the top level; what lies at the top itself is the affair of misplaced(). */
function codeOfRepository(): Record<string, string> {
  const folders = readdirSync(root, { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && !LOCAL.includes(entry.name),
  )
  const paths = folders.flatMap(({ name }) =>
    readdirSync(resolve(root, name), { recursive: true, encoding: 'utf8' })
      .filter((path) => CODE.test(path))
      .map((path) => `${name}/${path.split(sep).join('/')}`),
  )
  return Object.fromEntries(paths.map((path) => [path, readFileSync(resolve(root, path), 'utf8')]))
}

describe('this repository', () => {
  const files = codeOfRepository()

  it('imports only what the rule allows, and has no file without a room', () => {
    expect(Object.keys(files)).toContain('src-main/core/random/philox.ts')
    expect(violations(files)).toEqual([])
  })

  it('has nothing at its top level that the rule does not name', () => {
    expect(misplaced(readdirSync(root))).toEqual([])
  })

  it('is really read: most files below src-main import something', () => {
    const importing = Object.entries(files).filter(([path, text]) => importsOf(path, text).length > 0)
    expect(importing.length).toBeGreaterThan(Object.keys(files).length / 2)
  })
})

describe('a planted violation is caught:', () => {
  it.each([
    ['Node in core', 'src-main/core/x.ts', `import { readFileSync } from 'node:fs'`],
    ['Node without its prefix', 'src-main/node/x.ts', `import { readFileSync } from 'fs'`],
    ['a package that core may not have', 'src-main/core/x.ts', `import fc from 'fast-check'`],
    ['a package nobody listed', 'src-main/node/x.ts', `import _ from 'lodash'`],
    ['a package whose name begins like a listed one', 'src-main/core/x.ts', `import 'zod-extra'`],
    ['an engine in core', 'src-main/core/x.ts', `import { e } from '../engines/cpu/cpuEngine.ts'`],
    ['a type alone', 'src-main/core/x.ts', `import type { E } from '../engines/cpu/cpuEngine.ts'`],
    ['a type written in place', 'src-main/core/x.ts', `let e: import('../node/store.ts').Store`],
    ['a re-export', 'src-main/core/x.ts', `export * from '../node/store.ts'`],
    ['a side effect', 'src-main/core/x.ts', `import '../node/store.ts'`],
    ['import()', 'src-main/core/x.ts', `const m = await import('node:os')`],
    ['import() of a template', 'src-main/core/x.ts', 'const m = await import(`node:os`)'],
    ['import() of a computed name', 'src-main/core/x.ts', `const m = await import('node:' + 'os')`],
    ['require', 'src-main/core/x.ts', `const os = require('node:os')`],
    ['import = require', 'src-main/core/x.ts', `import os = require('node:os')`],
    ['a reference to types', 'src-main/core/x.ts', `/// <reference types="node" />`],
    ['a reference to a file', 'src-main/core/x.ts', `/// <reference path="../node/store.ts" />`],
    ['a sibling engine', 'src-main/engines/cpu/x.ts', `import '../webgpu/webgpuEngine.ts'`],
    ['a package in an engine', 'src-main/engines/cpu/x.ts', `import 'zod'`],
    ['the kernel from its host', 'src-main/engines/cpu/x.ts', `import { step } from './kernel/index.ts'`],
    ['the host from its kernel', 'src-main/engines/cpu/kernel/x.ts', `import { w } from '../worker.ts'`],
    [
      'core from the kernel',
      'src-main/engines/cpu/kernel/x.ts',
      `import { p } from '../../../core/engine.ts'`,
    ],
    ['Node in the contract', 'src-main/contract/x.ts', `import 'node:path'`],
    ['the file system in the studio', 'src-main/studio/x.ts', `import '../node/runStore.ts'`],
    ['the engine in the run store', 'src-main/node/x.ts', `import '../engines/cpu/cpuEngine.ts'`],
    ['a shell in the trainer', 'src-main/trainer/x.ts', `import '../cli/ncf.ts'`],
    ['one shell in another', 'src-main/cli/x.ts', `import '../electron/main.ts'`],
    ['Electron outside its room', 'src-main/cli/x.ts', `import { app } from 'electron'`],
    ['core in the renderer', 'src-renderer/x.ts', `import '../src-main/core/metrics/ndcg.ts'`],
    ['Node in the renderer', 'src-renderer/x.ts', `import 'node:fs'`],
    [
      'core in a component',
      'src-renderer/X.vue',
      `<script setup>\nimport '../src-main/core/engine.ts'\n</script>`,
    ],
    ['tests in the source', 'src-main/node/x.ts', `import '../../test/fixtures/x.ts'`],
    ['what is in no room', 'src-main/node/x.ts', `import '../../electron.vite.config.ts'`],
    ['what lies outside', 'src-main/node/x.ts', `import '../../../elsewhere/x.ts'`],
    ['a JavaScript file', 'src-main/core/x.mjs', `import 'node:fs'`],
  ])('%s', (_, path, text) => {
    expect(violations({ [path]: text })).toHaveLength(1)
  })

  it.each([
    'src-main/x.ts',
    'src-main/newRoom/x.ts',
    'src-main/engines/x.ts',
    'docs/x.js',
    'scripts/x.ts',
    'x.ts',
  ])('%s, a file in no room', (path) => {
    expect(violations({ [path]: '' })).toEqual([`${path} is in no room`])
  })

  it.each(['scripts', 'src', 'notes.md', 'vite.config.ts', '.github'])('%s at the top level', (entry) => {
    expect(misplaced([...TOP_LEVEL, entry])).toEqual([entry])
  })

  it('every one of several', () => {
    const text = `import 'zod'\nimport 'node:fs'\nexport { x } from '../cli/x.ts'`
    expect(violations({ 'src-main/core/x.ts': text, 'lib/y.ts': '' })).toEqual([
      'src-main/core/x.ts may not import node:fs',
      'src-main/core/x.ts may not import ../cli/x.ts',
      'lib/y.ts is in no room',
    ])
  })
})

describe('what the rule allows is let through:', () => {
  it.each([
    ['zod in core', 'src-main/core/x.ts', `import { z } from 'zod'`],
    ['a neighbour', 'src-main/core/run/x.ts', `import { modelSpec } from '../models/modelSpec.ts'`],
    [
      'core and Node in an engine',
      'src-main/engines/cpu/x.ts',
      `import '../../core/engine.ts'\nimport 'node:os'`,
    ],
    ['the shared table in the kernel', 'src-main/engines/cpu/kernel/x.ts', `import { A } from '../slots'`],
    ['the same by its whole name', 'src-main/engines/cpu/kernel/x.ts', `import { A } from '../slots.ts'`],
    ['a path inside a package', 'src-main/node/x.ts', `import { parse } from 'csv-parse/sync'`],
    [
      'the contract in a component',
      'src-renderer/X.vue',
      `<script>import '../src-main/contract/x.ts'</script>`,
    ],
    ['anything in tests', 'test/x.test.ts', `import '../src-main/core/x.ts'\nimport fc from 'fast-check'`],
    ['an import in words', 'src-main/core/x.ts', `// import 'node:fs'\nconst text = "import 'node:fs'"`],
  ])('%s', (_, path, text) => {
    expect(violations({ [path]: text })).toEqual([])
  })
})
