/** Lets actions on one thing wait for each other, while those on other things go on. */
export class Turns {
  private readonly latest = new Map<string, Promise<unknown>>()

  /** Starts the action when those taken before for the same key have ended, well or not. */
  async take<T>(key: string, action: () => Promise<T>): Promise<T> {
    const result = (this.latest.get(key) ?? Promise.resolve()).then(action, action)
    this.latest.set(key, result)
    const forget = () => {
      if (this.latest.get(key) === result) this.latest.delete(key)
    }
    result.then(forget, forget)
    return result
  }
}
