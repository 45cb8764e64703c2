const standIn = new URL('./electron.js', import.meta.url).href

/** A hook of Node's loader: `electron` is the stand-in. */
export async function resolve(specifier, context, next) {
  return specifier === 'electron' ? { url: standIn, shortCircuit: true } : next(specifier, context)
}
