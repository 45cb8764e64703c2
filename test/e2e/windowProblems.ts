import type { BrowserContext, Page } from '@playwright/test'

/** What went wrong in the windows of a test without anybody saying so: each is a failure of the test. */
export class WindowProblems {
  private readonly seen: string[] = []
  private readonly expected: RegExp[] = []

  /** Listens to all pages of a context, those that are opened later too. */
  async watch(context: BrowserContext): Promise<void> {
    await context.addInitScript(() =>
      document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
        console.warn(`CSP violation: ${violatedDirective} blocked ${blockedURI}`),
      ),
    )
    context.on('page', (page) => this.watchPage(page))
  }

  watchPage(page: Page): void {
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning')
        this.seen.push(`console ${message.type()}: ${message.text()} (${message.location().url})`)
    })
    page.on('pageerror', (error) => this.seen.push(`uncaught: ${error.stack ?? error.message}`))
    page.on('crash', () => this.seen.push('the page crashed'))
  }

  /** Problems that a test brings about on purpose. */
  expect(pattern: RegExp): void {
    this.expected.push(pattern)
  }

  get unexpected(): string[] {
    return this.seen.filter((problem) => !this.expected.some((pattern) => pattern.test(problem)))
  }
}
