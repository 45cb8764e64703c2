/** The way from the stand-in's main process to the test that has started it, and back. */

let lastId = 0
/** @type {Map<number, {resolve: (value: unknown) => void, reject: (error: Error) => void}>} */
const waiting = new Map()
/** @type {Map<string, (argument: any) => unknown>} */
const answers = new Map()

/** Says what the code under test did to the desktop. @param {string} call @param {unknown[]} args */
export function tell(call, ...args) {
  process.send?.({ kind: 'told', call, args })
}

/** Asks the test: the answer of a dialog, a page to be opened. @param {string} call @param {unknown[]} args */
export function ask(call, ...args) {
  const id = ++lastId
  process.send?.({ kind: 'question', id, call, args })
  return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }))
}

/** Answers what the test asks. @param {string} call @param {(argument: any) => unknown} answer */
export function answer(call, answer) {
  answers.set(call, answer)
}

async function reply({ id, call, argument }) {
  try {
    const known = answers.get(call)
    if (!known) throw new Error(`The stand-in cannot be asked for ${call}.`)
    process.send?.({ kind: 'answer', id, value: await known(argument) })
  } catch (error) {
    process.send?.({ kind: 'answer', id, error: String(error) })
  }
}

process.on('message', (message) => {
  if (message.kind === 'question') return void reply(message)
  const { resolve, reject } = waiting.get(message.id)
  waiting.delete(message.id)
  if (message.error === undefined) resolve(message.value)
  else reject(new Error(message.error))
})
// The test is over, or has died.
process.on('disconnect', () => process.exit())
