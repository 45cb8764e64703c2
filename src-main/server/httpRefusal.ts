/** An answer other than the one that was asked for: its status, and why in a sentence. */
export class HttpRefusal extends Error {
  override name = 'HttpRefusal'

  constructor(
    readonly status: number,
    message: string,
    readonly headers: Record<string, string> = {},
  ) {
    super(message)
  }
}
