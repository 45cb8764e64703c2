const whole = new Intl.NumberFormat('en-US')
const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 })

/** 6,040 */
export function formatCount(value: number): string {
  return whole.format(value)
}

/** 4.9M */
export function formatCompact(value: number): string {
  return compact.format(value)
}

/** 0.684: metrics bear three decimals. */
export function formatMetric(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? '–' : value.toFixed(3)
}

const SIZES = ['B', 'KiB', 'MiB', 'GiB', 'TiB']

/** 12.4 MiB */
export function formatBytes(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(SIZES.length - 1, Math.floor(Math.log2(bytes) / 10))
  const value = bytes / 1024 ** power
  return `${value < 10 && power > 0 ? value.toFixed(1) : Math.round(value)} ${SIZES[power]}`
}

/** 0.8 s, 42 s, 3 min 05 s, 2 h 07 min, 4 days */
export function formatSeconds(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–'
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  const total = Math.round(seconds)
  const two = (value: number) => String(value).padStart(2, '0')
  if (total < 60) return `${total} s`
  if (total < 3600) return `${Math.floor(total / 60)} min ${two(total % 60)} s`
  if (total < 172_800) return `${Math.floor(total / 3600)} h ${two(Math.floor((total % 3600) / 60))} min`
  return `${Math.round(total / 86_400)} days`
}

/** 24 Nov 2026, 11:20 in the time zone of the desktop. */
export function formatTime(iso: string): string {
  return new Date(iso).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' })
}

/** 24 Nov 2026 in the time zone of the desktop. */
export function formatDay(iso: string): string {
  return new Date(iso).toLocaleDateString('en-GB', { dateStyle: 'medium' })
}
