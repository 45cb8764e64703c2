/** What stands where there is no number. */
export const NO_NUMBER = '–'

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })
const decimals = new Intl.NumberFormat('en-US', { minimumFractionDigits: 3, maximumFractionDigits: 3 })
/** From here on the decimals of a number say nothing. */
const LARGE = 1000
/** Below this, three decimals show nothing of a number. */
const SMALL = 0.0005

/** A number to read: whole ones with thousands separated, others to three decimals, tiny ones as 1.5e-5. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? NO_NUMBER : value > 0 ? '∞' : '−∞'
  const size = Math.abs(value)
  if (Number.isInteger(value) || size >= LARGE) return signed(grouped.format(value))
  return signed(size < SMALL ? shortExponent(value) : decimals.format(value))
}

/** A tick of an axis, with as many decimals as the distance of the ticks asks for. */
export function formatTick(value: number, step: number): string {
  if (value !== 0 && Math.abs(value) < SMALL) return signed(shortExponent(value))
  const places = Math.min(6, Math.max(0, -Math.floor(Math.log10(step) + 1e-9)))
  const options = { minimumFractionDigits: places, maximumFractionDigits: places }
  return signed(value.toLocaleString('en-US', options))
}

/** A tick of a logarithmic axis, whose ticks have no one distance: three digits, no more than needed. */
export function formatLogTick(value: number): string {
  return value !== 0 && Math.abs(value) < SMALL
    ? shortExponent(value)
    : value.toLocaleString('en-US', { maximumSignificantDigits: 3 })
}

/** Seconds as people say them: 8.5 s, 3 min 20 s, 1 h 5 min. */
export function formatSeconds(seconds: number): string {
  if (!Number.isFinite(seconds)) return NO_NUMBER
  if (seconds < 60) return `${Number(seconds.toFixed(1))} s`
  const [large, small, name, rest] = seconds < 3600 ? [60, 1, 'min', 's'] : ([3600, 60, 'h', 'min'] as const)
  const whole = Math.round(seconds / small) * small
  const over = Math.round((whole % large) / small)
  return `${grouped.format(Math.floor(whole / large))} ${name}${over > 0 ? ` ${over} ${rest}` : ''}`
}

function shortExponent(value: number): string {
  return value.toExponential(1).replace('.0e', 'e').replace('e+', 'e')
}

/** With the sign that is as wide as a digit. */
function signed(text: string): string {
  return text.startsWith('-') ? `−${text.slice(1)}` : text
}
