import { Notification } from 'electron'
import type { EndNotice } from './runEnds.ts'

/** Shows a notice of the desktop; `onClick` when a person follows it. */
export function notify({ title, body }: EndNotice, onClick: () => void): void {
  if (!Notification.isSupported()) return
  const notification = new Notification({ title, body })
  notification.on('click', onClick)
  notification.show()
}
