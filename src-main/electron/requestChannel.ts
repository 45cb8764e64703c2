import { ipcMain, type IpcMainInvokeEvent } from 'electron'
import { REQUEST_CHANNEL } from '../contract/bridge.ts'
import type { Dispatch } from '../contract/dispatcher.ts'
import { isOwnAddress } from './appScheme.ts'

/** Only the page itself asks: no frame within it, and nothing that it was led away to. */
function isOwnPage({ sender, senderFrame }: IpcMainInvokeEvent): boolean {
  return senderFrame !== null && senderFrame === sender.mainFrame && isOwnAddress(senderFrame.url)
}

/** Answers what windows ask for. */
export function answerRequests(dispatch: Dispatch): void {
  ipcMain.handle(REQUEST_CHANNEL, (event, name: unknown, argument: unknown) => {
    if (!isOwnPage(event)) throw new Error('Only the window itself may ask.')
    return dispatch(name, argument)
  })
}
