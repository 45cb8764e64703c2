import { shallowRef } from 'vue'
import { connect, type Connection } from './connect.ts'
import type { ConnectionState } from './socketClient.ts'

/** Whether the application answers. */
export const connectionState = shallowRef<ConnectionState>('connecting')

const connection: Connection = connect((state) => (connectionState.value = state))

/** The application; one connection for the window. */
export const client = connection.client
export const pathForFile = connection.pathForFile
