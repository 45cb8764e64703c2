import open from 'open'

/** Whether this process runs where a person sees windows. */
export function hasDesktop(
  platform: NodeJS.Platform = process.platform,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): boolean {
  if (platform === 'darwin' || platform === 'win32') return environment.SSH_CONNECTION === undefined
  return Boolean(environment.DISPLAY || environment.WAYLAND_DISPLAY)
}

/** Opens an address in the desktop's browser; false where there is none. */
export async function openInBrowser(address: string): Promise<boolean> {
  if (!hasDesktop()) return false
  const opener = await open(address)
  // A desktop without a browser is no reason to end: the address has been printed.
  opener.on('error', () => undefined)
  return true
}
