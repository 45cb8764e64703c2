/**
 * An object whose unknown members throw: a test must never pass on something that the stand-in only seems to do.
 *
 * @template {object} T
 * @param {string} name @param {T} members @returns {T}
 */
export function strict(name, members) {
  return new Proxy(members, {
    get(target, key) {
      if (key in target || typeof key === 'symbol' || key === 'then') return Reflect.get(target, key)
      throw new Error(`The stand-in does not have electron.${name}.${key}.`)
    },
    set(target, key, value) {
      if (key in target || key === '_events' || key === '_eventsCount') return Reflect.set(target, key, value)
      throw new Error(`The stand-in does not have electron.${name}.${String(key)} to set.`)
    },
  })
}
