import { wilsonInterval } from '../../../../src-main/contract/vocabulary.ts'

/** What a hit rate of a number of users says, in words: its 95 % interval. */
export function hitRateInterval(rate: number, users: number): string {
  return intervalWords(wilsonInterval(rate, users), users)
}

/** Both ends of a 95 % interval of a figure over users, in words. */
export function intervalWords([low, high]: readonly [number, number], users: number): string {
  return `95 % interval ${low.toFixed(3)} to ${high.toFixed(3)} over ${users.toLocaleString('en-US')} users`
}
